-- One row: how many firm-days have posts before the open, of whatever tagger.
-- grain: n_firm_days
select
    count(distinct (ticker, session)) as n_firm_days,
    count(distinct ticker) as n_firms,
    count(distinct session) as n_sessions
from panel
where pre_open_posts_seen > 0
