-- Notes the day on which a live source was last asked for facts.
-- grain: source, kind, ticker
merge into fact_asks as noted
using (
    select
        $source as source,
        $kind as kind,
        $ticker as ticker,
        $day as asked_on
) as asked
on noted.source = asked.source and noted.kind = asked.kind and noted.ticker = asked.ticker
when matched then update set asked_on = asked.asked_on
when not matched then insert values (asked.source, asked.kind, asked.ticker, asked.asked_on)
