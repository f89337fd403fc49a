-- One row per post: what kind of post it is, by the rules of `models/posts/`.
-- grain: source, post_id
create table if not exists post_traits (
    source varchar not null,
    post_id varchar not null,
    body_hash ubigint not null,         -- of the text that was described
    is_reshare boolean,                 -- what the source said of it then; null where it said nothing
    version varchar not null,           -- of the rules
    kind varchar not null,              -- finance or chat
    originality varchar not null,       -- original or passing_on
    english boolean                     -- whether it looks English; null where it has no words
)
