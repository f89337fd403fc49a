"""Does the association last, reverse, or vanish? Local projections (Jorda 2005), a column a horizon."""

from models.estimation.families.predictive import CONTROLS, PRE_OPEN
from models.estimation.spec import Family, Spec

HORIZONS = range(11)


def _column(family: str, horizon: int, outcome: str) -> Spec:
    return Spec(
        family=family,
        column_no=horizon + 1,
        title=f"t+{horizon}" if horizon else "t",
        outcome=outcome,
        regressors=PRE_OPEN,
        controls=CONTROLS,
        winsorised=(outcome, "ret_oc_lag1", "ret_co", "ret_20"),
        options=(("horizon", horizon),),
    )


PERSISTENCE = Family(
    name="persistence",
    explanation="Do emotions before the open of t go with the returns of t, t+1, ... t+10?",
    specs=tuple(_column("persistence", h, f"ret_cc_lead{h}" if h else "ret_oc") for h in HORIZONS),
)

PERSISTENCE_CUMULATED = Family(
    name="persistence_cumulated",
    explanation="The same for the return from the open of t to the close of t, t+1, ... t+10.",
    specs=tuple(_column("persistence_cumulated", h, f"ret_oc_cum{h}" if h else "ret_oc") for h in HORIZONS),
    caution=(
        "Associations, not effects. Cumulated returns of neighbouring days overlap: standard errors are "
        "clustered by firm, which allows for it, and by session."
    ),
)
