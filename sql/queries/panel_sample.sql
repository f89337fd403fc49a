-- One row per ticker and session with a price: the columns of one tagger's panel that are named, of the firm-days that
-- may be in a sample (enough posts in a window, all variables there) or that one of the coverages named leaves out.
-- Without an order of its own: the panel lies in that of ticker and session, and a sort would double it in memory.
-- grain: ticker, session
with of_tagger as (
    select
        *,
        -- Sessions are numbered from 1; the number stands for no coverage at all.
        least(1, *columns(lambda name: name = 'session_no' or list_contains($coverage, name))) as least_coverage,
        if(
            $window = 'pre_open',
            coalesce(pre_open_posts, pre_open_posts_seen),
            coalesce(intraday_posts, intraday_posts_seen)
        ) as posts_of_window
    from panel
    where tagger = $tagger
)

select columns(lambda name: list_contains($columns, name))
from of_tagger
where
    (posts_of_window >= $min_posts and columns(lambda name: list_contains($variables, name)) is not null)
    or least_coverage < 1
