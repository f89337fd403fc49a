"""How long a firm's emotions last, and which follows which."""

from models.emotions import EMOTIONS, SIX
from models.estimation.spec import Family, Spec

PRE_OPEN_ALL = tuple(f"pre_open_{emotion}" for emotion in EMOTIONS)


def _persistence(number: int, measure: str) -> Spec:
    name = f"pre_open_{measure}"
    return Spec(
        family="half_life",
        column_no=number,
        title=measure.capitalize(),
        outcome=name,
        regressors=(f"{name}_lag1",),
        effects=("ticker",),
        needs=("pre_open_posts_lag1",),  # both sessions need the minimum of posts
        estimator="half_life",
    )


def _transition(number: int, emotion: str) -> Spec:
    return Spec(
        family="transitions",
        column_no=number,
        title=f"To {emotion}",
        outcome=f"pre_open_{emotion}",
        effects=(),
        inference="cluster:ticker",
        needs=PRE_OPEN_ALL,
        estimator="transitions",
    )


HALF_LIFE = Family(
    name="half_life",
    explanation="How many sessions until half of a change in a firm's emotion before the open is gone?",
    specs=tuple(_persistence(number, measure) for number, measure in enumerate((*SIX, "valence"), start=1)),
    caution="A mean over few posts is a noisy measure of a firm's emotion, and noise makes it look less "
    "persistent than it is: compare with a higher minimum of posts. Only firms with posts in two "
    "sessions running are seen.",
)

TRANSITIONS = Family(
    name="transitions",
    explanation="From the dominant emotion of one session, which emotion dominates the next?",
    specs=tuple(_transition(number, emotion) for number, emotion in enumerate(EMOTIONS, start=1)),
    caution="Rows differ also where firms differ for good: a firm that is always happy and one that is "
    "always sad look like persistence. The family of half-lives takes such differences out.",
)
