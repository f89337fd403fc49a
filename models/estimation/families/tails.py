"""The tails of returns: whether emotions go with very bad and very good sessions."""

from models.estimation.families.predictive import CONTROLS, PRE_OPEN, RETURNS
from models.estimation.spec import Family, Sample, Spec

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

TAILS = Family(
    name="tails",
    explanation="Do emotions before the open go with the tails of the return from open to close?",
    specs=tuple(
        Spec(
            family="tails",
            column_no=number,
            title=f"Quantile {quantile:g}",
            outcome="ret_oc",
            regressors=PRE_OPEN,
            controls=CONTROLS,
            inference="cluster:session",
            # Quantiles do not need it, and it would cut the tails that are asked about.
            winsorised=tuple(name for name in RETURNS if name != "ret_oc"),
            sample=Sample(),
            estimator="quantile",
            options=(("quantile", quantile),),
        )
        for number, quantile in enumerate(QUANTILES, start=1)
    ),
    caution="Associations, not effects. Firms and sessions are taken to shift the whole distribution: that "
    "some firms are more volatile is left to the control for volatility.",
)
