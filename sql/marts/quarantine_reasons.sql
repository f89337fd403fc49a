-- One row per kind, file and reason of what was refused, as it stood at the build: how many rows, and the
-- first line. No part of the fingerprint, since nothing is computed from it.
-- grain: kind, file, reason
select
    kind,                           -- posts, prices, short_interest, ...
    file,                           -- or the address of a page, without secrets
    reason,
    count(*) as n_rows,
    min(line) as first_line
from quarantine
group by kind, file, reason
order by n_rows desc, kind, file, reason
