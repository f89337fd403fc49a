-- One row per initial public offering and session from its first (0) to the 252nd after it: the return
-- since the first close, the market's, and the difference, beside the enthusiasm of one tagger.
-- grain: tagger, ticker, event_session
select
    listings.tagger,
    listing_paths.ticker,
    listing_paths.event_session,
    listing_paths.session_no,
    listing_paths.bhr,
    listing_paths.bhr_m,
    listing_paths.bhar_m,
    listings.enthusiasm,
    listings.enthusiasm_valence
from listing_paths
inner join listings using (ticker)
where listings.tagger = $tagger
order by ticker, event_session
