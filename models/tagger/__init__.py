"""The tagger: from the text of a post to the probabilities of seven emotions."""

from models.tagger.registry import TAGGERS, load_tagger, stored_name
from models.tagger.scoring import SCORES, Tagger, as_texts, score
from models.tagger.weights_file import WeightsError

__all__ = ["SCORES", "TAGGERS", "Tagger", "WeightsError", "as_texts", "load_tagger", "score", "stored_name"]
