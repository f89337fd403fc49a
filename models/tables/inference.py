"""How standard errors were computed, in words."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from models.estimation.wild_bootstrap import FEW_CLUSTERS
from models.tables.by_column import by_column

Facts = Mapping[str, Any]  # one stored model

# Cameron and Miller, "A practitioner's guide to cluster-robust inference" (Journal of Human Resources 2015).
FEW_CLUSTERS_CAUTION = (
    f" Caution: with fewer than {FEW_CLUSTERS} clusters such standard errors tend to be too small and "
    "p-values too low."
)
_ASSUMED = {
    "iid": "for errors that are independent and of equal variance (iid)",
    "HC1": "robust to heteroskedasticity (HC1), not clustered",
    "HC3": "robust to heteroskedasticity (HC3), not clustered",
    "driscoll-kraay": "robust to dependence across firms and over time (Driscoll-Kraay)",
    "newey-west": "robust to heteroskedasticity and autocorrelation (Newey-West)",
}
_WORDS = {"ticker": "firm", "session": "session"}
# The numbers of one model in the formula of its corrections.
_OWN_NUMBERS = re.compile(r"(?<=\b[KG]) = \d+")
_OWN_FREEDOM = re.compile(r"\bt\(\d+\)")


def explain_inference(models: Sequence[Facts], counted: bool = True) -> str:
    """Say of which kind the standard errors are, of the models that do not say it in their method.

    Parameters
    ----------
    counted
        Whether clusters are counted here; not where a column of the table does.
    """
    return by_column(
        models, [_explain(m, counted) if m.get("corrections") else "" for m in models], merge=True
    )


def explain_corrections(models: Sequence[Facts], counted: bool = True) -> str:
    """Say the corrections for small samples, with each model's numbers where `counted`."""
    if not any(model.get("corrections") for model in models):
        return ""
    formulas = [f"{model['corrections']}." if model.get("corrections") else "" for model in models]
    if not counted:
        formulas = [_OWN_FREEDOM.sub("t", _OWN_NUMBERS.sub("", text)) for text in formulas]
        numbers = " K is the number of coefficients, G that of clusters."
    else:
        numbers = ""
    return "Small-sample corrections: " + by_column(models, formulas, merge=True) + numbers


def has_few_clusters(model: Facts) -> bool:
    """Whether a model has fewer clusters than its standard errors can be trusted with."""
    sizes = (model.get("n_clusters_firm"), model.get("n_clusters_session"))
    return any(size and size < FEW_CLUSTERS for size in sizes)


def _explain(model: Facts, counted: bool) -> str:
    kind, _, dimensions = str(model["inference"]).partition(":")
    if kind != "cluster":
        return f"Standard errors are {_ASSUMED.get(kind, kind)}."
    named = [_WORDS.get(name, name) for name in dimensions.split("+")]
    sizes = [model.get(f"n_clusters_{name}") if counted else None for name in named]
    clusters = [
        name if size is None else f"{name} ({size:,} clusters)"
        for name, size in zip(named, sizes, strict=True)
    ]
    ways = "two-way clustered" if len(named) > 1 else "clustered"
    return f"Standard errors are {ways} by {' and '.join(clusters)}.{_explain_few(model)}"


def _explain_few(model: Facts) -> str:
    if not has_few_clusters(model):
        return ""
    if words := model.get("bootstrap"):
        return f" Since clusters are few, {words}."
    return FEW_CLUSTERS_CAUTION
