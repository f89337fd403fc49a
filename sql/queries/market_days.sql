-- One row per session of the exchange: the whole market and its mood by one tagger, for estimation.
-- grain: tagger, session
select *
from market_days
where tagger = $tagger
order by session
