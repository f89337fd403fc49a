-- One row per symbol, day described and day of publication: how many shares of it there were.
-- grain: ticker, described_on, known_on
create table if not exists raw_shares (
    ticker varchar not null,
    described_on date not null,         -- the day that the number describes
    known_on date not null,             -- the day it was published; a session after it may use it
    known_after bigint,                 -- days, where known_on was assumed and not in the file
    shares_outstanding double not null, -- as counted on the day described: not adjusted for later splits
    load_id bigint not null
)
