-- The sample standard deviation of numbers between -1 and 1, by whole numbers, as `exact_mean`; each number is
-- rounded to 2^-30 (1e-9). Null for fewer than two.
-- grain: one group
create or replace temp macro exact_sd(x) as
    if(
        count(x) > 1,
        sqrt(
            (
                count(x) * sum(round(x::double * 1073741824)::bigint * round(x::double * 1073741824)::bigint)::hugeint
                - sum(round(x::double * 1073741824)::bigint)::hugeint * sum(round(x::double * 1073741824)::bigint)::hugeint
            )::double
            / count(x) / (count(x) - 1)
        ) / 1073741824,
        null
    )
