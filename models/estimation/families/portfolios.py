"""Portfolios sorted by emotion before the open."""

from models.emotions import SIX
from models.estimation.families.predictive import PRE_OPEN
from models.estimation.spec import Family, Spec

SIGNALS = ("pre_open_valence", *PRE_OPEN)


def _column(number: int, title: str, signal: str, *, held: bool = False) -> Spec:
    return Spec(
        family="portfolios",
        column_no=number,
        title=title,
        outcome="ret_cc_lead1" if held else "ret_oc",
        regressors=(signal,),
        effects=(),
        inference="newey-west",
        needs=tuple(name for name in SIGNALS if name != signal),
        estimator="sort_portfolios",
        options=(("groups", 5), ("trading", "held" if held else "open_to_close")),
    )


PORTFOLIOS = Family(
    name="portfolios",
    explanation="What did portfolios sorted by emotions before the open earn, before and after costs?",
    specs=(
        _column(1, "Valence", "pre_open_valence"),
        *(
            _column(number, emotion.capitalize(), f"pre_open_{emotion}")
            for number, emotion in enumerate(SIX, start=2)
        ),
        _column(len(SIX) + 2, "Valence, held to the next close", "pre_open_valence", held=True),
    ),
    caution=(
        "Paper portfolios: every order is filled at the open or close price, shares can always be borrowed, "
        "and eight columns are eight chances to find something."
    ),
)
