"""The colours of figures: one an emotion, the same on every screen, and those of all else."""

from models.emotions import COLOURS

EMOTION_COLOURS = COLOURS
VALENCE = "#7A8B99"

# Readable on white and on the dark background alike.
PRICE = "#76838F"
VOLUME = "#A7B1BA"
ZERO = "#8A95A0"
GRID = "rgba(128, 140, 152, 0.22)"


def colour_of(measure: str) -> str:
    """Return the colour of an emotion, or that of valence for whatever else."""
    return EMOTION_COLOURS.get(measure, VALENCE)


def fade(colour: str, opacity: float) -> str:
    """Return a hex colour with an opacity between 0 and 1."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:.2f})"
