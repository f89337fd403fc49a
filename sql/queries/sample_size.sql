-- One row: how many firm-days of one tagger's panel have all the columns that are named, enough posts in a
-- window, and a session, price and ticker within the rules. A sample has at most as many: variables that the
-- panel does not hold, coverage and singletons can only take more away.
-- grain: n_firm_days
select count(*) as n_firm_days
from panel
where
    tagger = $tagger
    and columns(lambda name: list_contains($columns, name)) is not null
    and if($window = 'pre_open', pre_open_posts_seen, intraday_posts_seen) >= $min_posts
    and ($first is null or session >= $first::date)
    and ($last is null or session <= $last::date)
    and ($price_floor is null or close_lag1 >= $price_floor)
    and not list_contains($without, ticker)
