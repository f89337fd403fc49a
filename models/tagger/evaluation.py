"""How good a tagger is: on labelled posts, by class, in its probabilities, and in its speed."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.emotions import EMOTIONS, NEGATIVE, POSITIVE
from models.tagger.scoring import Tagger

BINS = 10
VALENCES = ("negative", "neutral", "positive")
WARM_UP = 100  # posts
SMALLEST = 1e-7  # probabilities below it count as it in the log loss


@dataclass(frozen=True)
class Evaluation:
    """Figures of a tagger on labelled posts.

    Parameters
    ----------
    accuracy, macro_f1, log_loss
        Over the seven emotions; macro-F1 is the plain mean over the emotions that occur among the labels.
    valence_accuracy, valence_macro_f1
        Of three classes: happy, the four negative emotions, and neutral with surprise, by the largest sum
        of probabilities.
    calibration_error
        Expected calibration error of the likeliest emotion, ten bins of equal width: mean absolute
        difference of confidence and accuracy, weighted by posts.
    confident_half_accuracy
        Accuracy on the half of the posts with the highest confidence.
    posts_per_second
        None where it was not timed.
    by_class
        `emotion, precision, recall, f1, support`.
    confusion
        (7, 7): posts by labelled emotion (rows) and likeliest emotion (columns).
    reliability
        `confidence, accuracy, n_posts`, a row a bin that holds posts.
    """

    n_posts: int
    accuracy: float
    macro_f1: float
    log_loss: float
    valence_accuracy: float
    valence_macro_f1: float
    calibration_error: float
    confident_half_accuracy: float
    posts_per_second: float | None
    by_class: pl.DataFrame
    confusion: NDArray[np.int64]
    reliability: pl.DataFrame

    def figures(self) -> dict[str, float | int | None]:
        """Return the single figures by name."""
        return {
            name: value for name, value in vars(self).items() if isinstance(value, float | int | type(None))
        }


def evaluate(tagger: Tagger, texts: pl.Series, labels: Sequence[str]) -> Evaluation:
    """Score labelled texts and say how good the scores are.

    Raises
    ------
    ValueError
        There is no post, or a label is no emotion.
    """
    proba, posts_per_second = timed_proba(tagger, texts)
    return evaluate_proba(proba, labels, posts_per_second)


def timed_proba(tagger: Tagger, texts: pl.Series) -> tuple[NDArray[np.float32], float]:
    """Return the probabilities of texts, (n, 7), and how many posts a second were scored."""
    tagger.predict_proba(texts[:WARM_UP])  # loading and warming up are not the speed of scoring
    started = time.perf_counter()
    proba = tagger.predict_proba(texts)
    return proba, len(texts) / max(time.perf_counter() - started, 1e-9)


def evaluate_proba(
    proba: NDArray[np.floating], labels: Sequence[str], posts_per_second: float | None = None
) -> Evaluation:
    """Say how good probabilities (n, 7) in the order of `EMOTIONS` are for labels (n)."""
    check_labels(labels)
    truth = np.array([EMOTIONS.index(label) for label in labels])
    guess, confidence = proba.argmax(axis=1), proba.max(axis=1)
    right = guess == truth
    confusion = np.zeros((len(EMOTIONS), len(EMOTIONS)), np.int64)
    np.add.at(confusion, (truth, guess), 1)
    by_class = _by_class(confusion, EMOTIONS)
    of_valence = np.array([2 if e in POSITIVE else 0 if e in NEGATIVE else 1 for e in EMOTIONS])
    sums = np.stack([proba[:, of_valence == v].sum(axis=1) for v in range(3)], axis=1)
    valences = np.zeros((3, 3), np.int64)
    np.add.at(valences, (of_valence[truth], sums.argmax(axis=1)), 1)
    reliability = _reliability(confidence, right)
    gaps = (reliability["confidence"] - reliability["accuracy"]).abs() * reliability["n_posts"]
    half = np.argsort(-confidence, kind="stable")[: max(len(truth) // 2, 1)]
    of_truth = np.maximum(proba[np.arange(len(truth)), truth], SMALLEST)
    return Evaluation(
        n_posts=len(truth),
        accuracy=float(right.mean()),
        macro_f1=_macro_f1(by_class),
        log_loss=float(-np.log(of_truth).mean()),
        valence_accuracy=float(np.trace(valences) / len(truth)),
        valence_macro_f1=_macro_f1(_by_class(valences, VALENCES)),
        calibration_error=float(gaps.sum() / len(truth)),
        confident_half_accuracy=float(right[half].mean()),
        posts_per_second=posts_per_second,
        by_class=by_class,
        confusion=confusion,
        reliability=reliability,
    )


def accuracy_and_macro_f1(confusion: NDArray[np.int64]) -> tuple[float, float]:
    """Return both figures of posts (7, 7) by labelled emotion (rows) and given emotion (columns)."""
    return float(np.trace(confusion) / confusion.sum()), _macro_f1(_by_class(confusion, EMOTIONS))


def check_labels(labels: Sequence[str]) -> None:
    """Refuse labels that cannot be compared with scores.

    Raises
    ------
    ValueError
        There is none, or one is no emotion.
    """
    if not len(labels):
        raise ValueError("there is no labelled post.")
    if unknown := sorted(set(labels) - set(EMOTIONS)):
        raise ValueError(f"the labels {', '.join(unknown)} are no emotions; expected {', '.join(EMOTIONS)}.")


def _by_class(confusion: NDArray[np.int64], classes: Sequence[str]) -> pl.DataFrame:
    hits, guessed, support = np.diag(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    return pl.DataFrame(
        {
            "emotion": classes,
            "precision": hits / np.maximum(guessed, 1),
            "recall": hits / np.maximum(support, 1),
            "f1": 2 * hits / np.maximum(guessed + support, 1),
            "support": support,
        }
    )


def _macro_f1(by_class: pl.DataFrame) -> float:
    return float(by_class.filter(pl.col("support") > 0)["f1"].to_numpy().mean())


def _reliability(confidence: NDArray[np.floating], right: NDArray[np.bool_]) -> pl.DataFrame:
    return (
        pl.DataFrame({"confidence": confidence.astype(float), "accuracy": right.astype(float)})
        .with_columns(bin=(pl.col("confidence") * BINS).floor().clip(0, BINS - 1))
        .group_by("bin")
        .agg(pl.col("confidence").mean(), pl.col("accuracy").mean(), n_posts=pl.len())
        .sort("bin")
        .drop("bin")
    )
