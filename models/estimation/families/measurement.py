"""The headline regression with the tagger's errors as they are, and corrected in two ways."""

from models.emotions import EMOTIONS
from models.estimation.families.predictive import CONTROLS, PRE_OPEN, RETURNS
from models.estimation.spec import Family, Spec

COUNTS = tuple(f"pre_open_n_{emotion}" for emotion in EMOTIONS)


def _column(number: int, title: str, estimator: str) -> Spec:
    return Spec(
        family="measurement",
        column_no=number,
        title=title,
        outcome="ret_oc",
        regressors=PRE_OPEN,
        controls=CONTROLS,
        winsorised=RETURNS,
        # All columns stand on one sample, so that they can be compared.
        needs=(*PRE_OPEN, *COUNTS),
        estimator=estimator,
    )


MEASUREMENT = Family(
    name="measurement",
    explanation=(
        "How much do the tagger's errors matter? Mean probabilities, shares of tags as they are, shares "
        "adjusted for the tagger's confusion, and shares extrapolated to a tagger without errors."
    ),
    specs=(
        _column(1, "Mean probabilities", "least_squares"),
        _column(2, "Shares of tags", "label_shares"),
        _column(3, "Adjusted shares", "adjusted_counts"),
        _column(4, "SIMEX", "simulation_extrapolation"),
    ),
    caution=(
        "Associations, not effects: emotions and returns may share causes. The corrections suppose that "
        "the tagger errs alike on all firms and days, whatever the return, and as often as on the posts "
        "where its errors were counted. What is sought are coefficients on the true shares of a firm-day's "
        "posts. Errors make those on shares of tags too small where firm-days have few posts, and can make "
        "them, and those on mean probabilities, too large where they have many; adjusted shares are right "
        "for many posts only."
    ),
)
