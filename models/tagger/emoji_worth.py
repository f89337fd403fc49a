"""What emoji are worth to a tagger: its accuracy on posts as they stand, and without their emoji."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from models.emotions import EMOTIONS
from models.tagger.evaluation import Evaluation, evaluate_proba
from models.tagger.scoring import Tagger
from models.tagger.tokens import EMOJI, EMOTICON, LINK, TOKEN

# Links come before faces, as in `TOKEN`: the `:/` in an address is no face.
_SIGNS = rf"(?i)(?P<link>{LINK}\S+)|(?:{EMOJI})|(?:{EMOTICON})|(?P<token>{TOKEN})"
# Tokens are put between two control characters; where nothing is between them, there was a sign.
_OPEN, _CLOSE = "\x01", "\x02"
_HIDING = r"[\x{0300}-\x{036F}\x{01}\x{02}]"  # marks in faces such as ( ͡° ͜ʖ ͡°), and the two characters


@dataclass(frozen=True)
class EmojiWorth:
    """A tagger's figures on the same posts with their emoji kept and removed.

    Parameters
    ----------
    by_kind
        `what, n_posts, kept, removed, difference`: accuracies by kind of post, the largest difference
        first; no rows where the posts have no kinds.
    """

    kept: Evaluation
    removed: Evaluation
    by_kind: pl.DataFrame

    @property
    def difference(self) -> float:
        """Accuracy that emoji add, -1 to 1."""
        return self.kept.accuracy - self.removed.accuracy


def strip_emoji(texts: pl.Series) -> pl.Series:
    """Return texts (n) without emoji, emoticons and kaomoji, each of which leaves a space; nulls stay.

    What is removed is what the tagger's tokens know as such; the rest keeps its letters, case and signs.
    HTML entities are resolved first, since `&lt;3` is a heart.
    """
    plain = texts.cast(pl.String)
    if plain.str.contains("&", literal=True).any():
        plain = plain.map_elements(html.unescape, return_dtype=pl.String)
    plain = plain.str.replace_all(_HIDING, "").str.replace_all("[’‘`]", "'")
    marked = plain.str.replace_all(_SIGNS, f"{_OPEN}${{link}}${{token}}{_CLOSE}")
    without = marked.str.replace_all(_OPEN + _CLOSE, " ", literal=True)
    # What only modified an emoji (a joiner, a presentation mark) goes with it.
    return without.str.replace_all(f"[{_OPEN}{_CLOSE}\u200d\ufe0f]", "").str.strip_chars()


def emoji_worth(
    tagger: Tagger, texts: pl.Series, labels: Sequence[str], kinds: Sequence[str | None] | None = None
) -> EmojiWorth:
    """Measure a tagger on texts (n) with emotions as labels (n), emoji kept and removed.

    Parameters
    ----------
    kinds
        The kind of each post (n), for accuracies by kind; posts without a kind count in none.

    Raises
    ------
    ValueError
        There is no post, or a label is no emotion.
    """
    kept, removed = tagger.predict_proba(texts), tagger.predict_proba(strip_emoji(texts))
    right = pl.DataFrame(
        {
            "what": pl.Series(kinds if kinds is not None else [None] * len(texts), dtype=pl.String),
            "label": pl.Series(labels, dtype=pl.String),
            "kept": pl.Series([EMOTIONS[best] for best in kept.argmax(axis=1)], dtype=pl.String),
            "removed": pl.Series([EMOTIONS[best] for best in removed.argmax(axis=1)], dtype=pl.String),
        }
    )
    by_kind = (
        right.filter(pl.col("what").is_not_null())
        .group_by("what")
        .agg(
            n_posts=pl.len(),
            kept=(pl.col("kept") == pl.col("label")).mean(),
            removed=(pl.col("removed") == pl.col("label")).mean(),
        )
        .with_columns(difference=pl.col("kept") - pl.col("removed"))
        .sort("difference", "what", descending=[True, False])
    )
    return EmojiWorth(evaluate_proba(kept, labels), evaluate_proba(removed, labels), by_kind)
