-- One row per symbol and day: prices as the source gave them.
-- grain: ticker, date
create table if not exists raw_prices (
    ticker varchar not null,
    date date not null,
    open double not null,
    high double not null,
    low double not null,
    close double not null,              -- adjusted for splits by Yahoo, not for dividends
    adj_close double not null,          -- adjusted for splits and dividends
    volume double,
    split_ratio double,                 -- new shares for one old share on that day; null where unknown
    load_id bigint not null
)
