-- One row per file of the public archive that was loaded, and per choice of posts: so it is not read again.
-- grain: choice, file
create table if not exists archive_files (
    choice varchar not null,            -- a word for the archive's files of records and the filters
    file varchar not null,              -- path or URL
    size bigint not null,               -- bytes, when it was read
    stamp varchar not null,             -- its time of modification then
    load_id bigint not null
)
