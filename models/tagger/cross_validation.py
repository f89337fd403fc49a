"""Honest figures: every post is scored by weights that never saw it or its label."""

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.emotions import EMOTIONS
from models.tagger.evaluation import Evaluation, evaluate_proba
from models.tagger.linear import LinearTagger
from models.tagger.training import Recipe, fit_weights, to_forms
from models.tagger.vectors import Vectors


def cross_validate(
    texts: pl.Series,
    labels: Sequence[str],
    vectors: Vectors,
    recipe: Recipe,
    folds: int = 5,
    progress: Callable[[int], None] = lambda fold: None,
) -> tuple[list[Evaluation], Evaluation]:
    """Return one evaluation a fold, and that of all held-out predictions together.

    Folds are stratified by emotion and drawn with the recipe's seed. `vectors` must come from posts
    whose labels were not used, so they may be shared between folds.
    """
    from sklearn.model_selection import StratifiedKFold

    forms = to_forms(texts)
    target = np.asarray(labels)
    proba: NDArray[np.float32] = np.zeros((len(texts), len(EMOTIONS)), np.float32)
    evaluations = []
    split = StratifiedKFold(folds, shuffle=True, random_state=recipe.seed)
    for number, (train, test) in enumerate(split.split(target, target), start=1):
        weights = fit_weights([forms[i] for i in train], target[train].tolist(), vectors, recipe)
        proba[test] = LinearTagger(weights, "fold").predict_proba(texts[test])
        evaluations.append(evaluate_proba(proba[test], target[test].tolist()))
        progress(number)
    return evaluations, evaluate_proba(proba, target.tolist())
