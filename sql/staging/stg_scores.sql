-- One row per tagger and post: scores of the text as it stands now.
-- grain: tagger, source, post_id
select stored_scores.*
from stored_scores
inner join stored_posts using (source, post_id)
where stored_scores.body_hash = stored_posts.body_hash
