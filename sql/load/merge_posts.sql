-- Adds the posts that are new and replaces those whose record has changed.
-- grain: source, post_id
merge into raw_posts as stored
using incoming_posts as incoming
on stored.source = incoming.source and stored.post_id = incoming.post_id
when matched and stored.raw_hash <> incoming.raw_hash then update set
    created_at = incoming.created_at,
    created_on = incoming.created_on,
    body = incoming.body,
    symbols = if(
        incoming.symbols_are_complete,
        incoming.symbols,
        list_sort(list_distinct(list_concat(stored.symbols, incoming.symbols)))
    ),
    sentiment = incoming.sentiment,
    likes = incoming.likes,
    reshares = incoming.reshares,
    is_reshare = incoming.is_reshare,
    user_id = incoming.user_id,
    user_name = incoming.user_name,
    followers = incoming.followers,
    client = incoming.client,
    thread_id = incoming.thread_id,
    reply_to = incoming.reply_to,
    raw = incoming.raw,
    raw_hash = incoming.raw_hash,
    body_hash = incoming.body_hash,
    load_id = incoming.load_id
when not matched then insert (
    source, post_id, created_at, created_on, body, symbols, sentiment, likes, reshares, is_reshare,
    user_id, user_name, followers, client, thread_id, reply_to, raw, raw_hash, body_hash, load_id
) values (
    incoming.source, incoming.post_id, incoming.created_at, incoming.created_on, incoming.body,
    incoming.symbols, incoming.sentiment, incoming.likes, incoming.reshares, incoming.is_reshare,
    incoming.user_id, incoming.user_name, incoming.followers, incoming.client, incoming.thread_id,
    incoming.reply_to, incoming.raw, incoming.raw_hash, incoming.body_hash, incoming.load_id
)
