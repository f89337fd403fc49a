-- One row per relation of stored estimates that the version holds: one stored by an older emotape may lack some.
-- grain: name
select table_name as name
from duckdb_tables()
where database_name = 'results'
order by name
