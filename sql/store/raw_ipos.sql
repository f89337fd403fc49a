-- One row per initial public offering as its source gave it.
-- grain: ticker
create table if not exists raw_ipos (
    ticker varchar not null,
    first_trade date not null,          -- as announced; the first price may be of another day
    offer_price double,                 -- dollars, as offered: never adjusted for later splits
    proceeds double,                    -- dollars
    founded integer,                    -- year
    venture boolean,                    -- backed by venture capital; null where unknown
    industry varchar,
    name varchar,
    load_id bigint not null
)
