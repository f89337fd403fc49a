"""What a joint test is about: the terms of interest, unless the estimator tests something else."""

from collections.abc import Mapping, Sequence
from typing import Any

# Estimator -> the test in words, for its rows, and the null, for the notes.
OTHERS = {
    "vector_autoregression": (
        "Joint test of the other variables' lags",
        "the lags of all variables but the dependent one are zero",
    ),
    "granger": ("Granger test", "all lags of the variable or variables are zero"),
    "transitions": ("Joint test", "the emotion of a session does not depend on that of the session before"),
}


def name_joint_test(models: Sequence[Mapping[str, Any]], of_interest: str) -> tuple[str, str]:
    """Return what the test of a table is called and its null."""
    estimators = {str(model.get("estimator")) for model in models}
    usual = (f"Joint test of the {of_interest}", f"the {of_interest} of the model are all zero")
    return OTHERS.get(estimators.pop(), usual) if len(estimators) == 1 else usual
