-- The mean of numbers between -1 and 1, by whole numbers: their sum is the same in whatever order posts are read,
-- so a build that reads them otherwise has the same digits. Each number is rounded to 2^-40 (1e-12).
-- grain: one group
create or replace temp macro exact_mean(x) as
    sum(round(x::double * 1099511627776)::bigint)::double / 1099511627776 / count(x)
