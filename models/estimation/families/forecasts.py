"""Out of sample: returns and volatility forecast from emotions known at the open."""

from models.estimation.families.predictive import CONTROLS, PRE_OPEN
from models.estimation.spec import Family, Spec

CAUTION = (
    "One look at one history: forecasts that beat their benchmark here may not do so again, and nothing "
    "is said of why."
)


def _forecast(
    number: int,
    title: str,
    regressors: tuple[str, ...],
    controls: tuple[str, ...] = (),
    outcome: str = "ret_oc",
    frame: str = "panel",
) -> Spec:
    # All columns of a relation stand on one sample, so that they can be compared.
    shared = ("pre_open_valence", *PRE_OPEN, *(CONTROLS if frame == "panel" else ()))
    return Spec(
        family="return_forecasts",
        column_no=number,
        title=title,
        outcome=outcome,
        regressors=regressors,
        controls=controls,
        effects=("ticker",) if frame == "panel" else (),
        inference="newey-west",
        needs=tuple(name for name in shared if name not in (*regressors, *controls)),
        estimator="forecast_returns",
        frame=frame,
        options=(("min_history", 60), ("refit", 5)),
    )


RETURN_FORECASTS = Family(
    name="return_forecasts",
    explanation="Would emotions before the open have forecast the session's return, better than its mean?",
    specs=(
        _forecast(1, "Valence", ("pre_open_valence",)),
        _forecast(2, "Six emotions", PRE_OPEN),
        _forecast(3, "Controls only", (), CONTROLS),
        _forecast(4, "Six emotions + controls", PRE_OPEN, CONTROLS),
        _forecast(5, "Market: valence", ("pre_open_valence",), outcome="ret_market_oc", frame="market_days"),
        _forecast(6, "Market: six emotions", PRE_OPEN, outcome="ret_market_oc", frame="market_days"),
    ),
    caution=CAUTION,
)


def _volatility(number: int, title: str, outcome: str, *, beyond_posts: bool = False) -> Spec:
    har = tuple(f"{outcome}_{span}" for span in ("day", "week", "month"))
    posts = ("pre_open_log_posts",)
    return Spec(
        family="volatility_forecasts",
        column_no=number,
        title=title,
        outcome=outcome,
        regressors=PRE_OPEN if beyond_posts else (*PRE_OPEN, *posts),
        controls=(*har, *posts) if beyond_posts else har,
        effects=("ticker",),
        inference="newey-west",
        estimator="forecast_volatility",
        options=(("min_history", 60), ("refit", 21)),
    )


VOLATILITY_FORECASTS = Family(
    name="volatility_forecasts",
    explanation="Do emotions before the open lower the error of volatility forecasts (HAR) out of sample?",
    specs=(
        _volatility(1, "Garman-Klass", "log_rv_gk"),
        _volatility(2, "Parkinson", "log_rv_parkinson"),
        _volatility(3, "Absolute return", "abs_ret_oc"),
        # Attention moves volatility: what do emotions add to the number of posts?
        _volatility(4, "Garman-Klass, beyond posts", "log_rv_gk", beyond_posts=True),
    ),
    caution=CAUTION,
)
