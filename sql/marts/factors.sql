-- One row per session of the exchange that the loaded factors cover: Fama and French's, in decimals.
-- Days of the file that are no sessions of this warehouse stay in the store.
-- grain: session
select
    sessions.session,
    sessions.session_no,
    factors.mkt_rf,
    factors.smb,
    factors.hml,
    factors.rf
from sessions
inner join raw_factors as factors on factors.date = sessions.session
order by sessions.session
