-- One row: of each column of one tagger's panel how many firm-days have a value, and the sessions it spans.
-- grain: first_session, last_session
select
    count(columns('(.+)')) as '\1',
    min(session) as first_session,
    max(session) as last_session,
    count(distinct session) as n_sessions
from panel
where tagger = $tagger
