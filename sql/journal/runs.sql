-- One row per run of `emotape refresh`.
-- grain: run_id
create table if not exists runs (
    run_id integer primary key,
    started_at text not null,           -- UTC, ISO 8601, as all times here
    ended_at text,                      -- null while it runs, and for ever where it was killed
    outcome text not null,              -- running, done, partial, failed, stopped, killed
    pid integer not null,
    host text not null,
    code_version text not null,
    arguments text not null,            -- of the command, as JSON
    published_version integer,          -- what it published; null where nothing was new
    message text                        -- in one sentence, where it was not simply done
)
