-- One row: how many firm-days the panel of one tagger has.
-- grain: n_firm_days
select count(*) as n_firm_days
from panel
where tagger = $tagger
