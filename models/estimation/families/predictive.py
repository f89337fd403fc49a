"""The headline table and its neighbours: emotions before and during the session, and its return."""

from dataclasses import replace

from models.emotions import SIX
from models.estimation.spec import Family, Sample, Spec

RETURNS = ("ret_oc", "ret_oc_lag1", "ret_co", "ret_20")
CONTROLS = ("ret_oc_lag1", "ret_co", "ret_20", "vol_183", "pre_open_log_posts")
PRE_OPEN = tuple(f"pre_open_{emotion}" for emotion in SIX)
INTRADAY = tuple(f"intraday_{emotion}" for emotion in SIX)
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

# One post is a noisy measure of a mood: the same table where at least five were written.
PREDICTIVE_TALKED_ABOUT = replace(
    PREDICTIVE.change(family="predictive_5_posts", sample=Sample(min_posts=5)),
    name="predictive_5_posts",
    explanation="The predictive table on firm-days with at least five posts before the open.",
)


def _contemporaneous(number: int, title: str, regressors: tuple[str, ...]) -> Spec:
    return Spec(
        family="contemporaneous",
        column_no=number,
        title=title,
        outcome="ret_oc",
        regressors=regressors,
        controls=(*CONTROLS[:-1], "intraday_log_posts"),
        winsorised=RETURNS,
        needs=("intraday_valence", *INTRADAY),
        sample=Sample(window="intraday"),
    )


CONTEMPORANEOUS = Family(
    name="contemporaneous",
    explanation="How do emotions of the posts during a session go together with the return of that session?",
    specs=(
        _contemporaneous(1, "Controls", ()),
        _contemporaneous(2, "+ valence", ("intraday_valence",)),
        _contemporaneous(3, "+ six emotions", INTRADAY),
    ),
    caution="An association only: posts during a session answer its prices as much as prices answer them.",
)
