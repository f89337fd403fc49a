"""The whole market: its mood against its return and VIX, as one series of sessions."""

from models.emotions import SIX
from models.estimation.spec import Family, Option, Spec

PRE_OPEN = tuple(f"pre_open_{emotion}" for emotion in SIX)
VALENCE = ("pre_open_valence",)
CONTROLS = ("ret_market_lag1", "ret_market_lag2", "pre_open_log_posts")
OVERLAP = (
    "Posts before the open and the return from close to close share the night: what moves both overnight "
    "looks like an association of the same session. One series of a few hundred sessions says little."
)


def _regression(number: int, title: str, outcome: str, regressors: tuple[str, ...]) -> Spec:
    return Spec(
        family="market_returns",
        column_no=number,
        title=title,
        outcome=outcome,
        regressors=regressors,
        controls=CONTROLS,
        effects=(),
        inference="newey-west:5",
        frame="market_days",
    )


def _series(
    family: str,
    number: int,
    title: str,
    outcome: str,
    others: tuple[str, ...],
    *,
    beside: tuple[str, ...] = (),
    estimator: str,
    **options: Option,
) -> Spec:
    return Spec(
        family=family,
        column_no=number,
        title=title,
        outcome=outcome,
        regressors=others,
        controls=beside,
        effects=(),
        inference="HC1",
        estimator=estimator,
        frame="market_days",
        options=tuple(options.items()),
    )


def _equation(number: int, title: str, outcome: str, measures: tuple[str, ...]) -> Spec:
    system = ("ret_market", "d_log_vix", *measures)
    others = tuple(name for name in system if name != outcome)
    return _series(
        "market_var",
        number,
        title,
        outcome,
        others,
        estimator="vector_autoregression",
        system=system,
        where_present=("d_log_vix",),
    )


def _response(number: int, measure: str, system: tuple[str, ...]) -> Spec:
    shocked = f"pre_open_{measure}"
    return _series(
        "market_responses",
        number,
        measure.capitalize(),
        "ret_market",
        (shocked,),
        beside=tuple(name for name in system if name not in {"ret_market", shocked}),
        estimator="impulse_responses",
        lags="aic",  # BIC takes too few for responses
        system=system,
        where_present=("d_log_vix",),
    )


MARKET_RETURNS = Family(
    name="market_returns",
    explanation="Do the market's emotions before the open go with its return of the session and the next?",
    specs=(
        _regression(1, "Open to close: valence", "ret_market_oc", VALENCE),
        _regression(2, "Open to close: six", "ret_market_oc", PRE_OPEN),
        _regression(3, "Close to close: valence", "ret_market", VALENCE),
        _regression(4, "Close to close: six", "ret_market", PRE_OPEN),
        _regression(5, "Next session: valence", "ret_market_lead1", VALENCE),
        _regression(6, "Next session: six", "ret_market_lead1", PRE_OPEN),
        _regression(7, "Change of log VIX: six", "d_log_vix", PRE_OPEN),
    ),
    caution=OVERLAP,
)

MARKET_VAR = Family(
    name="market_var",
    explanation="How do the market's return, VIX and emotions depend on each other's past?",
    specs=(
        _equation(1, "Return (with valence)", "ret_market", VALENCE),
        _equation(2, "VIX (with valence)", "d_log_vix", VALENCE),
        _equation(3, "Valence", "pre_open_valence", VALENCE),
        _equation(4, "Return (with six emotions)", "ret_market", PRE_OPEN),
        *(
            _equation(number, emotion.capitalize(), f"pre_open_{emotion}", PRE_OPEN)
            for number, emotion in enumerate(SIX, start=5)
        ),
    ),
    caution=OVERLAP,
)

MARKET_GRANGER = Family(
    name="market_granger",
    explanation="Do past emotions help to forecast the market's return, and past returns its emotions?",
    specs=(
        _series("market_granger", 1, "Valence to return", "ret_market", VALENCE, estimator="granger"),
        _series("market_granger", 2, "Six emotions to return", "ret_market", PRE_OPEN, estimator="granger"),
        _series(
            "market_granger", 3, "Return to valence", "pre_open_valence", ("ret_market",), estimator="granger"
        ),
        *(
            _series(
                "market_granger",
                number,
                f"Return to {emotion}",
                f"pre_open_{emotion}",
                ("ret_market",),
                beside=tuple(name for name in PRE_OPEN if name != f"pre_open_{emotion}"),
                estimator="granger",
            )
            for number, emotion in enumerate(SIX, start=4)
        ),
    ),
    caution="To help in a forecast is not to cause. The test uses all sessions, so it is no forecast that "
    "could have been made at the time.",
)

MARKET_RESPONSES = Family(
    name="market_responses",
    explanation="How does the market's return move in the ten sessions after a shock to its emotions?",
    specs=(
        *(
            # Emotions come first: their window closes before the session opens.
            _response(number, emotion, (*PRE_OPEN, "ret_market", "d_log_vix"))
            for number, emotion in enumerate(SIX, start=1)
        ),
        _response(7, "valence", (*VALENCE, "ret_market", "d_log_vix")),
    ),
    caution=OVERLAP
    + " Emotions stand first in the order, so the response of session 0 holds whatever the night "
    "brought to both; among the six, an earlier emotion takes what it shares with a later one. "
    "In simulations the 95 % bands cover the truth about 90 % of the time: they are somewhat narrow.",
)
