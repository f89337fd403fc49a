-- One row: the version of the tables of this store. A store without this table is of version 1.
-- grain: version
create table if not exists schema_version (
    version integer not null            -- `etl/version.py` has the newest, `sql/migrations` the steps to it
)
