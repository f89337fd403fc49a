"""What returns do before and after a session in which a firm's emotion is far above its past."""

from models.emotions import SIX
from models.estimation.spec import Family, Sample, Spec

EVENT_STUDY = Family(
    name="event_study",
    explanation="What do returns do around sessions whose emotion is far above what the firm's used to be?",
    specs=tuple(
        Spec(
            family="event_study",
            column_no=number,
            title=measure.capitalize(),
            outcome="ret_cc",
            regressors=(f"pre_open_{measure}",),
            effects=(),
            sample=Sample(min_posts=3, winsorise=None),
            estimator="event_study",
        )
        for number, measure in enumerate((*SIX, "valence"), start=1)
    ),
    caution="Associations, not effects: news moves people and prices at once, and what comes before session "
    "0 may be what the emotion is about.",
)
