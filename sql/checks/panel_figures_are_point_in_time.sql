-- Published figures of the panel that are not the latest of those published before the session's day, counted in
-- the shares of the session before. Recomputed from the stored reports; `point_in_time` does it otherwise.
-- In a large warehouse 40 firms are checked, always the same ones: the first by the hash of their name.
-- grain: tagger, ticker, session, variable
with firms as (
    select distinct ticker
    from returns
    order by md5(ticker)
    limit 40
),

days as (
    select
        today.ticker,
        today.session,
        before.session as session_before,
        before.close as close_before
    from returns as today
    left join returns as before
        on before.ticker = today.ticker and before.session_no = today.session_no - 1
    semi join firms on firms.ticker = today.ticker
),

reports as (
    -- `counted_on`: the day in whose shares the figure counts.
    select
        ticker,
        'short_interest' as fact,
        settled_on as described_on,
        known_on,
        settled_on as counted_on,
        shares_short / coalesce(float_shares, shares_outstanding) as value
    from raw_short_interest

    union all

    select
        ticker,
        'shares_beside_short',
        settled_on,
        known_on,
        known_on,
        if(float_shares > 1.05 * shares_outstanding, null, shares_outstanding)
    from raw_short_interest

    union all

    select
        ticker,
        'shares',
        described_on,
        known_on,
        described_on,
        shares_outstanding
    from raw_shares

    union all

    select
        ticker,
        'inst_own',
        described_on,
        known_on,
        described_on,
        inst_own
    from raw_ownership
),

latest as (
    select
        days.ticker,
        days.session,
        reports.fact,
        max(reports.described_on) as described_on,
        arg_max(reports.known_on, (reports.described_on, reports.known_on)) as known_on,
        arg_max(reports.counted_on, (reports.described_on, reports.known_on)) as counted_on,
        arg_max(reports.value, (reports.described_on, reports.known_on)) as value
    from days
    inner join reports on reports.ticker = days.ticker and reports.known_on < days.session
    where reports.value is not null
    group by all
    having date_diff('day', max(reports.described_on), days.session) <= 400
),

splits as (
    select
        ticker,
        session as split_on,
        split_ratio
    from stg_prices
    where split_ratio <> 1
),

-- Shares short are those of settlement, the float that of publication.
counted as (
    select
        days.ticker,
        days.session,
        latest.fact,
        latest.value,
        coalesce(
            product(splits.split_ratio) filter (
                splits.split_on > latest.counted_on
                and splits.split_on <= if(latest.fact = 'short_interest', latest.known_on, days.session_before)
            ), 1) as shares_for_one,
        coalesce(product(splits.split_ratio) filter (splits.split_on > days.session_before), 1) as later_shares_for_one,
        any_value(days.close_before) as close_before
    from days
    inner join latest using (ticker, session)
    left join splits using (ticker)
    group by all
),

known as (
    select
        ticker,
        session,
        any_value(value * shares_for_one) filter (fact = 'short_interest') as short_interest,
        any_value(value) filter (fact = 'inst_own') as inst_own,
        if(
            any_value(close_before) is null, null,
            coalesce(
                any_value(value * shares_for_one) filter (fact = 'shares'),
                any_value(value * shares_for_one) filter (fact = 'shares_beside_short')
            )
        ) as shares_outstanding,
        any_value(close_before * later_shares_for_one) as printed_close
    from counted
    group by all
),

expected as (
    unpivot (
        select
            ticker,
            session,
            short_interest,
            inst_own,
            shares_outstanding,
            if(shares_outstanding > 0, ln(shares_outstanding * printed_close), null) as log_mcap
        from known
    )
    on columns(* exclude (ticker, session))
    into name variable value value
),

found as (
    select tagger, ticker, session, variable, value
    from panel
    unpivot include nulls (value for variable in (short_interest, inst_own, shares_outstanding, log_mcap))
    semi join firms using (ticker)
)

select
    found.tagger,
    found.ticker,
    found.session,
    found.variable,
    found.value,
    expected.value as known_value
from found
left join expected using (ticker, session, variable)
where (found.value is null) <> (expected.value is null)
or abs(found.value - expected.value) > 1e-9 * abs(expected.value)
