-- No row: the columns of the panel, for those who write specs of their own.
-- grain: tagger, ticker, session
select *
from panel
where false
