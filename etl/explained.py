"""Why a post has its emotion, as a column of a file."""

import json

import polars as pl

from etl.errors import BadInput
from models.tagger import Tagger
from models.tagger.linear import LinearTagger

EXPLANATION = "explanation"  # the column's name
TOKENS_NAMED = 5
BATCH_POSTS = 10_000


def explainable(tagger: Tagger) -> LinearTagger:
    """Return a tagger whose sums can be taken apart.

    Raises
    ------
    BadInput
        Only the linear tagger adds up what each token contributes.
    """
    if not isinstance(tagger, LinearTagger):
        raise BadInput(
            f"The tagger '{tagger.name}' cannot say what each word contributes; "
            "explanations need the tagger 'linear'."
        )
    return tagger


def explanations(tagger: LinearTagger, texts: pl.Series, emotions: pl.Series) -> pl.Series:
    """Return for each text the tokens and pairs that speak most for and against its emotion, as JSON.

    Parameters
    ----------
    emotions
        The emotion that the tagger named, one a text.

    Returns
    -------
    pl.Series
        JSON lists, the largest contribution in absolute value first, as
        `[{"token":"🚀","name":"rocket","contribution":1.078}]`; tokens are written as they are counted,
        contributions are to the logit and centred over the seven emotions.
    """
    from models.tagger.explanation import explain_many, leading_of_each

    written = []
    for start in range(0, len(texts), BATCH_POSTS):
        some = slice(start, start + BATCH_POSTS)
        rows = leading_of_each(explain_many(tagger, texts[some]), emotions[some], TOKENS_NAMED)
        lists: list[list[dict[str, object]]] = [[] for _ in range(len(texts[some]))]
        for post_no, token, name, contribution in rows.iter_rows():
            named = {"token": token} | ({"name": name} if name else {})
            lists[post_no].append({**named, "contribution": round(contribution, 3)})
        written += [json.dumps(told, ensure_ascii=False, separators=(",", ":")) for told in lists]
    return pl.Series(EXPLANATION, written, dtype=pl.String)
