-- One row per post of a segment that counts no longer, because a changed copy of it came to stand elsewhere: in
-- `raw_posts`, or in the segment into which it was moved from there.
-- grain: source, post_id, segment
create table if not exists replaced_posts (
    source varchar not null,
    post_id varchar not null,
    segment bigint not null
)
