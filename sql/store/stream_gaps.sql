-- One row per stretch of a followed stream whose posts are not stored: its pages are still to be asked for.
-- grain: source, ticker, floor_at
create table if not exists stream_gaps (
    source varchar not null,
    ticker varchar not null,
    floor_at timestamp not null,        -- UTC: posts up to here are stored, or nobody asked for them
    floor_id varchar,                   -- the post at the floor; null where it is only a moment
    ceiling_at timestamp not null,      -- posts from here on are stored
    cursor varchar,                     -- where the source goes on below the ceiling; null from its newest
    n_tries bigint not null,            -- runs in which the source gave nothing below the ceiling
    reachable boolean not null          -- false once it was asked often enough to no avail
)
