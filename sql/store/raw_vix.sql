-- One row per day: the closing level of Cboe's volatility index, in points.
-- grain: date
create table if not exists raw_vix (
    date date not null,
    close double not null,
    load_id bigint not null
)
