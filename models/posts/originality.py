r"""Original or passing on: whether a post says something of its own or hands on what others said.

A post is **passing_on** if

- its source says that it is a reshare; or
- it begins with or holds `RT @name` or `MT @name`, or holds `via @name`; or
- it quotes at least twenty characters ("...", “...”, «...») and names where they are from (`via`,
  `said`, `says`, `according to`, `source:`, `h/t`); or
- it holds a link and no voice of its own: no `I`, `my`, `we` or `you`, no opinion in short (`imo`, `lol`,
  `wow`), no emoji or emoticon, no `!` or `?` (headlines ask now and then, readers far more often).

All else is **original**; a link beneath one's own words is a source, and no reshare. Limits: a dry
remark with a link counts as passing on, and a headline that is copied without its link as original.
"""

import numpy as np
import polars as pl

from models.posts.word_lists import read_words
from models.tagger.emoticons import EMOTICONS
from models.tagger.tokenised import TokenisedPosts, tokenise_posts
from models.tagger.tokens import EMOJI, LINK

ORIGINAL, PASSING_ON = "original", "passing_on"

# On cleaned texts: lower case, apostrophes straight. Repetitions are bounded below only, so linear.
_RESHARED = r"\b(?:rt|mt)[ :]+@\w|\bvia @\w"
_QUOTE = r"[\"“«„][^\"“”«»]{20,}[\"”»“]"
_ATTRIBUTION = r"\b(?:via|said|says|according to|h/t)\b|\bsource:"
_SIGNS = rf"^(?:[!?]|{EMOJI})"
_TRADE_MARKS = ("©", "®", "™")  # Unicode counts them among the pictographs


def originality(texts: pl.Series, is_reshare: pl.Series | None = None) -> pl.Series:
    """Return "original" or "passing_on" for each post, by the rule above; same length, String.

    Parameters
    ----------
    is_reshare
        What the source says of each post (Boolean, null where it says nothing); None: of no post.

    Raises
    ------
    ValueError
        `is_reshare` is of another length than `texts`.
    """
    return originality_of(tokenise_posts(texts), is_reshare)


def originality_of(posts: TokenisedPosts, is_reshare: pl.Series | None) -> pl.Series:
    """Return "original" or "passing_on" for each tokenised post."""
    n_posts = len(posts.texts)
    if is_reshare is not None and len(is_reshare) != n_posts:
        raise ValueError(f"is_reshare has {len(is_reshare)} values for {n_posts} texts; give one a text.")
    flagged = np.zeros(n_posts, bool) if is_reshare is None else _true(is_reshare.cast(pl.Boolean))
    links = posts.count(posts.where(lambda tokens: tokens.str.contains(f"^{LINK}")))
    voice = posts.count(posts.where(_speaks))
    quotes = _true(posts.texts.str.contains(_QUOTE)) & _true(posts.texts.str.contains(_ATTRIBUTION))
    passing_on = flagged | _true(posts.texts.str.contains(_RESHARED)) | quotes | ((links > 0) & (voice == 0))
    return pl.Series("originality", np.where(passing_on, PASSING_ON, ORIGINAL), dtype=pl.String)


def _true(flags: pl.Series) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray(flags.fill_null(False).to_numpy(), dtype=bool)


def _speaks(tokens: pl.Series) -> pl.Series:
    """Tell the tokens in which an author is heard."""
    words = pl.Series(sorted(read_words("voice_words.txt")["Voice"] | set(EMOTICONS)), dtype=pl.String)
    signs = tokens.str.contains(_SIGNS) & ~tokens.is_in(pl.Series(_TRADE_MARKS).implode())
    return tokens.is_in(words.implode()) | signs
