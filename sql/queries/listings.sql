-- One row per initial public offering, with the enthusiasm of one tagger.
-- grain: tagger, ticker
select *
from listings
where tagger = $tagger
order by ticker
