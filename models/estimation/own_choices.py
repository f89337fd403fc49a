"""A spec as choices, one a question an analyst asks, and back: how a stored column is changed."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from models.emotions import SIX
from models.estimation.own_terms import factors
from models.estimation.spec import Option, Spec

Window = Literal["pre_open", "intraday"]

AS_STORED, SIX_EMOTIONS, VALENCE, NONE = "stored", "six", "valence", "none"
SAME_SESSION = "0"
# Whose posts: their window, and how many sessions before the outcome's.
WINDOWS = ("pre_open", "intraday", "pre_open_lag1", "intraday_lag1")
ALL_POSTS = "all"
MEANS_OF = {SIX_EMOTIONS: SIX, VALENCE: ("valence",), NONE: ()}
_HORIZON = re.compile(r"(\w+?)_(lead\d+|cum\d+)")
_RETURN = re.compile(r"ret_\w+")

LEAST_SQUARES = "least_squares"
SAMPLE = frozenset({"min_posts", "price_floor", "start", "end"})
TERMS = frozenset({"outcome", "horizon", "emotions", "window", "controls", "winsorise"})
EVERYTHING = SAMPLE | TERMS | {"part", "effects", "inference", "bootstrap"}
# Other estimators fix what their method needs.
CHANGEABLE = {
    LEAST_SQUARES: EVERYTHING,
    "fama_macbeth": SAMPLE | TERMS,
    "quantile": SAMPLE | TERMS,
}


@dataclass(frozen=True)
class Choices:
    """What may be chosen of a regression.

    Parameters
    ----------
    outcome, horizon
        The dependent variable, and when: "0" for the session of the posts, "lead3" for the third after,
        "cum3" for the return from this session's open to the close of the third after.
    emotions
        `SIX_EMOTIONS`, `VALENCE`, `NONE`, or `AS_STORED` for the column's own regressors.
    window, part
        Whose posts: one of `WINDOWS`, and a part of them such as "chat", else `ALL_POSTS`.
    inference
        See `models.estimation.spec.INFERENCE_WORDS`.
    bootstrap
        Whether few clusters are met by the wild cluster bootstrap.
    min_posts, winsorise, price_floor, start, end
        As in `Sample`.
    """

    outcome: str
    horizon: str
    emotions: str
    window: str
    part: str
    controls: tuple[str, ...]
    effects: tuple[str, ...]
    inference: str
    bootstrap: bool
    min_posts: int
    winsorise: tuple[float, float] | None
    price_floor: float | None
    start: str | None
    end: str | None


def changeable(spec: Spec) -> frozenset[str]:
    """Name the choices that may be changed of a column, which depends on its estimator."""
    return CHANGEABLE.get(spec.estimator, SAMPLE)


def read_choices(spec: Spec) -> Choices:
    """Return the choices that a spec stands for: `change(spec, read_choices(spec))` is the spec."""
    outcome, horizon = split_horizon(spec.outcome)
    emotions, window, part = _read_regressors(spec)
    return Choices(
        outcome=outcome,
        horizon=horizon,
        emotions=emotions,
        window=window,
        part=part,
        controls=spec.controls,
        effects=spec.effects,
        inference=spec.inference,
        bootstrap=spec.option("bootstrap", "where few") != "never",
        min_posts=spec.sample.min_posts,
        winsorise=spec.sample.winsorise,
        price_floor=spec.sample.price_floor,
        start=spec.sample.start,
        end=spec.sample.end,
    )


def change(spec: Spec, chosen: Choices) -> Spec:
    """Return a spec with other choices; what no choice speaks of stays, such as its weights.

    Returns that are new in the spec are winsorised like those that were there. Variables that were needed
    so that columns share a sample are needed no more where other emotions or another outcome are chosen.
    """
    before = read_choices(spec)
    outcome = join_horizon(chosen.outcome, chosen.horizon)
    measures = (chosen.emotions, chosen.window, chosen.part)
    same_measures = measures == (before.emotions, before.window, before.part)
    regressors = spec.regressors if chosen.emotions == AS_STORED else name_emotions(*measures)
    controls = tuple(name for name in chosen.controls if name not in regressors and name != outcome)
    sample = replace(
        spec.sample,
        window=spec.sample.window if same_measures else window_of(chosen.window),
        min_posts=chosen.min_posts,
        winsorise=chosen.winsorise,
        price_floor=chosen.price_floor,
        start=chosen.start,
        end=chosen.end,
    )
    changed = replace(
        spec,
        outcome=outcome,
        regressors=regressors,
        controls=controls,
        effects=chosen.effects,
        inference=chosen.inference,
        needs=spec.needs if same_measures else (),
        sample=sample,
        frame=_frame(spec, chosen),
        options=_options(spec, chosen, outcome),
    )
    return replace(changed, winsorised=_winsorised(spec, changed))


def name_emotions(emotions: str, window: str, part: str = ALL_POSTS) -> tuple[str, ...]:
    """Name the variables of a choice, such as pre_open_valence_of_chat."""
    base = window_of(window)
    ending = window.removeprefix(base) if part == ALL_POSTS else f"_of_{part}"
    return tuple(f"{base}_{measure}{ending}" for measure in MEANS_OF[emotions])


def name_log_posts(window: str, part: str = ALL_POSTS) -> str:
    """Name the count of posts that goes with emotions of a window."""
    base = window_of(window)
    return f"{base}_log_posts" + (window.removeprefix(base) if part == ALL_POSTS else f"_of_{part}")


def window_of(window: str) -> Window:
    """Return the window of one of `WINDOWS`, without how many sessions ago."""
    return "intraday" if window.startswith("intraday") else "pre_open"


def split_horizon(outcome: str) -> tuple[str, str]:
    """Return a dependent variable and its horizon: ret_cc_lead3 is ret_cc and lead3."""
    found = _HORIZON.fullmatch(outcome)
    return (found[1], found[2]) if found else (outcome, SAME_SESSION)


def join_horizon(outcome: str, horizon: str) -> str:
    """Return the variable of a dependent variable at a horizon."""
    return outcome if horizon == SAME_SESSION else f"{outcome}_{horizon}"


def _read_regressors(spec: Spec) -> tuple[str, str, str]:
    """Return which emotions of whose posts the regressors are; `AS_STORED` where no choice says it."""
    if not spec.regressors:
        return NONE, spec.sample.window, ALL_POSTS
    found = re.search(r"_of_(\w+)$", spec.regressors[0])
    part = found[1] if found else ALL_POSTS
    for window in WINDOWS if part == ALL_POSTS else WINDOWS[:1]:
        for emotions in (SIX_EMOTIONS, VALENCE):
            if spec.regressors == name_emotions(emotions, window, part):
                return emotions, window, part
    return AS_STORED, spec.sample.window, ALL_POSTS


def _frame(spec: Spec, chosen: Choices) -> str:
    if chosen.emotions == AS_STORED:
        return spec.frame
    return "panel" if chosen.part == ALL_POSTS else "panel_by_part"


def _options(spec: Spec, chosen: Choices, outcome: str) -> tuple[tuple[str, Option], ...]:
    """Return the estimator's settings: those of another outcome's horizon and of the bootstrap as chosen."""
    dropped = {"bootstrap"} | ({"horizon"} if outcome != spec.outcome else set())
    kept = tuple((name, value) for name, value in spec.options if name not in dropped)
    return kept if chosen.bootstrap else (*kept, ("bootstrap", "never"))


def _winsorised(before: Spec, after: Spec) -> tuple[str, ...]:
    known = set(before.variables)
    new = [name for name in (after.outcome, *factors(after.terms)) if name not in known]
    kept = [name for name in before.winsorised if name in after.variables or name not in known]
    had_returns = any(map(_RETURN.fullmatch, known))
    wanted = before.winsorised or not had_returns
    returns = [name for name in new if wanted and _RETURN.fullmatch(name)]
    return tuple(dict.fromkeys([*kept, *returns]))
