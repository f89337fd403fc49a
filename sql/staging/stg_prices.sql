-- One row per ticker and session: prices as the exchange printed them.
-- grain: ticker, session
select
    ticker,
    date as session,
    open,
    high,
    low,
    close,          -- adjusted for splits
    adj_close,      -- adjusted for splits and dividends
    volume,
    split_ratio
from raw_prices
