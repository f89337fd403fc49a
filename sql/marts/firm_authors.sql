-- One row per tagger, ticker and session with posts: how many authors wrote them. Who posts before the open and
-- during the session is one author, so the windows' numbers do not add up.
-- grain: tagger, ticker, session
select
    scores.tagger,
    post_tickers.ticker,
    post_tickers.session,
    count(distinct post_tickers.user_id) as n_authors
from post_tickers
inner join scores using (source, post_id)
group by all
order by tagger, ticker, session
