-- One row per live source and symbol that is followed: since when, and up to where its posts are stored.
-- All its posts between `begin_at` and `checked_at` are here, but for those in its gaps (`stream_gaps`).
-- grain: source, ticker
create table if not exists stream_marks (
    source varchar not null,
    ticker varchar not null,
    begin_at timestamp not null,        -- UTC, as all moments: how far back it was asked for
    older varchar,                      -- the source's cursor below that; null where nothing is known below
    checked_at timestamp not null,      -- when its newest posts were last asked for with success
    newest_id varchar,                  -- its newest stored post; null where it never had one
    newest_at timestamp
)
