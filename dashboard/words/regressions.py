"""Sentences about estimates: insignificance as plainly as significance."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard.words.plain import day, p_value, plain, significant
from models.tables.labels import label

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
        said = model.get("verdict") or model.get("method")
        return (
            plain(said, 600) if said else "No emotion terms stand in this column, so there is no joint test."
        )
    terms = int(model["joint_df1"])
    tested = "the emotion term is zero" if terms == 1 else f"all {terms} emotion terms are zero"
    # Where the law is that of large samples there are no second degrees of freedom.
    freedom = f"{terms}" if model["joint_df2"] is None else f"{terms}, {int(model['joint_df2'])}"
    gain = model.get("r_squared_gain_bp")
    gained = "" if gain is None else f" They add {significant(gain).lstrip('+')} bp of R² to the controls."
    many = "" if terms == 1 else " The table has p-values of single terms adjusted for their number."
    return (
        f"Tested: that {tested}, F({freedom}) = {model['joint_f']:.2f}, "
        f"{p_value(model['joint_p'])}.{gained}{many}"
    )


def sample_sentence(model: Mapping[str, Any]) -> str:
    """Say on which rows a model was estimated, with which effects and standard errors."""
    clusters = " and ".join(
        f"{count:,} {name}"
        for name, count in (("firms", model["n_clusters_firm"]), ("sessions", model["n_clusters_session"]))
        if count is not None
    )
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
    return (
        f"{described} {f'Effects of {named} absorbed' if named else 'No effects absorbed'}; standard errors "
        f"{f'clustered by {clusters}' if clusters else 'not clustered'}."
    )


def regression_title(model: Mapping[str, Any]) -> str:
    """Say what the joint test of a model's regressors of interest found, either way as plainly."""
    if model.get("joint_p") is None:
        slopes = model.get("estimator") in {None, "least_squares"}
        return "Controls alone: no emotion is tested in this column" if slopes else plain(model["title"], 80)
    terms = int(model["joint_df1"])
    subject = "The emotion measure is" if terms == 1 else f"The {terms} emotion measures are"
    p = p_value(model["joint_p"])
    if model["joint_p"] < 0.05:
        return f"{subject} {'' if terms == 1 else 'jointly '}associated with {_name_outcome(model)} ({p})"
    return f"No association with emotions can be told from zero ({p})"


def _name_outcome(model: Mapping[str, Any]) -> str:
    """Return the outcome as the object of a sentence."""
    words = plain(label(str(model["outcome"])), 60)
    return f"the {words[0].lower()}{words[1:]}" if words[1:2].islower() else f"the {words}"


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
