-- When each of some files was last loaded; a file that never was has no row.
-- grain: file
select
    file,
    max(loaded_at) as loaded_at             -- UTC
from loads
where list_contains($files::varchar[], file)
group by file
order by file
