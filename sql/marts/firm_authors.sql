-- One row per tagger, ticker and session with posts: how many authors wrote them. Who posts before the open and
-- during the session is one author, so the windows' numbers do not add up.
-- grain: tagger, ticker, session
select
    tagger,
    ticker,
    session,
    count(distinct user_id) as n_authors
from (
    select
        tagger,
        session,
        user_id,
        unnest(tickers) as ticker
    from scored_posts
)
group by all
order by tagger, ticker, session
