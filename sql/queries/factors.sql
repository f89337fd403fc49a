-- One row per session that the loaded factors cover: Fama and French's, in decimals.
-- grain: session
select *
from factors
order by session
