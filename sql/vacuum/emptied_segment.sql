-- One row per post of a segment, without its original record where that has expired. `file_row_number` is its
-- place in the segment, from 0.
-- grain: file_row_number
select posts.* replace (if(expired.load_id is null, posts.raw, null) as raw)
from segment_posts as posts
left join expired_loads as expired on posts.load_id = expired.load_id
