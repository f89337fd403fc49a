-- One row per ticker and day of a split: how many shares one share from before the first split has become.
-- The ratios are those of the stored prices; a day without one counts as a day without a split, whether it
-- had none or its source is silent.
-- grain: ticker, session
select
    ticker,
    session,
    product(split_ratio) over (partition by ticker order by session) as level
from stg_prices
where split_ratio <> 1
