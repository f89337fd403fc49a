"""Robustness: the six-emotion column of the headline under other choices, and its placebo."""

from collections.abc import Iterator
from dataclasses import replace

from models.emotions import SIX
from models.estimation.families.predictive import CONTROLS, PRE_OPEN, PREDICTIVE, RETURNS
from models.estimation.spec import Family, Sample, Spec

HEADLINE = replace(PREDICTIVE.specs[2], family="robustness", needs=())


def _with_emotions(
    pattern: str, posts: str = "pre_open_log_posts"
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(pattern.format(emotion) for emotion in SIX), (*CONTROLS[:-1], posts)


def _vary() -> Iterator[tuple[str, Spec]]:
    """Yield each choice that differs from the headline, one at a time, and its spec."""
    yield "As in the headline", HEADLINE
    for posts in (5, 10):
        yield f"At least {posts} posts", replace(HEADLINE, sample=Sample(min_posts=posts))
    yield "Not winsorised", replace(HEADLINE, sample=Sample(winsorise=None))
    yield "Winsorised at 1 %", replace(HEADLINE, sample=Sample(winsorise=(0.01, 0.99)))
    for inference, words in {
        "HC1": "Standard errors HC1",
        "cluster:ticker": "Clustered by firm",
        "cluster:session": "Clustered by session",
        "driscoll-kraay": "Driscoll-Kraay",
        "newey-west": "Newey-West within firms",
    }.items():
        yield words, replace(HEADLINE, inference=inference)
    yield "Session effects only", replace(HEADLINE, effects=("session",))
    yield "Firm effects only", replace(HEADLINE, effects=("ticker",))
    yield "Without controls", replace(HEADLINE, controls=())
    yield "Price of 5 dollars or more", replace(HEADLINE, sample=Sample(price_floor=5.0))
    yield "First half of the sessions", replace(HEADLINE, sample=Sample(part=(0.0, 0.5)))
    yield "Second half of the sessions", replace(HEADLINE, sample=Sample(part=(0.5, 1.0)))
    yield "Without the most-posted firm", replace(HEADLINE, sample=Sample(without_most_posted=1))
    regressors, controls = _with_emotions(
        "pre_open_{}_of_single_ticker", "pre_open_log_posts_of_single_ticker"
    )
    yield (
        "Posts that name one ticker",
        replace(HEADLINE, frame="panel_by_part", regressors=regressors, controls=controls),
    )
    regressors, controls = _with_emotions("intraday_{}_lag1")
    yield "Window: the session before", replace(HEADLINE, regressors=regressors, controls=controls)
    regressors, controls = _with_emotions("pre_open_{}_lag1")
    yield "Lagged by one session", replace(HEADLINE, regressors=regressors, controls=controls)
    yield (
        "Return from close to close",
        replace(
            HEADLINE,
            outcome="ret_cc",
            controls=tuple(c for c in CONTROLS if c != "ret_co"),
            winsorised=("ret_cc", *RETURNS),
        ),
    )


ROBUSTNESS = Family(
    name="robustness",
    explanation="Does the headline survive other choices? A specification curve, a row a choice.",
    specs=tuple(
        replace(spec, column_no=number, title=title) for number, (title, spec) in enumerate(_vary(), start=1)
    ),
    caution=(
        "Associations, not effects. Each row changes one choice of the headline; among so many rows some "
        "are significant by chance."
    ),
    layout="a row a model",
)

PLACEBO = Family(
    name="placebo",
    explanation="Would emotions dealt out at random among the firms of a session do as well?",
    specs=(
        replace(
            HEADLINE,
            family="placebo",
            column_no=1,
            title="Six emotions",
            estimator="placebo",
            regressors=PRE_OPEN,
        ),
    ),
)
