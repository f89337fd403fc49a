-- One row per estimated model: what was estimated, on what sample, how well it fits.
-- grain: result_id
select *
from models
order by result_id
