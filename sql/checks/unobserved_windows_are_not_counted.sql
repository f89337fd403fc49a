-- Firm-days of the panel that count the posts of a window that was not observed whole, were it as zero, or that
-- lack a count of any other window: all counts of a window are null or none is.
-- grain: tagger, ticker, session
with unobserved as (
    -- Of the session's own windows and, one session later, of those of the session before.
    select
        ticker,
        session_no + sessions_after.n as session_no,
        list(window_name || if(sessions_after.n = 1, '_lag1', '')) as windows
    from window_coverage
    cross join (values (0), (1)) as sessions_after (n)
    where coverage < 1
    group by all
),

firm_days as (
    select
        panel.tagger,
        panel.ticker,
        panel.session,
        list_count(list_value(*columns('^pre_open_(posts|log_posts|n_.+)$'))) as n_pre_open,       -- with a value
        list_count(list_value(*columns('^intraday_(posts|log_posts|n_.+)$'))) as n_intraday,
        list_count([panel.pre_open_posts_lag1]) as n_pre_open_lag1,
        list_count([panel.intraday_posts_lag1]) as n_intraday_lag1,
        coalesce(unobserved.windows, []) as unobserved
    from panel
    left join unobserved using (ticker, session_no)
)

select
    tagger,
    ticker,
    session
from firm_days
where n_pre_open <> if('pre_open' in unobserved, 0, 9)
or n_intraday <> if('intraday' in unobserved, 0, 9)
or n_pre_open_lag1 <> if('pre_open_lag1' in unobserved, 0, 1)
or n_intraday_lag1 <> if('intraday_lag1' in unobserved, 0, 1)
