"""Estimation: a spec is a row of data, a fit is tidy rows."""

from models.estimation.estimate import estimate_family, estimate_spec, relations_of
from models.estimation.families import FAMILIES
from models.estimation.results import Estimated, EstimationError, Fit, Unestimated
from models.estimation.spec import Family, Sample, Spec

__all__ = [
    "FAMILIES",
    "Estimated",
    "EstimationError",
    "Family",
    "Fit",
    "Sample",
    "Spec",
    "Unestimated",
    "estimate_family",
    "estimate_spec",
    "relations_of",
]
