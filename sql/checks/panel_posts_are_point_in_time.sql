-- Emotions and counts of the panel, of the window before the open of t and of both windows of t-1, that are not
-- those of the posts written in the window, or the coverage of another window. Posts are placed anew here, by
-- their moment and the exchange's hours. Of a window that was not observed whole a count must be null.
-- In a large warehouse 40 firms are checked, always the same ones: the first by the hash of their name.
-- grain: tagger, ticker, session_no, variable
with firms as (
    select distinct ticker
    from returns
    order by md5(ticker)
    limit 40
),

mentions as (
    select
        posts.source,
        posts.post_id,
        coalesce(posts.created_at, posts.created_on + interval 36 hour) as written_at,
        named.ticker
    from posts
    cross join unnest(posts.tickers) as named(ticker)
    semi join firms on firms.ticker = named.ticker
),

placed as (
    select
        mentions.source,
        mentions.post_id,
        mentions.ticker,
        sessions.session_no,
        if(mentions.written_at < sessions.open_at, 'pre_open', 'intraday') as window_name
    from mentions
    inner join sessions
        on mentions.written_at >= sessions.previous_close_at and mentions.written_at < sessions.close_at
),

means as (
    select
        scores.tagger,
        placed.ticker,
        placed.session_no,
        placed.window_name,
        count(*)::double as posts,
        count(*)::double as posts_seen,
        ln(1 + count(*)) as log_posts,
        avg(scores.neutral) as neutral,
        avg(scores.happy) as happy,
        avg(scores.sad) as sad,
        avg(scores.anger) as anger,
        avg(scores.disgust) as disgust,
        avg(scores.surprise) as surprise,
        avg(scores.fear) as fear,
        avg(scores.valence) as valence,
        stddev_samp(scores.valence) as disagreement,
        nullif(count(*) filter (scores.emotion = 'neutral'), 0)::double as n_neutral,
        nullif(count(*) filter (scores.emotion = 'happy'), 0)::double as n_happy,
        nullif(count(*) filter (scores.emotion = 'sad'), 0)::double as n_sad,
        nullif(count(*) filter (scores.emotion = 'anger'), 0)::double as n_anger,
        nullif(count(*) filter (scores.emotion = 'disgust'), 0)::double as n_disgust,
        nullif(count(*) filter (scores.emotion = 'surprise'), 0)::double as n_surprise,
        nullif(count(*) filter (scores.emotion = 'fear'), 0)::double as n_fear
    from placed
    inner join scores using (source, post_id)
    group by all
),

written as (
    unpivot means
    on columns(* exclude (tagger, ticker, session_no, window_name))
    into name name value value
),

observed as (
    select
        ticker,
        session_no,
        window_name,
        coverage
    from window_coverage
    semi join firms using (ticker)
),

-- What can be said of each window: counts only of those that were observed whole, if that is known.
known as (
    select written.*
    from written
    left join observed using (ticker, session_no, window_name)
    where not regexp_matches(name, '^(log_)?posts$|^n_')
    or coalesce(observed.coverage, 1) = 1

    union all

    select
        taggers.tagger,
        observed.ticker,
        observed.session_no,
        observed.window_name,
        'coverage',
        observed.coverage
    from observed
    cross join (select distinct tagger from score_periods) as taggers
),

expected as (
    select
        tagger,
        ticker,
        session_no,
        'pre_open_' || name as variable,
        value
    from known
    where window_name = 'pre_open'

    union all

    select
        tagger,
        ticker,
        session_no + 1,
        window_name || '_' || name || '_lag1',
        value
    from known
    where name in (
        'coverage', 'posts', 'neutral', 'happy', 'sad', 'anger', 'disgust', 'surprise', 'fear', 'valence'
    )
),

found as (
    unpivot (
        select
            tagger,
            ticker,
            session_no,
            columns('^(pre_open_.+|intraday_.+_lag1)$')::double
        from panel
        semi join firms using (ticker)
    )
    on columns(* exclude (tagger, ticker, session_no))
    into name variable value value
),

present as (
    -- A count of zero says what a missing row says; a mean of zero does not.
    select *
    from found
    where value <> 0
    or not regexp_matches(variable, '_posts|_n_')
),

priced as (
    select
        tagger,
        ticker,
        session_no
    from panel
    semi join firms using (ticker)
)

select
    tagger,
    ticker,
    session_no,
    variable,
    present.value,
    expected.value as known_value
from present
full join expected using (tagger, ticker, session_no, variable)
semi join priced using (tagger, ticker, session_no)
where present.value is null
or expected.value is null
or abs(present.value - expected.value) > 1e-9
