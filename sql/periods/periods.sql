-- One row per period of the build: a calendar month of sessions, or all of them where there are few posts and
-- prices. Posts of a period are those from `begin_at` to before `end_at`.
-- grain: period
with numbered as (
    select
        *,
        lag(session, 1, session) over (order by session) as session_before,
        -- Far enough back to hold twenty sessions with posts of most firms.
        lag(session, 45, (select min(session) from sessions)) over (order by session) as recent_session
    from sessions
)

select
    if($monthly, strftime(session, '%Y-%m'), 'all') as period,
    min(session) as first_session,
    max(session) as last_session,
    min(session_before) as session_before,
    min(recent_session) as recent_session,
    -- The first session of all has no session before it, and so no posts.
    coalesce(min(previous_close_at), max(close_at)) as begin_at,
    max(close_at) as end_at
from numbered
group by all
order by period
