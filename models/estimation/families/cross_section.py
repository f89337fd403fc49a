"""The cross-section of firms, session by session."""

from models.estimation.families.predictive import CONTROLS, PRE_OPEN, RETURNS
from models.estimation.spec import Family, Spec


def _column(number: int, title: str, regressors: tuple[str, ...]) -> Spec:
    return Spec(
        family="fama_macbeth",
        column_no=number,
        title=title,
        outcome="ret_oc",
        regressors=regressors,
        controls=CONTROLS,
        effects=(),
        inference="newey-west",
        winsorised=RETURNS,
        needs=("pre_open_valence", *PRE_OPEN),
        estimator="fama_macbeth",
    )


FAMA_MACBETH = Family(
    name="fama_macbeth",
    explanation="Within a session, do firms with other emotions before the open have other returns?",
    specs=(
        _column(1, "Controls", ()),
        _column(2, "+ valence", ("pre_open_valence",)),
        _column(3, "+ six emotions", PRE_OPEN),
    ),
    caution="Associations, not effects. Firms are compared with each other, not with themselves: what "
    "differs between them for good is not taken out. All sessions weigh the same, whatever their firms.",
)
