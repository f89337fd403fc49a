-- One row per file that was loaded, each time it was: what came of it.
-- grain: load_id
create table if not exists loads (
    load_id bigint not null,
    kind varchar not null,              -- posts, prices, short_interest, ...: the table raw_<kind>
    file varchar not null,
    source varchar,
    loaded_at timestamp not null,       -- UTC
    rows_new bigint not null,
    rows_updated bigint not null,
    rows_unchanged bigint not null,
    rows_quarantined bigint not null
)
