-- One row per ticker and session without a price between the ticker's first and last: never filled.
-- grain: ticker, session
with spans as (
    select
        ticker,
        min(session) as first_session,
        max(session) as last_session
    from stg_prices
    group by ticker
)

select
    spans.ticker,
    sessions.session
from spans
inner join sessions on sessions.session between spans.first_session and spans.last_session
anti join stg_prices on stg_prices.ticker = spans.ticker and stg_prices.session = sessions.session
order by ticker, session
