"""One colour an emotion, on screen and on paper; safe for colour-blind readers (after Okabe and Ito)."""

EMOTION_COLOURS = {
    "neutral": "#8C8C8C",
    "happy": "#E69F00",
    "sad": "#0072B2",
    "anger": "#D55E00",
    "disgust": "#009E73",
    "surprise": "#56B4E9",
    "fear": "#CC79A7",
}
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
