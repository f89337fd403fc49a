"""The words of figures: titles and captions, from the stored facts alone."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from models.estimation import FAMILIES

Facts = Mapping[str, Any]  # one stored model

SIMULATED = "SIMULATED DATA: "
# Where a family's explanation says more than a title should, or leans on another family's.
_TITLES = {
    "predictive_5_posts": (
        "Emotions before the open and the return from open to close, five posts or more a firm-day"
    ),
    "persistence_cumulated": "Do emotions before the open go with the return from it to a later close?",
    "whose_and_what": "Whose emotions, in which posts, go with the return of the session?",
}
_INFERENCE = {
    "iid": "standard errors for independent errors of equal variance",
    "HC1": "standard errors robust to heteroskedasticity (HC1)",
    "HC3": "standard errors robust to heteroskedasticity (HC3)",
    "driscoll-kraay": "Driscoll-Kraay standard errors",
    "newey-west": "Newey-West standard errors",
}
_DIMENSIONS = {"ticker": "firm"}


def title_of(models: Sequence[Facts]) -> str:
    """Return the question that a family asks, marked where its data are simulated."""
    family = str(models[0]["family"])
    asked = FAMILIES[family].explanation if family in FAMILIES else f"Estimates of {family}"
    title = _TITLES.get(family) or (asked.partition("? ")[0] + "?" if "? " in asked else asked)
    return mark_simulated(title, any(model.get("simulated") for model in models))


def mark_simulated(title: str, simulated: bool) -> str:
    """Return a title that says so where data are simulated."""
    return f"{SIMULATED}{title}" if simulated else title


def caption_of(drawn: str, models: Sequence[Facts]) -> str:
    """Write the caption of stored models: what is drawn, sample, standard errors, what it is not."""
    family = str(models[0]["family"])
    known = FAMILIES[family].caution if family in FAMILIES else ""
    caution = next((str(m["caution"]) for m in models if m.get("caution")), known)
    return join_sentences(
        drawn,
        _say_sample(models),
        _say_inference(models),
        _say_tagger(models[0]),
        caution or "Associations, not effects.",
        "The data are simulated: nothing here is a finding about a market."
        if any(model.get("simulated") for model in models)
        else "",
    )


def join_sentences(*sentences: str) -> str:
    """Join sentences, each ending with a full stop."""
    return " ".join(s if s.endswith((".", "?")) else f"{s}." for s in sentences if s)


def _say_sample(models: Sequence[Facts]) -> str:
    counts = [int(model["n_obs"]) for model in models if model.get("n_obs") is not None]
    if not counts:
        return ""
    kinds = {str(model.get("rows") or "observations") for model in models}
    low, high = min(counts), max(counts)
    counted = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    said = f"Sample: {counted} {kinds.pop() if len(kinds) == 1 else 'observations'}"
    starts = [model["sample_start"] for model in models if model.get("sample_start")]
    ends = [model["sample_end"] for model in models if model.get("sample_end")]
    if starts and ends:
        said += f", {_day(min(starts))} to {_day(max(ends))}"
    rules = {str(model["sample_rules"]) for model in models if model.get("sample_rules")}
    return f"{said}; {rules.pop()}" if len(rules) == 1 else said


def _say_inference(models: Sequence[Facts]) -> str:
    """Say how standard errors were computed; what is no least squares has sentences of its own."""
    methods = list(dict.fromkeys(str(m["method"]) for m in models if m.get("method")))
    sandwiched = [model for model in models if model.get("corrections") and model.get("inference")]
    ways = list(dict.fromkeys(_name_inference(str(model["inference"])) for model in sandwiched))
    said = f"Intervals of 95 %: {' or '.join(ways)}" if len(ways) < 4 else "Standard errors differ by column"
    return join_sentences(methods[0] if len(methods) == 1 else "", said if sandwiched else "")


def _name_inference(inference: str) -> str:
    kind, _, dimensions = inference.partition(":")
    if kind == "cluster":
        named = [_DIMENSIONS.get(name, name) for name in dimensions.split("+")]
        return f"standard errors clustered by {' and '.join(named)}"
    return _INFERENCE.get(kind, kind)


def _say_tagger(model: Facts) -> str:
    version = f", version {model['tagger_version']}" if model.get("tagger_version") else ""
    return f"Tagger: {model['tagger']}{version}"


def _day(value: date | str) -> str:
    """Write a day that is stored as a date or as its text."""
    moment = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{moment.day} {moment:%b %Y}"
