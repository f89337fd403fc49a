-- One row per ticker and session with a price: the panel of one tagger, for estimation.
-- grain: tagger, ticker, session
select *
from panel
where tagger = $tagger
order by ticker, session
