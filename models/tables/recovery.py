"""The headline of a simulated market: planted coefficients beside their estimates."""

import math
from collections.abc import Mapping

import polars as pl

from models.emotions import SIX

FAMILY = "predictive"
SIX_COLUMN = 3  # the column of the family that has the six emotions
BASIS_POINTS = 1e4


def compare_with_planted(
    models: pl.DataFrame, terms: pl.DataFrame, planted: Mapping[str, float], truth: str, tagged: str
) -> str:
    """Return the planted coefficients beside those estimated from true and from tagged emotions, as text.

    Parameters
    ----------
    models, terms
        Stored results that hold the predictive family for both taggers.
    planted
        Emotion -> coefficient on the return from open to close, in decimals.
    truth, tagged
        The names of the two taggers.

    Returns
    -------
    str
        A table in basis points (for a share of posts that goes from 0 to 1) with 95 % intervals, and
        what the gap between its last two columns is.
    """
    estimates = {name: _six_emotions(models, terms, name) for name in (truth, tagged)}
    lines = [
        "Return from open to close on the emotions of the posts before the open (simulated), in basis points",
        "for a share that goes from 0 to 1; in brackets the 95 % interval, clustered by firm and session.",
        "",
        f"{'emotion':<10}{'planted':>9}   {'from true emotions':<28}{'from tagged emotions':<28}",
    ]
    inside = {truth: 0, tagged: 0}
    for emotion in SIX:
        line = f"{emotion:<10}{planted[emotion] * BASIS_POINTS:>9.1f}   "
        for name, rows in estimates.items():
            row = rows[emotion]
            inside[name] += row["conf_low"] <= planted[emotion] <= row["conf_high"]
            estimate, low, high = (row[c] * BASIS_POINTS for c in ("estimate", "conf_low", "conf_high"))
            line += f"{f'{estimate:7.1f}  [{low:.1f}, {high:.1f}]':<28}"
        lines.append(line.rstrip())
    lines += [
        "",
        f"Intervals that cover the planted value: {inside[truth]} of 6 from true emotions, "
        f"{inside[tagged]} of 6 from tagged ones.",
        *_attenuation(estimates[truth], estimates[tagged], planted),
    ]
    return "\n".join(lines)


def _attenuation(
    true: Mapping[str, Mapping[str, float]],
    tagged: Mapping[str, Mapping[str, float]],
    planted: Mapping[str, float],
) -> list[str]:
    """Say how much of the association the tagger's errors cost.

    Coefficients on a share from 0 to 1 cannot tell: a tagger's probabilities move less than shares of
    posts do, which makes a coefficient larger as its errors make it smaller. Per standard deviation
    of the regressor (within firm and session) the two can be compared.
    """

    def moved(rows: Mapping[str, Mapping[str, float]]) -> float:
        return sum(math.copysign(rows[e]["estimate_per_sd"], rows[e]["estimate"] * planted[e]) for e in SIX)

    share = f"{moved(tagged) / moved(true):.0%}"
    spread = sum(tagged[e]["within_sd"] for e in SIX) / sum(true[e]["within_sd"] for e in SIX)
    return [
        "The tagger reads some posts wrongly. Per standard deviation of the regressor, returns move with the",
        f"tagged emotions by {share} of what they move with the true ones: that gap is "
        "the tagger's attenuation.",
        f"(Tagged probabilities also vary less than true shares, {spread:.0%} of their standard deviation,",
        "so a coefficient for 0 to 1 need not be smaller.) On real posts only the last column exists.",
    ]


def _six_emotions(models: pl.DataFrame, terms: pl.DataFrame, tagger: str) -> dict[str, dict[str, float]]:
    model = models.filter(
        (pl.col("family") == FAMILY) & (pl.col("tagger") == tagger) & (pl.col("column_no") == SIX_COLUMN)
    )
    rows = terms.join(model.select("result_id"), on="result_id", how="inner")
    by_term = {row["term"]: row for row in rows.to_dicts()}
    return {emotion: by_term[f"pre_open_{emotion}"] for emotion in SIX}
