-- One row per post that names the ticker in one session, newest first, at most 10,000: its whole text, and
-- which version of the tagger scored it. $window_name may be both.
-- grain: source, post_id
select
    posts.source,
    posts.post_id,
    posts.body,
    scores.tagger_version,
    count(*) over () as n_matching
from post_tickers
inner join posts using (source, post_id)
inner join scores using (source, post_id)
where
    post_tickers.ticker = $ticker
    and scores.tagger = $tagger
    and $window_name in (posts.window_name, 'both')
    and posts.session = $session
order by posts.available_at desc, posts.source, posts.post_id
limit 10000
