-- One row per model and term: the estimate with its inference.
-- grain: result_id, term
select *
from terms
order by result_id, position
