-- One row per ticker that posts name, prices cover or a live source follows: how much there is of each, how
-- fresh, and how many windows were not observed whole. Of tickers that no live source follows these are null.
-- grain: ticker
with named as (
    select
        ticker,
        sum(n_posts)::bigint as n_posts,
        min(first_post_at) as first_post_at,
        max(last_post_at) as last_post_at
    from ticker_periods
    group by ticker
),

priced as (
    select
        ticker,
        count(*) as n_prices,
        min(session) as first_price,
        max(session) as last_price
    from stg_prices
    group by ticker
),

gaps as (
    select
        ticker,
        count(*) as n_gaps
    from price_gaps
    group by ticker
),

observed as (
    select
        ticker,
        count(*) filter (len(dead_sources) > 0) as n_dead_windows,
        count(*) filter (len(dead_sources) = 0 and coverage < 1) as n_thin_windows
    from window_coverage
    where is_over
    group by ticker
),

followed as (
    select
        ticker,
        min(checked_at) as last_checked_at
    from stream_marks
    group by ticker
)

select
    ticker,
    coalesce(named.n_posts, 0) as n_posts,
    named.first_post_at,
    named.last_post_at,
    coalesce(priced.n_prices, 0) as n_prices,
    priced.first_price,
    priced.last_price,
    coalesce(gaps.n_gaps, 0) as n_price_gaps,
    -- A dead window had a source that gave nothing at all, a thin one gave a part.
    if(followed.ticker is null, null, coalesce(observed.n_dead_windows, 0)) as n_dead_windows,
    if(followed.ticker is null, null, coalesce(observed.n_thin_windows, 0)) as n_thin_windows,
    followed.last_checked_at        -- UTC: of the source that was last asked longest ago
from named
full join priced using (ticker)
full join followed using (ticker)
left join gaps using (ticker)
left join observed using (ticker)
order by n_posts desc, ticker
