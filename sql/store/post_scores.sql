-- One row per tagger and post: the probability of each emotion.
-- grain: tagger, source, post_id
create table if not exists post_scores (
    tagger varchar not null,
    tagger_version varchar not null,
    source varchar not null,
    post_id varchar not null,
    body_hash ubigint not null,        -- of the text that was scored
    emotion varchar not null,           -- the most probable one
    neutral float not null,
    happy float not null,
    sad float not null,
    anger float not null,
    disgust float not null,
    surprise float not null,
    fear float not null,
    valence float not null,             -- happy - (sad + anger + disgust + fear)
    confidence float not null           -- the probability of the most probable emotion
)
