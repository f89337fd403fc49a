"""The notes under a table: units, inference, sample and provenance, from the stored facts alone."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.emotions import BASELINE
from models.tables.by_column import DIVIDED, by_column
from models.tables.inference import explain_corrections, explain_inference, has_few_clusters
from models.tables.labels import UNITS, describe, label
from models.tables.names import TITLES
from models.tables.numbers import show
from models.tables.style import Style
from models.tables.units import Unit

Facts = Mapping[str, Any]  # one stored model

CAUTION = "Associations, not effects: emotions and returns may share causes."
BELOW = {
    "se": "their standard errors (in parentheses)",
    "t": "their t statistics (in parentheses)",
    "interval": "their 95% intervals (in brackets)",
}
MOST_SPANS = 4  # samples' first and last days that are told one by one
_VARIABLE = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")


@dataclass(frozen=True)
class Told:
    """What the notes have to know of the table above them.

    Parameters
    ----------
    unit
        What estimates are shown in.
    of_interest
        What the terms of interest are called, such as "emotion terms".
    null
        What the joint test is of.
    n_tested
        The most terms of interest in one column.
    slopes
        Whether an estimate is a slope, so that it goes with a rise of its regressor.
    adjusted
        Whether there are adjusted p-values.
    in_rows
        Whether models are rows, which have less room.
    style
        How the table is written.
    """

    unit: Unit
    of_interest: str
    null: str
    n_tested: int
    slopes: bool
    adjusted: bool
    in_rows: bool
    style: Style


def write_notes(models: Sequence[Facts], terms: Sequence[str], told: Told) -> tuple[str, ...]:
    """Write the sentences under a table.

    Parameters
    ----------
    models
        The stored models in the table's order.
    terms
        The names of all slopes.
    """
    notes = [
        _say("", models, "verdict", "", merge=True),
        _explain_units(told),
        _explain_regressors(terms),
        _explain_rows(models, told) if told.in_rows else "",
        _say("", models, "method", "", _say_names_within, merge=True),
        explain_inference(models, counted=not told.in_rows),
        explain_corrections(models, counted=not told.in_rows),
        _explain_stars(models, told),
        _explain_fit(models, told),
        _say("Sample: ", models, "sample_rules", ".", _say_names_within, merge=True),
        _explain_uncovered(models),
        _explain_sessions(models),
        _explain_winsorising(models),
        _explain_weights(models),
        _explain_dropped(models),
        _explain_origin(models),
        _say_names_within(next((str(m["caution"]) for m in models if m.get("caution")), CAUTION)),
    ]
    if any(model.get("simulated") for model in models):
        notes.insert(0, "The data are simulated: nothing here is a finding about a market.")
    return _explain_once([note for note in notes if note])


def _explain_once(notes: Sequence[str]) -> tuple[str, ...]:
    """Leave the key to merged numbers with the first note that needs it."""
    keyed = next((i for i, note in enumerate(notes) if DIVIDED in note), None)
    return tuple(note if i == keyed else note.replace(f" {DIVIDED}", "") for i, note in enumerate(notes))


def _say(
    before: str,
    models: Sequence[Facts],
    fact: str,
    after: str,
    word: Callable[[str], str] = str,
    merge: bool = False,
) -> str:
    """Say a fact of the models that have it, by column; nothing where none has it."""
    if not any(model.get(fact) for model in models):
        return ""
    texts = [f"{word(model[fact])}{after}" if model.get(fact) else "" for model in models]
    return before + by_column(models, texts, merge)


def _explain_units(told: Told) -> str:
    shown = f"Estimates over {BELOW[told.style.below]}, {told.unit.explained}"
    if not told.slopes:
        return f"{shown}."
    return (
        f"{shown}: the difference in the dependent variable that goes with a rise of one in the regressor, "
        "the others held."
    )


def _explain_regressors(terms: Sequence[str]) -> str:
    kinds = {describe(term).kind for term in terms}
    units = [words for kind, words in UNITS.items() if kind in kinds]
    if not units:
        return ""
    # Which of the seven is left out is said where the others stand beside one another.
    without = "emotion" in kinds and not any(f"_{BASELINE}" in term for term in terms)
    emotions = any(describe(term).kind == "emotion" and describe(term).place for term in terms)
    left_out = f" {BASELINE.capitalize()} is the emotion left out." if without and emotions else ""
    return f"Units of regressors: {'; '.join(units)}.{left_out}"


def _explain_rows(models: Sequence[Facts], told: Told) -> str:
    """Say what a column has in other tables and a row has no room for."""
    means = [
        f"{'n/a' if mean is None else show(mean * told.unit.scale, told.style.digits)}."
        for mean in (model["dependent_mean"] for model in models)
    ]
    words = {"ticker": "firm", "session": "session"}
    absorbed = [
        " and ".join(words.get(name, name) for name in (model["effects"] or "none").split("+")) + "."
        for model in models
    ]
    return (
        f"Mean of the dependent variable, {told.unit.words}: {by_column(models, means)} "
        f"Effects: {by_column(models, absorbed)} Clusters are those by firm / by session. Controls are not "
        "shown."
    )


def _explain_stars(models: Sequence[Facts], told: Told) -> str:
    # Other estimators may have tests of one side; their methods say so.
    sides = ", two-sided" if all(model.get("corrections") for model in models) else ""
    legend = f"* p < 0.10, ** p < 0.05, *** p < 0.01{sides}, each term by itself."
    legend = legend if told.style.stars else ""
    if told.n_tested < 2 or not any(model.get("joint_df1") for model in models):
        return legend
    place = "row" if told.in_rows else "column"
    several = f"{legend} Up to {told.n_tested} {told.of_interest} are tested in a {place}".strip()
    if not told.adjusted:
        return f"{several}; p-values are not adjusted for that."
    if told.in_rows:
        return (
            f"{several}; p-values are not adjusted for that here, those that are stand in the files of "
            "numbers (CSV, JSON, Excel)."
        )
    return (
        f"{several}. p-values adjusted for that are Romano-Wolf's (they bound the chance of any false "
        "finding) and Benjamini-Hochberg's (the share of false ones among the findings)."
    )


def _explain_fit(models: Sequence[Facts], told: Told) -> str:
    kinds = {str(model.get("rows") or "firm-days") for model in models}
    rows = kinds.pop() if len(kinds) == 1 else "rows"
    few = any(has_few_clusters(model) for model in models if model.get("corrections"))
    bootstrapped = any(model.get("bootstrap") for model in models)
    sentences = {
        "n_singletons": f"Singletons are {rows} alone in a group of the effects, such as a firm.",
        "r_squared_within": "R² within is that of what the effects leave.",
        "r_squared_gain_bp": f"The gain in R² is over the controls and effects alone, on the same {rows}.",
        "joint_f": f"The joint test is that {told.null}"
        + ("." if told.in_rows else "; the first of its degrees of freedom is the number of restrictions.")
        + (
            " It is not bootstrapped: with few clusters trust the adjusted p-values."
            if few and bootstrapped
            else ""
        ),
    }
    present = {name for name in sentences if any(model.get(name) is not None for model in models)}
    if told.in_rows:
        present -= {"n_singletons", "r_squared_gain_bp"}
    elif not any(model["effects"] for model in models):
        present -= {"n_singletons"}
    return " ".join(words for name, words in sentences.items() if name in present)


def _explain_uncovered(models: Sequence[Facts]) -> str:
    """Say how many rows are missing because a source was down; nothing where none is."""
    if not any(model.get("n_uncovered") for model in models):
        return ""
    left_out = []
    for model in models:
        # Other estimators make events or pairs of them; what a source left out are firm-days.
        n, row = model.get("n_uncovered") or 0, "session" if model.get("rows") == "sessions" else "firm-day"
        counted = f"{n:,} {row}{'' if n == 1 else 's'}"
        left_out.append(f"{counted} whose posts were not completely observed (a source was down).")
    return "Left out: " + by_column(models, left_out, merge=True)


def _explain_sessions(models: Sequence[Facts]) -> str:
    spans = [(model.get("sample_start"), model.get("sample_end")) for model in models]
    if not all(start and end for start, end in spans):
        return ""
    if len(set(spans)) <= MOST_SPANS:
        return "Sessions: " + by_column(models, [f"{start} to {end}." for start, end in spans])
    ends = [
        str(min(days)) if len(set(days)) == 1 else f"between {min(days)} and {max(days)}"
        for days in zip(*spans, strict=True)
    ]
    return f"Sessions: from {ends[0]} to {ends[1]}, by column."


def _explain_winsorising(models: Sequence[Facts]) -> str:
    """Say what was winsorised; where that differs, dependent variables are not named one by one."""
    if not any(model.get("winsorising") for model in models):
        return ""
    texts = [str(model.get("winsorising") or "none") for model in models]
    if len(set(texts)) > 1:
        own = zip(texts, models, strict=True)
        texts = [re.sub(rf"\b{re.escape(m['outcome'])}\b", "the dependent variable", text) for text, m in own]
    return "Winsorised: " + by_column(models, [f"{_say_variables(text)}." for text in texts])


def _explain_weights(models: Sequence[Facts]) -> str:
    if not any(model.get("weights") for model in models):
        return ""
    weights = [f"{label(model['weights']) if model['weights'] else 'none'}." for model in models]
    return "Weights: " + by_column(models, weights)


def _explain_dropped(models: Sequence[Facts]) -> str:
    dropped = [f"{_say_variables(model.get('dropped_terms') or 'none')}." for model in models]
    if set(dropped) == {"none."}:
        return ""
    return "Terms dropped as collinear with the others or the effects: " + by_column(models, dropped)


def _explain_origin(models: Sequence[Facts]) -> str:
    taggers = [_name_version("tagger", m.get("tagger"), m.get("tagger_version")) for m in models]
    data = [f"data {m.get('data_version') or 'of unknown version'}" for m in models]
    code = [f"emotape {m.get('code_version') or 'of unknown version'}" for m in models]
    origins = [", ".join(parts) + "." for parts in zip(taggers, data, code, strict=True)]
    return "Made from: " + by_column(models, origins)


def _name_version(what: str, name: str | None, version: str | None) -> str:
    return f"{what} {name}" + (f" (version {version})" if version else "")


def _say_names_within(text: str) -> str:
    """Put words for the names of variables and families in a sentence."""

    def word(name: re.Match[str]) -> str:
        return f'"{TITLES[name[0]]}"' if name[0] in TITLES else label(name[0])

    return _VARIABLE.sub(word, text)


def _say_variables(text: str) -> str:
    """Put words for the variables' names in a list of them; words have commas, so semicolons divide."""
    if not _VARIABLE.search(text):
        return text
    apart = text.replace(", ", "; ").replace(" at ", ", each at ")
    return _VARIABLE.sub(lambda name: label(name[0]), apart)
