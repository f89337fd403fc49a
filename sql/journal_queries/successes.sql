-- One row per kind and source that ever answered: when it did so last.
-- grain: kind, source
select
    kind,
    source,
    at
from successes
order by kind, source
