-- One row per tagger and listed ticker that posts name: how they felt before its first trade and after it.
-- Before: from 90 calendar days before the open of the first session to one second before that open.
-- After: from that open to the close of the twentieth session.
-- The paper's own formula of enthusiasm is not public: here it is the mean probability of happy.
-- grain: tagger, ticker
with spans as (
    select
        listing_returns.ticker,
        listing_returns.session_no,
        sessions.open_at
    from listing_returns
    inner join sessions on sessions.session_no = listing_returns.session_no
),

named as (
    select
        spans.ticker,
        post_tickers.source,
        post_tickers.post_id,
        post_tickers.available_at < spans.open_at as is_before
    from spans
    inner join post_tickers
        on post_tickers.ticker = spans.ticker
        and post_tickers.available_at >= spans.open_at - interval 90 day
        and post_tickers.session_no < spans.session_no + 20
)

-- In order of posts: a sum in another order differs in its last digits.
select
    scores.tagger,
    named.ticker,
    count(*) filter (is_before) as n_posts_before,
    avg(scores.happy order by source, post_id) filter (is_before) as enthusiasm,
    avg(scores.valence order by source, post_id) filter (is_before) as enthusiasm_valence,
    count(*) filter (not is_before) as n_posts_after,
    avg(scores.happy order by source, post_id) filter (not is_before) as enthusiasm_after,
    avg(scores.valence order by source, post_id) filter (not is_before) as enthusiasm_valence_after
from named
inner join scores using (source, post_id)
group by all
order by tagger, ticker
