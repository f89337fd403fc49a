-- One row per symbol, day described and day of publication: what institutions held of its shares.
-- grain: ticker, described_on, known_on
create table if not exists raw_ownership (
    ticker varchar not null,
    described_on date not null,         -- the day that the holdings describe: a quarter's end
    known_on date not null,             -- the day they were published; a session after it may use them
    known_after bigint,                 -- days, where known_on was assumed and not in the file
    inst_own double not null,           -- share of the shares outstanding: 0.5 is half of them
    load_id bigint not null
)
