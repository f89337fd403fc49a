-- The refused rows of a file, each with its line: below the header, and below the rows before it.
-- grain: line
select
    refused.position + 2 + coalesce(shifts.lines, 0) as line,
    refused.reason,
    refused.raw
from archive_refused as refused
asof left join archive_shifts as shifts on refused.position >= shifts.position
order by line
