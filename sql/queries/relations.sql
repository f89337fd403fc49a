-- One row per relation that the version holds: one built by an older emotape may lack some.
-- grain: name
select table_name as name
from duckdb_tables()
where database_name = 'market'
order by name
