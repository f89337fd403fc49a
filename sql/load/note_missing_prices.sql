-- Counts one more asking in vain for each session of `asked_in_vain`.
-- grain: ticker, session
merge into missing_prices as noted
using asked_in_vain as asked
on noted.ticker = asked.ticker and noted.session = asked.session
when matched then update set n_asked = noted.n_asked + 1
when not matched then insert values (asked.ticker, asked.session, 1)
