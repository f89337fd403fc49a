-- One row: what this version holds, when and by which code it was built.
-- grain: built_at
select *
from publication
