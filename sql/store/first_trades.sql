-- One row per symbol: the day of the first price that its live source has of it. Not always that of its
-- offering: firms are spun off, and change their symbols.
-- grain: ticker
create table if not exists first_trades (
    ticker varchar not null,
    first_trade date not null,
    known_on date not null              -- the day in New York on which the source first said so
)
