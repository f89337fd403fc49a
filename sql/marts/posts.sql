-- One row per post, with the session and window it can speak to.
-- pre_open: from the close of the session before to one second before the open; intraday: from the
-- open to one second before the close.
-- grain: source, post_id
select
    posts.source,
    posts.post_id,
    posts.available_at,
    posts.created_at,
    posts.created_on,
    posts.time_known,
    sessions.session,
    sessions.session_no,
    if(posts.available_at < sessions.open_at, 'pre_open', 'intraday') as window_name,
    posts.body,
    posts.tickers,
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
    posts.kind,
    posts.originality,
    posts.english
from stg_posts as posts
asof inner join sessions on posts.available_at >= sessions.previous_close_at
order by posts.available_at, posts.source, posts.post_id
