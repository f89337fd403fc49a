-- One row per segment: by which version of the rules all its posts were described, in `<segment>.traits-<version>.parquet`.
-- grain: segment
create table if not exists segment_traits (
    segment bigint not null,
    version varchar not null
)
