"""The tagger: from the text of a post to the probabilities of seven emotions."""

from importlib.resources import files

from models.tagger.linear import LinearTagger
from models.tagger.scoring import SCORES, Tagger, as_texts, score
from models.tagger.weights_file import WeightsError, unpack

__all__ = ["SCORES", "TAGGERS", "Tagger", "WeightsError", "as_texts", "load_tagger", "score"]

# The taggers that can be chosen by name.
TAGGERS = ("linear",)


def load_tagger(name: str = "linear") -> Tagger:
    """Return a tagger by its name, from the weights that the package holds; no network is used.

    Raises
    ------
    ValueError
        There is no tagger of this name.
    """
    if name not in TAGGERS:
        raise ValueError(f"there is no tagger '{name}'; there are: {', '.join(TAGGERS)}.")
    content = (files("models.tagger") / "linear.npz").read_bytes()
    weights, version = unpack(content, "linear.npz")
    return LinearTagger(weights, version)
