-- One row per kind and source: when it last answered, whatever it said.
-- grain: kind, source
create table if not exists successes (
    kind text not null,
    source text not null,
    at text not null,
    primary key (kind, source)
)
