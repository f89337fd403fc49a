-- One row per source: the token bucket of its requests, shared by all processes of a home.
-- grain: source
create table if not exists allowances (
    source text primary key,
    tokens real not null,               -- requests that may be made at once, as of `at`
    at real not null                    -- seconds since 1970
)
