-- One row per ticker and session with a price: the columns of the panel that are named, for one tagger.
-- grain: ticker, session
select columns(lambda name: list_contains($columns, name))
from panel
where tagger = $tagger
order by ticker, session
