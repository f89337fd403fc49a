-- One row per source that refused this address: it is left alone until then.
-- grain: source
create table if not exists breakers (
    source text primary key,
    opened_at text not null,
    until text not null,
    reason text not null
)
