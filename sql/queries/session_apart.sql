-- One row: the session of the exchange that is $apart sessions after another (before it where negative); none
-- where the calendar of this version ends earlier.
-- grain: session
select session
from sessions
where session_no = (select session_no from sessions where session = $session) + $apart
