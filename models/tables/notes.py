"""The notes under a table: units, inference, sample and provenance, from the stored facts alone."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from models.emotions import BASELINE
from models.tables.labels import UNITS, describe, label
from models.tables.units import Unit

Facts = Mapping[str, Any]  # one stored model

CAUTION = "Associations, not effects: emotions and returns may share causes."
# "19,422" is one number; "87, t" ends one.
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_VARIABLE = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")

# Cameron and Miller, "A practitioner's guide to cluster-robust inference" (Journal of Human Resources 2015).
FEW_CLUSTERS = 40
FEW_CLUSTERS_CAUTION = (
    f" Caution: with fewer than {FEW_CLUSTERS} clusters such standard errors tend to be too small and "
    "p-values too low."
)


def write_notes(
    models: Sequence[Facts],
    terms: Sequence[str],
    of_interest: str,
    n_tested: int,
    unit: Unit,
    adjusted: bool,
) -> tuple[str, ...]:
    """Write the sentences under a table.

    Parameters
    ----------
    models
        The stored models, one a column, in the table's order.
    terms
        The names of all terms.
    of_interest
        What the terms of interest are called, such as "emotion terms".
    n_tested
        The most terms of interest in one column.
    unit
        What estimates are shown in.
    adjusted
        Whether the table has adjusted p-values.
    """
    # What is no least squares says in a sentence of its own how it was computed.
    sandwiched = [model for model in models if model.get("corrections")]
    few = any(_has_few_clusters(model) for model in sandwiched)
    notes = [
        _say("", models, "verdict", ""),
        _explain_units(unit, bool(sandwiched)),
        _explain_regressors(terms),
        _say("", models, "method", "", _say_variables_within),
        sandwiched and by_column(sandwiched, [_explain_inference(m) for m in sandwiched], merge=True),
        sandwiched
        and "Small-sample corrections: "
        + by_column(sandwiched, [f"{model['corrections']}." for model in sandwiched], merge=True),
        _explain_stars(of_interest, n_tested, models, adjusted, bool(sandwiched)),
        _explain_fit(models, of_interest, few),
        _say("Sample: ", models, "sample_rules", "."),
        "Sessions: " + by_column(models, [f"{m['sample_start']} to {m['sample_end']}." for m in models])
        if all(model.get("sample_start") for model in models)
        else "",
        _say("Winsorised: ", models, "winsorising", ".", _say_variables),
        _explain_weights(models),
        _explain_dropped(models),
        _explain_origin(models),
        next((str(m["caution"]) for m in models if m.get("caution")), CAUTION),
    ]
    if any(model.get("simulated") for model in models):
        notes.insert(0, "The data are simulated: nothing here is a finding about a market.")
    return tuple(note for note in notes if note)


def by_column(models: Sequence[Facts], texts: Sequence[str], merge: bool = False) -> str:
    """Say once what all columns share; else say it a column, those that share it together.

    With `merge`, texts that differ in their numbers only become one, with a number a column: "87/68".
    """
    if len(set(texts)) == 1:
        return texts[0]
    if merge and len({_NUMBER.sub("#", text) for text in texts}) == 1:
        numbers = [_NUMBER.findall(text) for text in texts]
        merged = iter(
            "/".join(place) if len(set(place)) > 1 else place[0] for place in zip(*numbers, strict=True)
        )
        return _NUMBER.sub(lambda _: next(merged), texts[0]) + " (Divided by /: one number a column.)"
    columns: dict[str, list[str]] = {}
    for model, text in zip(models, texts, strict=True):
        columns.setdefault(text, []).append(f"({model['column_no']})")
    return " ".join(f"{', '.join(numbers)}: {text}" for text, numbers in columns.items())


def _say(
    before: str, models: Sequence[Facts], fact: str, after: str, word: Callable[[str], str] = str
) -> str:
    """Say a fact of the models that have it, by column; nothing where none has it."""
    having = [model for model in models if model.get(fact)]
    if not having:
        return ""
    return before + by_column(having, [f"{word(model[fact])}{after}" for model in having])


def _explain_units(unit: Unit, slopes: bool) -> str:
    if not slopes:
        return f"Estimates over their standard errors (in brackets), {unit.explained}."
    return (
        f"Estimates over their standard errors (in brackets), {unit.explained}: the difference in the "
        "dependent variable that goes with a rise of one in the regressor, the others held."
    )


def _explain_regressors(terms: Sequence[str]) -> str:
    kinds = {describe(term).kind for term in terms}
    units = [words for kind, words in UNITS.items() if kind in kinds]
    if not units:
        return ""
    without = "emotion" in kinds and not any(f"_{BASELINE}" in term for term in terms)
    left_out = f" {BASELINE.capitalize()} is the emotion left out." if without else ""
    return f"Units of regressors: {'; '.join(units)}.{left_out}"


def _has_few_clusters(model: Facts) -> bool:
    sizes = (model.get("n_clusters_firm"), model.get("n_clusters_session"))
    return any(size and size < FEW_CLUSTERS for size in sizes)


def _explain_inference(model: Facts) -> str:
    words = {"ticker": "firm", "session": "session"}
    kind, _, dimensions = str(model["inference"]).partition(":")
    if kind == "cluster":
        named = [words.get(name, name) for name in dimensions.split("+")]
        sizes = [model.get(f"n_clusters_{name}") for name in named]
        counted = [
            name if size is None else f"{name} ({size:,} clusters)"
            for name, size in zip(named, sizes, strict=True)
        ]
        ways = "two-way clustered" if len(named) > 1 else "clustered"
        return f"Standard errors in brackets, {ways} by {' and '.join(counted)}.{_explain_few(model)}"
    assumed = {
        "iid": "for errors that are independent and of equal variance (iid)",
        "HC1": "robust to heteroskedasticity (HC1), not clustered",
        "HC3": "robust to heteroskedasticity (HC3), not clustered",
        "driscoll-kraay": "robust to dependence across firms and over time (Driscoll-Kraay)",
        "newey-west": "robust to heteroskedasticity and autocorrelation (Newey-West)",
    }
    return f"Standard errors in brackets, {assumed.get(kind, kind)}."


def _explain_few(model: Facts) -> str:
    if not _has_few_clusters(model):
        return ""
    if words := model.get("bootstrap"):
        return f" Since clusters are few, {words}."
    return FEW_CLUSTERS_CAUTION


def _explain_stars(
    of_interest: str, n_tested: int, models: Sequence[Facts], adjusted: bool, two_sided: bool
) -> str:
    sides = ", two-sided" if two_sided else ""
    legend = f"* p < 0.10, ** p < 0.05, *** p < 0.01{sides}, each term by itself."
    if n_tested < 2 or not any(model.get("joint_df1") for model in models):
        return legend
    several = f"{legend} Up to {n_tested} {of_interest} are tested in a column"
    if not adjusted:
        return f"{several}; p-values are not adjusted for that."
    return (
        f"{several}. p-values adjusted for that are Romano-Wolf's (they bound the chance of any false "
        "finding) and Benjamini-Hochberg's (the share of false ones among the findings)."
    )


def _explain_fit(models: Sequence[Facts], of_interest: str, few: bool) -> str:
    sentences = {
        "n_singletons": "Singletons are firm-days alone in their firm or session.",
        "r_squared_within": "R² within is that of what the effects leave.",
        "r_squared_gain_bp": "The gain in R² is over the controls and effects alone, on the same firm-days.",
        "joint_f": f"The joint test is that the {of_interest} of the column are all zero; the first of its "
        "degrees of freedom is their number."
        + (" It is not bootstrapped: with few clusters trust the adjusted p-values." if few else ""),
    }
    present = {name for name in sentences if any(model.get(name) is not None for model in models)}
    return " ".join(words for name, words in sentences.items() if name in present)


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


def _say_variables_within(text: str) -> str:
    """Put words for the variables' names in a sentence."""
    return _VARIABLE.sub(lambda name: label(name[0]), text)


def _say_variables(text: str) -> str:
    """Put words for the variables' names in a list of them; words have commas, so semicolons divide."""
    if not _VARIABLE.search(text):
        return text
    apart = text.replace(", ", "; ").replace(" at ", ", each at ")
    return _VARIABLE.sub(lambda name: label(name[0]), apart)
