-- One row: the sessions that posts fall into, and the last one with a price.
-- grain: last_session
select
    (select min(session) from market_mood) as first_session,
    (select max(session) from market_mood) as last_session,
    (select max(session) from returns) as last_priced_session
