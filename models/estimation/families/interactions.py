"""Where it matters: the predictive regression with slopes of their own for one half of the firms."""

from models.estimation.families.predictive import CONTROLS, PRE_OPEN, RETURNS
from models.estimation.spec import Family, Spec

# Halves are cut at the median of each session, by what was known before it opened.
HALVES = {
    "high_vol_183": "volatility",
    "high_short_interest": "short interest",
    "high_inst_own": "institutional share",
    "high_illiq": "illiquidity",
    "high_log_mcap": "market value",
}

INTERACTIONS = Family(
    name="interactions",
    explanation="Is the association stronger for volatile, shorted, illiquid, large or institutions' shares?",
    specs=tuple(
        Spec(
            family="interactions",
            column_no=number,
            title=f"High {words}",
            outcome="ret_oc",
            # The products are what is tested: whether the slopes of the two halves differ.
            regressors=tuple(f"{emotion}:{half}" for emotion in PRE_OPEN),
            controls=(*PRE_OPEN, half, *CONTROLS),
            winsorised=RETURNS,
        )
        for number, (half, words) in enumerate(HALVES.items(), start=1)
    ),
    caution=(
        "Associations, not effects. A product is how much the slope of the upper half differs from that of "
        "the lower; halves differ in more than the variable that they are cut by."
    ),
)
