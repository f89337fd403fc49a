-- One row per refused row of an input file, with the reason.
-- grain: kind, file, line, position
create table if not exists quarantine (
    kind varchar not null,              -- posts, prices, short_interest, ...: the table raw_<kind>
    file varchar not null,
    line bigint not null,               -- of the text, or the row's number in a Parquet file
    position bigint not null,           -- among the refused of the file: a line may hold several posts
    reason varchar not null,
    raw varchar,                        -- its first 2,000 characters
    load_id bigint not null
)
