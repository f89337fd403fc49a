-- One row per model, term and firm-day that is kept of it: those that move the coefficient most, by `place`, and some
-- others, evenly through the sample, without one. All of a model and term, or where both are null those of all models.
-- grain: result_id, term, ticker, session
select *
from influential
where
    ($result_id is null or result_id = $result_id)
    and ($term is null or term = $term)
order by result_id, term, place nulls last, ticker, session
