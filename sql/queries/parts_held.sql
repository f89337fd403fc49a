-- One row per part of the posts before the open (chat, original, ...) of which one tagger's scores make a mean.
-- grain: part
select distinct part
from firm_emotions_by_part
where tagger = $tagger
order by part
