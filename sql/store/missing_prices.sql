-- One row per symbol and session for which a live source was asked and had no price. It is asked again some
-- times (`yahoo.ask_again`), and never filled; once there is a price the row is gone.
-- grain: ticker, session
create table if not exists missing_prices (
    ticker varchar not null,
    session date not null,
    n_asked bigint not null             -- runs that asked for it in vain
)
