r"""How often the sign of valence is that of the author's own tag, Bullish or Bearish.

A post agrees where it is Bullish with valence above 0 or Bearish with valence below 0; valence of 0 agrees
with neither. A tag is what the author expects of the price and valence is what the text feels, so the two
may differ without the tagger being wrong. Tags are seldom balanced, so the share of posts that agree stands
beside what always saying the commoner tag would reach, and beside the mean of the two tags' shares
(balanced accuracy), which is 50 % for a tagger that says the same of every post.
"""

from dataclasses import dataclass

import polars as pl

from models.measurement.shares import wilson

TAGS = ("Bullish", "Bearish")


@dataclass(frozen=True)
class SignAgreement:
    """The share of posts whose sign of valence agrees with the author's tag.

    Parameters
    ----------
    n_posts, n_agree
        Tagged posts, and those that agree.
    share, low, high
        Of posts that agree, with Wilson's 95 % interval for independent posts.
    balanced
        Mean over the tags of the share within each; None where one tag has no post.
    commoner, of_commoner
        The tag that more posts carry, and the share that carries it.
    by_tag
        `sentiment, n_posts, n_agree, share`, a row a tag that occurs.
    by_strength
        `strength` (mean distance of valence from 0), `n_posts, n_agree, share, low, high`, a row a bin.
    """

    n_posts: int
    n_agree: int
    share: float
    low: float
    high: float
    balanced: float | None
    commoner: str
    of_commoner: float
    by_tag: pl.DataFrame
    by_strength: pl.DataFrame


def summarise_tags(counts: pl.DataFrame) -> SignAgreement | None:
    """Sum up how often the signs agree; None where no post is tagged.

    Parameters
    ----------
    counts
        `sentiment, bin, strength, n_posts, n_agree`: a row a tag and bin of valence's distance from 0, with
        the mean of that distance in it.
    """
    if counts.is_empty():
        return None
    weighted = (pl.col("strength") * pl.col("n_posts")).sum() / pl.col("n_posts").sum()
    by_tag = _share(counts.group_by("sentiment").agg(pl.col("n_posts", "n_agree").sum())).sort(
        "n_posts", "sentiment", descending=[True, False]
    )
    by_strength = _share(
        counts.group_by("bin").agg(weighted.alias("strength"), pl.col("n_posts", "n_agree").sum())
    )
    whole = _share(counts.select(pl.col("n_posts", "n_agree").sum())).row(0, named=True)
    return SignAgreement(
        n_posts=whole["n_posts"],
        n_agree=whole["n_agree"],
        share=whole["share"],
        low=whole["low"],
        high=whole["high"],
        balanced=sum(by_tag["share"]) / len(TAGS) if by_tag.height == len(TAGS) else None,
        commoner=by_tag["sentiment"][0],
        of_commoner=by_tag["n_posts"][0] / whole["n_posts"],
        by_tag=by_tag.drop("low", "high"),
        by_strength=by_strength.sort("bin").drop("bin"),
    )


def _share(counted: pl.DataFrame) -> pl.DataFrame:
    return counted.with_columns(share=pl.col("n_agree") / pl.col("n_posts")).with_columns(
        wilson("share", "n_posts")
    )
