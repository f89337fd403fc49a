-- From version 1: the original record of a post may be emptied (`emotape vacuum`); its hash stays.
-- grain: source, post_id
alter table if exists raw_posts alter column raw drop not null;
