-- One row per period: words that change whenever what its marts are made of does. `posts_word`: its posts, their
-- scores and traits, wherever they lie, its sessions and what was observed of them. `prices_word`: all prices up
-- to its end, and its sessions; `facts_word`: all figures of firms that were published up to its end, all splits and all taggers.
-- Of segments the number is enough, since their posts never change (a vacuum takes their original records only).
-- grain: period
with posted as (
    select
        posts.source,
        posts.post_id,
        posts.raw_hash,
        posts.body_hash,
        periods.period
    from raw_posts as posts
    asof inner join periods
        on coalesce(posts.created_at, posts.created_on + interval 36 hour)::timestamp >= periods.begin_at
),

post_words as (
    select
        period,
        count(*) as n,
        bit_xor(hash(source, post_id, raw_hash)) as word
    from posted
    group by period
),

score_words as (
    select
        posted.period,
        count(*) as n,
        bit_xor(hash(scores)) as word
    from posted
    inner join post_scores as scores using (source, post_id, body_hash)
    group by posted.period
),

-- Scores that no engine gives again stay in the table when their posts become segments.
score_words_elsewhere as (
    select
        count(*) as n,
        bit_xor(hash(scores)) as word
    from post_scores as scores
    anti join raw_posts using (source, post_id)
),

trait_words as (
    select
        posted.period,
        count(*) as n,
        bit_xor(hash(traits)) as word
    from posted
    inner join post_traits as traits using (source, post_id, body_hash)
    group by posted.period
),

taggers as (
    select
        segment,
        string_agg(tagger || ' ' || tagger_version, ',' order by tagger) as word
    from segment_scores
    group by segment
),

struck as (
    select
        segment,
        bit_xor(hash(source, post_id)) as word
    from replaced_posts
    group by segment
),

segment_words as (
    select
        periods.period,
        string_agg(
            concat_ws(' ', segments.segment, taggers.word, segment_traits.version, struck.word),
            ';' order by segments.segment
        ) as word
    from periods
    inner join segments on segments.first_at < periods.end_at and segments.last_at >= periods.begin_at
    left join taggers using (segment)
    left join segment_traits using (segment)
    left join struck using (segment)
    group by periods.period
),

session_words as (
    select
        periods.period,
        bit_xor(hash(sessions)) as word
    from periods
    inner join sessions on sessions.session between periods.first_session and periods.last_session
    group by periods.period
),

coverage_words as (
    select
        periods.period,
        bit_xor(hash(windows)) as word
    from periods
    inner join window_coverage as windows
        on windows.session between periods.first_session and periods.last_session
    group by periods.period
),

market_words as (
    select
        periods.period,
        bit_xor(hash(windows)) as word
    from periods
    inner join market_coverage as windows
        on windows.session between periods.first_session and periods.last_session
    group by periods.period
),

price_words as (
    select
        periods.period,
        count(*) as n,
        bit_xor(hash(prices)) as word
    from stg_prices as prices
    inner join periods on prices.session <= periods.last_session and prices.session >= periods.first_session
    group by periods.period
),

published as (
    select
        known_on,
        hash('short_interest', reports) as word
    from raw_short_interest as reports

    union all

    select
        known_on,
        hash('ownership', reports)
    from raw_ownership as reports

    union all

    select
        known_on,
        hash('shares', reports)
    from raw_shares as reports
),

fact_words as (
    select
        periods.period,
        count(*) as n,
        bit_xor(published.word) as word
    from periods
    inner join published on published.known_on <= periods.last_session
    group by periods.period
),

all_taggers as (
    -- The panel has rows of every tagger in every period.
    select string_agg(tagger, ',' order by tagger) as word
    from (
        select tagger
        from post_scores

        union

        select tagger
        from segment_scores
    )
),

splits as (
    select bit_xor(hash(stg_splits)) as word
    from stg_splits
)

select
    periods.period,
    md5(concat_ws(
        '|', periods.begin_at, periods.end_at, post_words.n, post_words.word, score_words.n, score_words.word,
        elsewhere.n, elsewhere.word, trait_words.n, trait_words.word, segment_words.word, session_words.word,
        coverage_words.word, market_words.word
    )) as posts_word,
    md5(concat_ws(
        '|', session_words.word, sum(price_words.n) over up_to_it, bit_xor(price_words.word) over up_to_it
    )) as prices_word,
    md5(concat_ws('|', fact_words.n, fact_words.word, splits.word, all_taggers.word)) as facts_word
from periods
cross join score_words_elsewhere as elsewhere
cross join splits
cross join all_taggers
left join post_words using (period)
left join score_words using (period)
left join trait_words using (period)
left join segment_words using (period)
left join session_words using (period)
left join coverage_words using (period)
left join market_words using (period)
left join price_words using (period)
left join fact_words using (period)
window up_to_it as (order by periods.period)
order by periods.period
