-- One row per segment and tagger: which version scored all its posts, in the file `<segment>.scores-<word>.parquet`.
-- grain: segment, tagger
create table if not exists segment_scores (
    segment bigint not null,
    tagger varchar not null,
    tagger_version varchar not null
)
