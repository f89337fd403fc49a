-- One row: how many posts of a page lie in `raw_posts` already, with the same record.
-- grain: n_known
select count(*) as n_known
from page_posts
inner join raw_posts as stored using (source, post_id, raw_hash)
