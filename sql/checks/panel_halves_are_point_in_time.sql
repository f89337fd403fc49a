-- Firm-days of the panel that stand in the upper half by a value known before the session without being above
-- the median of that session, or the other way round. One tagger is enough: the halves are the same for all.
-- grain: ticker, session, variable
with firm_days as (
    select *
    from panel
    where tagger = (select min(tagger) from panel)
),

measures as (
    unpivot firm_days
    on vol_183, short_interest, inst_own, illiq, log_mcap
    into name measure value value
),

medians as (
    select
        session,
        measure,
        median(value) as middle
    from measures
    group by all
),

halves_found as (
    select ticker, session, variable, half
    from firm_days
    unpivot include nulls (half for variable in (
        high_vol_183, high_short_interest, high_inst_own, high_illiq, high_log_mcap
    ))
),

halves_expected as (
    select
        measures.ticker,
        measures.session,
        'high_' || measure as variable,
        if(measures.value > medians.middle, 1.0, 0.0) as half
    from measures
    inner join medians using (session, measure)
)

select
    found.ticker,
    found.session,
    found.variable,
    found.half,
    expected.half as known_half
from halves_found as found
left join halves_expected as expected using (ticker, session, variable)
where found.half is distinct from expected.half
