-- One row per live source, kind of facts and symbol: the last day on which it was asked with success.
-- grain: source, kind, ticker
create table if not exists fact_asks (
    source varchar not null,
    kind varchar not null,              -- facts, or ipos
    ticker varchar not null,            -- empty where the source is asked for all symbols at once
    asked_on date not null              -- in New York
)
