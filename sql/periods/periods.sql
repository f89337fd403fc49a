-- One row per period of the build: a calendar month of sessions, or all of them where there are few posts and
-- prices. Posts of a period are those from `begin_at` to before `end_at`.
-- grain: period
select
    if($monthly, strftime(session, '%Y-%m'), 'all') as period,
    min(session) as first_session,
    max(session) as last_session,
    -- The first session of all has no session before it, and so no posts.
    coalesce(min(previous_close_at), max(close_at)) as begin_at,
    max(close_at) as end_at
from sessions
group by all
order by period
