-- One row per post as its source gave it, with the values that emotape reads from it.
-- grain: source, post_id
create table if not exists raw_posts (
    source varchar not null,            -- the platform or collection: ids are unique within it
    post_id varchar not null,
    created_at timestamp,               -- UTC; null where the source gives a date only
    created_on date,                    -- as the source gives it; null where it gives a time
    body varchar not null,              -- HTML entities decoded
    symbols varchar[] not null,
    sentiment varchar,                  -- the author's own tag: Bullish or Bearish
    likes bigint,                       -- null is unknown, never zero
    reshares bigint,
    is_reshare boolean,
    user_id varchar,
    user_name varchar,
    followers bigint,
    client varchar,                     -- the program that posted
    thread_id varchar,
    reply_to varchar,
    raw varchar,                        -- the original record, whole; null once `emotape vacuum` let it go
    raw_hash ubigint not null,         -- tells a repeated copy from a changed one
    body_hash ubigint not null,        -- tells which scores are out of date
    load_id bigint not null
)
