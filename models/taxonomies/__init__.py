"""Other ways to name emotions, mapped to and from the seven, as data: one TOML file a taxonomy."""

from models.taxonomies.direction import DirectionEvaluation, evaluate_direction
from models.taxonomies.taxonomy import TAXONOMIES, Taxonomy, recognise, single_labels

__all__ = [
    "TAXONOMIES",
    "DirectionEvaluation",
    "Taxonomy",
    "evaluate_direction",
    "recognise",
    "single_labels",
]
