"""The colours of figures: those of the figures that are exported, and those of prices and posts."""

from models.emotions import COLOURS
from models.figures.drawing import GRID, VALENCE, ZERO, colour_of, fade

EMOTION_COLOURS = COLOURS

# Readable on white and on the dark background alike.
PRICE = "#76838F"
VOLUME = "#A7B1BA"

__all__ = ["EMOTION_COLOURS", "GRID", "PRICE", "VALENCE", "VOLUME", "ZERO", "colour_of", "fade"]
