-- One row: how many posts of a page are stored already, with the same record.
-- grain: n_known
select count(*) as n_known
from page_posts
inner join raw_posts as stored
    on stored.source = $source
    and stored.post_id = page_posts.post_id
    and stored.raw_hash = md5_number_lower(page_posts.raw)
