-- One row per day: the factors of Fama and French (1993) as the French library gives them, in decimals.
-- grain: date
create table if not exists raw_factors (
    date date not null,
    mkt_rf double not null,             -- the market's return (close to close, dividends in) less the bill's
    smb double not null,                -- small less big
    hml double not null,                -- high less low book to market
    rf double not null,                 -- the Treasury bill's daily return
    load_id bigint not null
)
