-- One row: the sessions that posts fall into, and the last one with a price.
-- grain: last_session
select
    (select min(session) from post_tickers) as first_session,
    (select max(session) from post_tickers) as last_session,
    (select max(session) from returns) as last_priced_session
