"""What kind of post it is: finance or chat, original or passed on, English or not."""

import polars as pl

from models.posts.kind import kind, kind_of
from models.posts.language import english_of, looks_english
from models.posts.originality import originality, originality_of
from models.tagger.tokenised import tokenise_posts

__all__ = ["TRAITS", "TRAITS_VERSION", "describe_posts", "kind", "looks_english", "originality"]

# What describing adds to a post, in order.
TRAITS = ("kind", "originality", "english")
# Raise it with every change of a rule or a list: posts that were described by another version are again.
TRAITS_VERSION = "1"


def describe_posts(texts: pl.Series, is_reshare: pl.Series | None = None) -> pl.DataFrame:
    """Describe posts by rules that are stated in the modules; the same posts give the same traits.

    Parameters
    ----------
    texts
        One a post, nulls are empty posts.
    is_reshare
        What the source says of each post (Boolean or null); None: of no post.

    Returns
    -------
    pl.DataFrame
        A row a post: `kind` ("finance" or "chat"), `originality` ("original" or "passing_on"), `english`
        (Boolean; null where the post has no words).

    Raises
    ------
    ValueError
        `is_reshare` is of another length than `texts`.
    """
    posts = tokenise_posts(texts)
    return pl.DataFrame([kind_of(posts), originality_of(posts, is_reshare), english_of(posts)])
