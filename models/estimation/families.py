"""The families of regressions. A new one is a tuple of specs and a line in `FAMILIES`."""

from models.emotions import SIX
from models.estimation.spec import Family, Spec

RETURNS = ("ret_oc", "ret_oc_lag1", "ret_co", "ret_20")
CONTROLS = ("ret_oc_lag1", "ret_co", "ret_20", "vol_183", "pre_open_log_posts")
PRE_OPEN = tuple(f"pre_open_{emotion}" for emotion in SIX)
LAGGED = tuple(f"{window}_{emotion}_lag1" for window in ("pre_open", "intraday") for emotion in SIX)


def _column(number: int, title: str, regressors: tuple[str, ...]) -> Spec:
    return Spec(
        family="predictive",
        column_no=number,
        title=title,
        outcome="ret_oc",
        regressors=regressors,
        controls=CONTROLS,
        winsorised=RETURNS,
        # The first three columns stand on one sample, so that they can be compared.
        needs=("pre_open_valence", *PRE_OPEN),
    )


PREDICTIVE = Family(
    name="predictive",
    explanation="Do emotions of the posts before the open predict the return from that open to the close?",
    specs=(
        _column(1, "Controls", ()),
        _column(2, "+ valence", ("pre_open_valence",)),
        _column(3, "+ six emotions", PRE_OPEN),
        _column(4, "+ windows of t-1", PRE_OPEN + LAGGED),
    ),
)

FAMILIES = {family.name: family for family in (PREDICTIVE,)}
