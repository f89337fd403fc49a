-- One row per post of a segment that counts no longer, because a changed copy of it stands in `raw_posts`.
-- grain: source, post_id
create table if not exists replaced_posts (
    source varchar not null,
    post_id varchar not null,
    segment bigint not null
)
