-- One row per tagger and post: scores of the text as it stands now.
-- grain: tagger, source, post_id
select post_scores.*
from post_scores
inner join raw_posts using (source, post_id)
where post_scores.body_hash = raw_posts.body_hash
