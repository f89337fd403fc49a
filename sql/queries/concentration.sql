-- One row per model and term whose firm-days were looked at: how many there are, the fewest that bring the coefficient
-- to zero, and what the ten that carry most and least of it carry together.
-- All of a model and term, or where both are null those of all models.
-- grain: result_id, term
select *
from concentration
where
    ($result_id is null or result_id = $result_id)
    and ($term is null or term = $term)
order by result_id, term
