-- One row per post: typed, with the moment from which it may be used.
-- A post that carries a date and no time is taken to exist when its day is over everywhere on
-- earth (12:00 UTC of the next day, before New York opens): late for some, early for none.
-- grain: source, post_id
select
    source,
    post_id,
    coalesce(created_at, created_on + interval 36 hour)::timestamp as available_at,     -- UTC
    created_at,                                                                         -- UTC
    created_on,
    created_at is not null as time_known,
    body,
    symbols as tickers,
    sentiment,
    likes,
    reshares,
    is_reshare,
    user_id,
    user_name,
    followers,
    client,
    thread_id,
    reply_to
from stored_posts
