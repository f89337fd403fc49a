-- One row per segment: a file of posts of one source and calendar month, `posts/<month>/<segment>.parquet` in the
-- home, which never changes, but that `emotape vacuum` may empty `raw`. A file without a row here does not count. Columns of the file: those of `raw_posts`,
-- which holds the posts that lie in no segment yet.
-- grain: segment
create table if not exists segments (
    segment bigint not null,
    month varchar not null,             -- YYYY-MM, UTC, of the moments from which its posts may be used
    source varchar not null,
    n_posts bigint not null,
    first_at timestamp not null,        -- of these moments
    last_at timestamp not null,
    last_created_at timestamp,          -- null where all its posts carry a date only
    first_key varchar not null,         -- least and greatest id, written with 24 digits: which segments
    last_key varchar not null           -- may hold an id
)
