"""Sentences about estimates: insignificance as plainly as significance."""

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard.words.plain import day, p_value, plain, significant
from models.tables.joint import OTHERS as OTHER_TESTS
from models.tables.labels import describe, label

# Kind of standard errors -> what they are, where they are not clustered.
ERRORS = {
    "iid": "for errors that are independent and of equal variance (iid)",
    "HC1": "robust to unequal variances (HC1), not clustered",
    "HC3": "robust to unequal variances (HC3), not clustered",
    "driscoll-kraay": "robust to dependence across firms and over time (Driscoll-Kraay)",
    "newey-west": "robust to unequal variances and dependence over time (Newey-West)",
}
# Format of a table -> what its button says, and its media type.
DOWNLOADS = {
    "md": ("Markdown", "text/markdown"),
    "tex": ("LaTeX", "application/x-tex"),
    "html": ("HTML", "text/html"),
    "typ": ("Typst", "text/plain"),
    "csv": ("CSV", "text/csv"),
    "json": ("JSON", "application/json"),
    "docx": ("Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def test_sentence(model: Mapping[str, Any]) -> str:
    """Say what was tested jointly in a model, with the statistic; else how its figures came about."""
    if model.get("joint_f") is None:
        if untested := _count_untested(model):
            return (
                f"No joint test: the covariance of the {untested} terms of interest is singular, as with "
                f"fewer clusters than terms.{_tell_doubts(model)}"
            )
        said = model.get("verdict") or model.get("method")
        none = f"No emotion terms stand in this column, so there is no joint test.{_tell_doubts(model)}"
        return plain(said, 600) if said else none
    n = int(model["joint_df1"])
    # Where the law is that of large samples there are no second degrees of freedom.
    freedom = f"{n}" if model["joint_df2"] is None else f"{n}, {int(model['joint_df2'])}"
    gain = model.get("r_squared_gain_bp")
    they = "It adds" if n == 1 else "They add"
    gained = "" if gain is None else f" {they} {significant(gain).lstrip('+')} bp of R² to the controls."
    # Of estimators of other kinds no term has an adjusted p-value.
    many = n > 1 and bool(model.get("corrections"))
    adjusted = " The table has p-values of single terms adjusted for their number." if many else ""
    return (
        f"Tested: {_name_null(model, n)}, F({freedom}) = {model['joint_f']:.2f}, "
        f"{p_value(model['joint_p'])}.{gained}{adjusted}{_tell_doubts(model)}"
    )


def sample_sentence(model: Mapping[str, Any]) -> str:
    """Say on which rows a model was estimated, with which effects and standard errors."""
    effects = {"ticker": "firm", "session": "session"}
    named = " and ".join(effects.get(part, part) for part in (model["effects"] or "").split("+") if part)
    kind = model.get("rows") or "firm-days"
    counted = [f"{model['n_obs']:,} {kind}"]
    if kind == "firm-days":
        counted += [f"of {count:,} firms" for count in (model["n_firms"],) if count is not None]
        counted += [f"in {count:,} sessions" for count in (model["n_sessions"],) if count is not None]
    if model["sample_start"] is not None:
        counted[-1] += f", {day(model['sample_start'])} to {day(model['sample_end'])}"
    rules = [plain(model["sample_rules"], 200)] if model["sample_rules"] else []
    described = f"{'; '.join([' '.join(counted), *rules])}."
    if not model.get("corrections"):
        return described
    absorbed = f"Effects of {named} absorbed" if named else "No effects absorbed"
    return f"{described} {absorbed}; {errors_said(model)}."


def errors_said(model: Mapping[str, Any]) -> str:
    """Say of which kind the standard errors of a model are, and whether its p-values are bootstrapped."""
    kind, _, lags = str(model.get("inference") or "").partition(":")
    counts = {
        "ticker": (model.get("n_clusters_firm"), "firm"),
        "session": (model.get("n_clusters_session"), "session"),
    }
    if kind == "cluster":
        clusters = [counts.get(name, (None, name)) for name in lags.split("+")]
        named = " and ".join(word if n is None else f"{n:,} {word}s" for n, word in clusters)
        said = f"standard errors clustered by {named}"
    else:
        words = ERRORS.get(kind, "not clustered")
        said = f"standard errors {words}{f', {lags} lags' if lags else ''}"
    return f"{said}; p-values and intervals by the wild cluster bootstrap" if model.get("bootstrap") else said


def regression_title(model: Mapping[str, Any]) -> str:
    """Say what the joint test of a model's regressors of interest found, either way as plainly."""
    if model.get("joint_p") is None:
        if untested := _count_untested(model):
            return f"Not tested jointly: too few clusters for {untested} terms"
        slopes = model.get("estimator") in {None, "least_squares"}
        return "Controls alone: no emotion is tested in this column" if slopes else plain(model["title"], 80)
    n = int(model["joint_df1"])
    p = p_value(model["joint_p"])
    emotional = _are_emotions(model)
    if model["joint_p"] < 0.05:
        one, many = ("emotion measure", "emotion measures") if emotional else ("term tested", "terms tested")
        subject = f"The {one} is" if n == 1 else f"The {n} {many} are"
        outcome = name_outcome(str(model["outcome"]))
        return f"{subject} {'' if n == 1 else 'jointly '}associated with {outcome} ({p})"
    things = "emotions" if emotional else f"the {'term' if n == 1 else 'terms'} tested"
    return f"No association with {things} can be told from zero ({p})"


def name_outcome(outcome: str) -> str:
    """Return an outcome as the object of a sentence: the return from open to close."""
    words = plain(label(outcome), 60)
    return f"the {words[0].lower()}{words[1:]}" if words[1:2].islower() else f"the {words}"


def _name_null(model: Mapping[str, Any], n: int) -> str:
    """Say which hypothesis the joint test is of."""
    estimator = str(model.get("estimator"))
    if estimator in OTHER_TESTS:
        return f"that {OTHER_TESTS[estimator][1]}"
    one, many = ("emotion term", "emotion terms") if _are_emotions(model) else ("term", "terms of interest")
    return f"that the {one} is zero" if n == 1 else f"that all {n} {many} are zero"


def _count_untested(model: Mapping[str, Any]) -> int:
    """Count the terms of interest that a least-squares column kept and could not test jointly."""
    if not model.get("corrections") or model.get("joint_f") is not None:
        return 0
    dropped = str(model.get("dropped_terms") or "").split(", ")
    return sum(term not in dropped for term in _list_regressors(model))


def _list_regressors(model: Mapping[str, Any]) -> list[str]:
    """List the terms of interest of a model; none where its spec is not stored."""
    return list(json.loads(model["spec"])["regressors"]) if model.get("spec") else []


def _are_emotions(model: Mapping[str, Any]) -> bool:
    """Whether what is tested in a model are measures of emotion; taken to be where its spec is not stored."""
    return all(describe(term).place for term in _list_regressors(model))


def _tell_doubts(model: Mapping[str, Any]) -> str:
    """Say what the joint test leaves out, and where it cannot be trusted."""
    said = []
    if dropped := model.get("dropped_terms"):
        words = ", ".join(plain(label(name), 60) for name in str(dropped).split(", "))
        said.append(f" Left out, for they say what the others or the effects say: {words}.")
    if model.get("bootstrap") and model.get("joint_f") is not None:
        said.append(
            " The joint test is not bootstrapped: with few clusters trust the p-values of single terms."
        )
    return "".join(said)


def column_headings(models: pl.DataFrame) -> dict[str, str]:
    """Return the heading of each of a family's columns by its number: "1" is "(1) Controls"."""
    return {
        str(row["column_no"]): f"({row['column_no']}) {plain(row['title'], 60)}"
        for row in models.iter_rows(named=True)
    }


def first_column(models: pl.DataFrame) -> str:
    """Return the number of the column shown first: the fewest emotion terms that are more than one."""
    several = models.filter(pl.col("joint_df1") > 1).sort("joint_df1", "column_no")
    return str((several if several.height else models.tail(1))["column_no"][0])
