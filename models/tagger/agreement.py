"""Several taggers on the same posts: how good each is, and how far they agree beyond chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.tagger.evaluation import Evaluation, check_labels, evaluate_proba, timed_proba
from models.tagger.scoring import Tagger


@dataclass(frozen=True)
class Comparison:
    """Taggers side by side.

    Parameters
    ----------
    evaluations
        Of each tagger, in their order.
    agreement
        `tagger_a, tagger_b, kappa, same`, a row a pair: Cohen's kappa of the likeliest emotions (null
        where it is not defined), and the share of posts on which they are the same.
    """

    evaluations: tuple[Evaluation, ...]
    agreement: pl.DataFrame


def compare(taggers: Sequence[Tagger], texts: pl.Series, labels: Sequence[str]) -> Comparison:
    """Score labelled texts by each tagger, one after the other, and say how good and how alike they are.

    Raises
    ------
    ValueError
        There is no post, or a label is no emotion.
    """
    check_labels(labels)  # before the work
    evaluations, guesses = [], []
    for tagger in taggers:
        proba, posts_per_second = timed_proba(tagger, texts)
        evaluations.append(evaluate_proba(proba, labels, posts_per_second))
        guesses.append(proba.argmax(axis=1))
    return Comparison(tuple(evaluations), agreements([tagger.name for tagger in taggers], guesses))


def agreements(names: Sequence[str], guesses: Sequence[NDArray[np.integer]]) -> pl.DataFrame:
    """Return how far each pair of taggers agrees: `tagger_a, tagger_b, kappa, same`.

    Parameters
    ----------
    guesses
        Of each tagger, the place in `EMOTIONS` of each post's likeliest emotion, (n posts).
    """
    return pl.DataFrame(
        [
            (name_a, name_b, cohen_kappa(a, b), float((a == b).mean()))
            for (name_a, a), (name_b, b) in combinations(zip(names, guesses, strict=True), 2)
        ],
        schema={"tagger_a": pl.String, "tagger_b": pl.String, "kappa": pl.Float64, "same": pl.Float64},
        orient="row",
    )


def cohen_kappa(first: NDArray[np.integer], second: NDArray[np.integer]) -> float | None:
    r"""Return Cohen's kappa of two series of classes, (n) each, or None where it is not defined.

    .. math:: \kappa = \frac{p_o - p_e}{1 - p_e}

    with the share p_o of posts on which both are the same, and the share p_e that would be by chance,
    each keeping its own shares of classes. 1 is agreement, 0 is chance. It is not defined where both
    give the same one class to every post.

    Raises
    ------
    ValueError
        The series differ in length, or hold nothing.
    """
    if len(first) != len(second) or not len(first):
        raise ValueError(f"the series have {len(first)} and {len(second)} posts; expected as many, and some.")
    if len(np.unique(np.concatenate([first, second]))) == 1:
        return None
    from sklearn.metrics import cohen_kappa_score

    return float(cohen_kappa_score(first, second))


def agreement_of_counts(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return how far pairs of taggers agree, from how many posts got which two emotions.

    Parameters
    ----------
    pairs
        `tagger_a, tagger_b, emotion_a, emotion_b, n_posts`; combinations that are not there count zero.

    Returns
    -------
    pl.DataFrame
        `tagger_a, tagger_b, kappa, same, n_posts`, a row a pair of taggers: Cohen's kappa as in
        `cohen_kappa` (null where it is not defined), and the share of posts with the same emotion.
    """
    keys = ["tagger_a", "tagger_b"]
    n = pl.col("n_posts")
    of_a = pairs.group_by(*keys, emotion="emotion_a").agg(n_a=n.sum())
    of_b = pairs.group_by(*keys, emotion="emotion_b").agg(n_b=n.sum())
    by_chance = (
        of_a.join(of_b, on=[*keys, "emotion"]).group_by(keys).agg(met=(pl.col("n_a") * pl.col("n_b")).sum())
    )
    alike = n.filter(pl.col("emotion_a") == pl.col("emotion_b")).sum()
    same, chance = pl.col("same"), pl.col("met").fill_null(0) / n**2
    return (
        pairs.group_by(keys)
        .agg(same=alike / n.sum(), n_posts=n.sum())
        .join(by_chance, on=keys, how="left")
        .select(*keys, kappa=pl.when(chance < 1).then((same - chance) / (1 - chance)), same=same, n_posts=n)
        .sort(keys)
    )
