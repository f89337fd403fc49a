-- One row per tagger and initial public offering: its first day, what was known before, its long run.
-- Returns need no posts: without any scored post the tagger is 'linear', and enthusiasm is null.
-- `first_day_return` is null where `drop_reason` is not.
-- grain: tagger, ticker
with taggers as (
    select tagger
    from scores
    union
    select 'linear' as tagger
)

select
    taggers.tagger,
    listing_returns.*,
    coalesce(felt.n_posts_before, 0) as n_posts_before,
    felt.enthusiasm,
    felt.enthusiasm_valence,
    coalesce(felt.n_posts_after, 0) as n_posts_after,
    felt.enthusiasm_after,
    felt.enthusiasm_valence_after
from listing_returns
cross join taggers
left join listing_enthusiasm as felt
    on felt.tagger = taggers.tagger and felt.ticker = listing_returns.ticker
order by tagger, ticker
