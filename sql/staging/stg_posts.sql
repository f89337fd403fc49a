-- One row per post: typed, with the moment from which it may be used, and with its traits as it stands now.
-- A post that carries a date and no time is taken to exist when its day is over everywhere on
-- earth (12:00 UTC of the next day, before New York opens): late for some, early for none.
-- grain: source, post_id
select
    posts.source,
    posts.post_id,
    coalesce(posts.created_at, posts.created_on + interval 36 hour)::timestamp as available_at,     -- UTC
    posts.created_at,                                                                               -- UTC
    posts.created_on,
    posts.created_at is not null as time_known,
    posts.body,
    posts.symbols as tickers,
    posts.sentiment,
    posts.likes,
    posts.reshares,
    posts.is_reshare,
    posts.user_id,
    posts.user_name,
    posts.followers,
    posts.client,
    posts.thread_id,
    posts.reply_to,
    traits.kind,                -- finance or chat; the three are null where the post was not described
    traits.originality,         -- original or passing_on
    traits.english              -- null where the post has no words
from stored_posts as posts
left join stored_traits as traits
    on traits.source = posts.source and traits.post_id = posts.post_id
    and traits.body_hash = posts.body_hash and traits.is_reshare is not distinct from posts.is_reshare
