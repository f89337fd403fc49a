r"""What several stored results say together: how many tests reject, which estimate is farthest from zero.

Of :math:`m` tests of true hypotheses :math:`0.05\,m` reject on average at 5 %, so a count of rejections
is never told without the number of tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from models.tables.labels import MEASURES, describe

LEVEL = 0.05
Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Tests:
    """Several tests.

    Parameters
    ----------
    n, n_below
        How many there are, and how many have a p-value below 5 %.
    smallest
        The smallest p-value; None without a test.
    """

    n: int
    n_below: int
    smallest: float | None


@dataclass(frozen=True)
class Agreement:
    """How a measure fares under several choices.

    Parameters
    ----------
    n, n_same_sign, n_below
        How many estimates there are beside the headline's, how many have its sign, and how many of these
        a p-value below 5 %.
    low, high
        The least and the largest estimate per within-firm SD, the headline's among them.
    """

    n: int
    n_same_sign: int
    n_below: int
    low: float
    high: float


def tally_joint_tests(models: pl.DataFrame) -> Tests:
    """Tally the joint tests of models; those without one do not count."""
    p = models["joint_p"].cast(pl.Float64).drop_nulls()
    smallest = p.min()
    return Tests(p.len(), int((p < LEVEL).sum()), smallest if isinstance(smallest, float) else None)


def measure_of(term: str) -> str:
    """Return the emotion (or valence) that a term measures; "" for any other term."""
    place = describe(term).place
    return MEASURES[place[2]] if place else ""


def keep_measure(terms: pl.DataFrame, measure: str) -> pl.DataFrame:
    """Return the terms that measure one emotion."""
    return terms.filter(pl.Series([measure_of(term) == measure for term in terms["term"]], dtype=pl.Boolean))


def name_measures(terms: pl.DataFrame) -> list[str]:
    """Return the measures that terms are of, in their order."""
    found = {measure_of(term) for term in terms["term"].unique()}
    return [measure for measure in MEASURES if measure in found]


def strongest(terms: pl.DataFrame) -> Facts | None:
    """Return the emotion's term with the smallest p-value; None where no emotion has one."""
    known = terms.filter(pl.col("p_value").is_not_null() & pl.col("conf_low").is_not_null())
    emotional = known.filter(pl.Series([bool(measure_of(term)) for term in known["term"]], dtype=pl.Boolean))
    return emotional.sort("p_value", "position").row(0, named=True) if emotional.height else None


def compare_choices(models: pl.DataFrame, terms: pl.DataFrame, measure: str) -> Agreement | None:
    """Compare a measure's estimates with the headline's, that of the first model; None without it."""
    of_measure = (
        keep_measure(terms, measure)
        .drop("column_no", strict=False)
        .join(models.select("result_id", "column_no"), on="result_id", how="inner")
        .filter(pl.col("estimate_per_sd").is_not_null())
        .sort("column_no")
    )
    if of_measure.is_empty() or of_measure["column_no"][0] != models["column_no"].min():
        return None
    headline = float(of_measure["estimate_per_sd"][0])
    others = of_measure[1:]
    same = others.filter(pl.col("estimate_per_sd").sign() == (1.0 if headline > 0 else -1.0))
    values = [float(value) for value in of_measure["estimate_per_sd"]]
    n_below = same.filter(pl.col("p_value") < LEVEL).height
    return Agreement(others.height, same.height, n_below, min(values), max(values))


def find_term(models: pl.DataFrame, terms: pl.DataFrame, column: int, term: str) -> Facts | None:
    """Return a term of the model of a column; None where there is none or it has no estimate."""
    ids = models.filter(pl.col("column_no") == column)["result_id"].to_list()
    found = terms.filter(
        pl.col("result_id").is_in(ids), pl.col("term") == term, pl.col("estimate").is_not_null()
    )
    return found.row(0, named=True) if found.height else None


def most_lasting(models: pl.DataFrame, terms: pl.DataFrame) -> tuple[str, float, float] | None:
    """Return the emotion whose own transition share exceeds its share over all sessions most.

    Returns
    -------
    tuple
        The emotion, the share of sessions that it dominates again after one that it dominated, and its
        share after any session. None where no such shares are stored.
    """
    best: tuple[str, float, float] | None = None
    for model in models.sort("column_no").iter_rows(named=True):
        emotion = str(model["outcome"]).rpartition("_")[2]
        own, overall = (
            find_term(models, terms, model["column_no"], name) for name in (f"from_{emotion}", "from_any")
        )
        if own is None or overall is None:
            continue
        shares = (emotion, float(own["estimate"]), float(overall["estimate"]))
        if best is None or shares[1] - shares[2] > best[1] - best[2]:
            best = shares
    return best


def longest_half_life(models: pl.DataFrame, terms: pl.DataFrame) -> tuple[str, Facts] | None:
    """Return the title of the model with the longest half-life, and its term; None without any."""
    found = [
        (str(model["title"]), row)
        for model in models.iter_rows(named=True)
        if (row := find_term(models, terms, model["column_no"], "half_life"))
    ]
    return max(found, key=lambda pair: float(pair[1]["estimate"])) if found else None


def widest_spread(models: pl.DataFrame, terms: pl.DataFrame) -> Facts | None:
    """Return the model of portfolios whose extreme groups differ most in absolute size."""
    found = [
        (abs(float(row["estimate"])), model)
        for model in models.iter_rows(named=True)
        if (row := find_term(models, terms, model["column_no"], "long_short"))
    ]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def in_its_direction(spread: Facts) -> dict[str, Any]:
    """Return a spread of portfolios in the direction in which it earned, as what is left after costs is.

    A negative spread of the highest less the lowest group is one of the lowest less the highest.
    """
    turned = dict(spread)
    if spread["estimate"] < 0:
        turned["estimate"] = -spread["estimate"]
        for end, other in (("conf_low", "conf_high"), ("conf_high", "conf_low")):
            turned[end] = None if spread[other] is None else -spread[other]
    return turned
