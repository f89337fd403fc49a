r"""Which words of a text the linear tagger knows, and how far that draws its probabilities together.

.. math:: P = t \cdot \mathrm{softmax}(\text{logits}) + \frac{1 - t}{7}, \qquad
          t = \min\left(\frac{\text{known words}}{0.5 \cdot \text{words}}, 1\right)

as in `LinearTagger.predict_proba`. Emoji, emoticons, cashtags and numbers are no words: a post of them
alone has t = 1, a post of nothing has t = 0.
"""

from dataclasses import dataclass

import polars as pl

from models.tagger.linear import ENOUGH_KNOWN, LinearTagger
from models.tagger.tokens import canonical, tokenise


@dataclass(frozen=True)
class Vocabulary:
    """What a tagger knows of a text.

    Parameters
    ----------
    n_words, n_known
        Words, repeated ones counted again, and those that are known.
    unknown
        What has no weight of its own and is scored by its letters alone, words and signs, each once.
    trust
        The t of the formula, from 0 to 1.
    """

    n_words: int
    n_known: int
    unknown: tuple[str, ...]
    trust: float


def look_through(tagger: LinearTagger, text: str) -> Vocabulary:
    """Say which words of a text are known; any text will do."""
    known = frozenset(tagger.weights.words)
    tokens = [str(token) for token in tokenise(pl.Series([text], dtype=pl.String))[0]]
    forms = [canonical(token) for token in tokens]
    words = [form for form in forms if form[0].isalpha()]
    n_known = sum(word in known for word in words)
    share = n_known / len(words) if words else float(bool(forms))
    unseen = [token for token, form in zip(tokens, forms, strict=True) if form not in known]
    return Vocabulary(len(words), n_known, tuple(dict.fromkeys(unseen)), min(share / ENOUGH_KNOWN, 1.0))
