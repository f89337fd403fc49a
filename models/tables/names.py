"""Words and kinds of the variables whose names follow no pattern."""

from models.emotions import EMOTIONS

# Name -> words, kind (a key of `models.tables.labels.UNITS`).
NAMED = {
    "abs_ret_oc": ("Absolute return from open to close", "return"),
    "log_rv_gk": ("Log variance (Garman-Klass)", "log"),
    "log_rv_parkinson": ("Log variance (Parkinson)", "log"),
    "log_rv_rs": ("Log variance (Rogers-Satchell)", "log"),
    "rv_gk": ("Variance (Garman-Klass)", "number"),
    "rv_parkinson": ("Variance (Parkinson)", "number"),
    "rv_rs": ("Variance (Rogers-Satchell)", "number"),
    "log_volume": ("Log volume", "log"),
    "abnormal_volume": ("Abnormal log volume", "log"),
    "illiq": ("Illiquidity (Amihud)", "number"),
    "short_interest": ("Short interest", "share"),
    "inst_own": ("Institutional share", "share"),
    "log_mcap": ("Log market value", "log"),
    "shares_outstanding": ("Shares outstanding", "number"),
    "close": ("Close", "dollars"),
    # The whole market, a row a session.
    "ret_market": ("Market return", "return"),
    "ret_market_oc": ("Market return from open to close", "return"),
    "vix": ("VIX", "number"),
    "log_vix": ("Log VIX", "log"),
    "d_log_vix": ("Change of log VIX", "log"),
    "mkt_rf": ("Market less riskless return", "return"),
    "smb": ("Size factor (SMB)", "return"),
    "hml": ("Value factor (HML)", "return"),
    "rf": ("Riskless return", "return"),
    # Listings, a row an IPO.
    "first_day_return": ("First-day return", "return"),
    "enthusiasm": ("Enthusiasm (mean happy before the first trade)", "emotion"),
    "enthusiasm_valence": ("Enthusiasm (mean valence before the first trade)", "valence"),
    "enthusiasm_after": ("Enthusiasm in the 20 sessions after", "emotion"),
    "log_proceeds": ("Log proceeds", "log"),
    "log_age": ("Log(1 + age)", "log"),
    "age": ("Age of the firm", "years"),
    "venture": ("Venture backing", "share"),
    "market_ret_15": ("Market return of the 15 sessions before", "return"),
}
NAMED |= {
    f"{name}_{h}": (f"Buy-and-hold return over {h} sessions, {words}", "return")
    for name, words in {"bhar_m": "less the market", "bhar_ind": "less its industry", "bhr": "raw"}.items()
    for h in (21, 63, 126, 252)
}

# Figures that are no coefficients: what estimators of other kinds call their terms.
FIGURES = {
    "all_listings": "All listings",
    "high_enthusiasm": "High enthusiasm",
    "low_enthusiasm": "Low enthusiasm",
    "high_less_low": "High less low",
    "before": "Before the first trade",
    "after": "After it",
    "change": "Change",
    "rho": "Autocorrelation, bias-corrected",
    "rho_within": "Autocorrelation, within estimator",
    "half_life": "Half-life, in sessions",
    "from_any": "From any",
    "r2_os": "Out-of-sample R²",
    "r2_os_zero": "Out-of-sample R² against a forecast of zero",
    "r2_os_over_controls": "Out-of-sample R² over the controls",
    "clark_west": "Clark-West difference",
    "clark_west_over_controls": "Clark-West difference over the controls",
    "right_sign": "Signs forecast rightly",
    "right_side_excess": "Right side of the benchmark, beyond half",
    "correlation": "Forecast and outcome, both less the benchmark",
    "qlike_har": "QLIKE of HAR",
    "qlike_emotions": "QLIKE with emotions",
    "qlike_difference": "QLIKE, HAR less emotions",
    "mse_har": "MSE of HAR",
    "mse_emotions": "MSE with emotions",
    "mse_difference": "MSE, HAR less emotions",
    "long_short": "Highest less lowest group",
    "replaced": "Replaced each session",
    "traded": "Traded each session, a dollar long and one short",
    "break_even": "Costs at which nothing is left",
    "sharpe": "Sharpe ratio",
    "alpha": "Alpha on three factors",
    "beta_mkt_rf": "Beta on the market",
    "beta_smb": "Beta on size (SMB)",
    "beta_hml": "Beta on value (HML)",
    **{f"group_{n}": f"Group {n}" for n in range(1, 6)},
    **{f"net_{n}": f"Highest less lowest, after {n} basis points a side" for n in (5, 10, 20)},
    **{f"from_{emotion}": f"From {emotion}" for emotion in EMOTIONS},
}

# Means of a variable over past sessions, as heterogeneous autoregressions (Corsi 2009) have them.
LAGGED_MEANS = {"day": "session t-1", "week": "mean of t-5 to t-1", "month": "mean of t-22 to t-1"}

# Parts of the posts, as the mart `firm_emotions_by_part` divides them.
PARTS = {
    "finance": "posts in finance language",
    "chat": "chat",
    "original": "original posts",
    "passing_on": "posts that pass on",
    "tagged": "posts with a self-tag",
    "untagged": "posts without a self-tag",
    "much_followed": "authors with many followers",
    "little_followed": "authors with few followers",
    "experienced": "experienced authors",
    "newcomer": "new authors",
    "single_ticker": "posts that name one ticker",
}

# Family -> what its table is called; others by their name and "regressions".
TITLES = {
    "determinants": "Emotions on the past of returns and volume",
    "fama_macbeth": "Fama-MacBeth regressions",
    "half_life": "Half-lives of emotions",
    "event_study": "Returns around events",
    "interactions": "Regressions with interactions",
    "ipo_after": "Enthusiasm before and after the first trade",
    "ipo_bhar": "Long-run returns of listings",
    "ipo_cross_section": "First-day returns on enthusiasm",
    "ipo_first_day": "First-day returns of listings",
    "market_granger": "Granger tests on the whole market",
    "market_responses": "Impulse responses of the market's return",
    "market_returns": "Regressions of the market's return",
    "market_var": "Vector autoregressions of the whole market",
    "measurement": "Regressions that allow for the tagger's errors",
    "persistence": "Local projections of single sessions' returns",
    "persistence_cumulated": "Local projections of cumulated returns",
    "placebo": "Placebo test",
    "portfolios": "Portfolios sorted on emotions",
    "predictive_5_posts": "Predictive regressions with at least 5 posts",
    "return_forecasts": "Out-of-sample forecasts of returns",
    "robustness": "The headline with one choice changed at a time",
    "tails": "Quantile regressions",
    "transitions": "Transitions between emotions",
    "volatility": "Regressions of volatility",
    "volatility_forecasts": "Out-of-sample forecasts of volatility",
    "volume": "Regressions of volume",
    "whose_and_what": "Whose posts, and which",
}
