-- One row per event of the ticker in the sessions $first to $last, which its price panel marks.
-- split: `value` new shares for each old one. listing: the first price of an initial public offering; `value`
-- is the return from `before` (the offer price) to the close, null where it is not to be believed.
-- short_interest: the first session that may know a new figure, which was published before its day; `value`
-- and `before` (the figure until then, null where there was none) are shares of the float. A figure that was
-- published again unchanged is no event, nor is what was known when the prices begin.
-- grain: session, kind
with known as (
    select
        session,
        short_interest,
        lag(short_interest) over life as before,
        row_number() over life as n
    from point_in_time
    where ticker = $ticker
    window life as (order by session)
),

events as (
    select
        session,
        'split' as kind,
        split_ratio as value,
        null::double as before
    from returns
    where ticker = $ticker and split_ratio <> 1

    union all

    select
        session,
        'short_interest',
        short_interest,
        before
    from known
    where n > 1 and short_interest is not null and short_interest is distinct from before

    union all

    select
        session,
        'listing',
        first_day_return,
        offer_price
    from listing_returns
    where ticker = $ticker and session is not null
)

select *
from events
where session between $first and $last
order by session, kind
