-- One row per symbol, day of settlement and day of publication: shares sold short, as the source gave it.
-- grain: ticker, settled_on, known_on
create table if not exists raw_short_interest (
    ticker varchar not null,
    settled_on date not null,           -- the day that the figures describe
    known_on date not null,             -- the day they were published; a session after it may use them
    known_after bigint,                 -- days, where known_on was assumed and not in the file
    shares_short double not null,
    float_shares double,                -- null where unknown, as is the next
    shares_outstanding double,
    load_id bigint not null
)
