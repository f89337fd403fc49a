"""Volatility and volume: how wildly and how much is traded after emotions."""

from models.estimation.families.predictive import PRE_OPEN
from models.estimation.spec import Family, Spec

MEASURES = {
    "log_rv_gk": "Garman-Klass",
    "log_rv_parkinson": "Parkinson",
    "log_rv_rs": "Rogers-Satchell",
    "abs_ret_oc": "Absolute return",
}


def _har(number: int, measure: str, title: str) -> Spec:
    return Spec(
        family="volatility",
        column_no=number,
        title=title,
        outcome=measure,
        regressors=PRE_OPEN,
        controls=(*(f"{measure}_{span}" for span in ("day", "week", "month")), "pre_open_log_posts"),
        winsorised=(measure,) if measure == "abs_ret_oc" else (),
    )


VOLATILITY = Family(
    name="volatility",
    explanation="Do emotions before the open go with volatility, beyond its past day, week and month (HAR)?",
    specs=tuple(_har(n, measure, title) for n, (measure, title) in enumerate(MEASURES.items(), start=1)),
)


def _volume(number: int, outcome: str, title: str, controls: tuple[str, ...]) -> Spec:
    return Spec(
        family="volume",
        column_no=number,
        title=title,
        outcome=outcome,
        regressors=(*PRE_OPEN, "pre_open_log_posts"),
        controls=controls,
        winsorised=("ret_oc_lag1", "ret_20"),
    )


VOLUME = Family(
    name="volume",
    explanation="Do emotions and the number of posts before the open go with the volume of the session?",
    specs=(
        _volume(1, "log_volume", "Log volume", ("log_volume_lag1", "ret_oc_lag1", "ret_20", "vol_183")),
        _volume(
            2,
            "abnormal_volume",
            "Abnormal volume",
            ("abnormal_volume_lag1", "ret_oc_lag1", "ret_20", "vol_183"),
        ),
    ),
)
