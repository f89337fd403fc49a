"""What each token of a post contributes to each emotion: the linear tagger's sum, taken apart.

The bias, the rows of tokens and the rows of pairs add up to `LinearTagger.logits`: nothing is
estimated, nothing is left over. The soft-max does not change when the same number is added to all
seven logits, so what a token contributes to one emotion means something only beside what it
contributes to the other six. Rankings and figures therefore show *centred* contributions: the row
less its mean over the seven emotions. These differ from the raw ones by what no probability can feel.

What the sum leaves out is the doubt about posts of unknown words, which draws all seven probabilities
towards each other after the soft-max (see `LinearTagger.predict_proba`) and has no author among tokens.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.emotions import EMOTIONS
from models.tagger.denial import MARK, find_denied, is_denial
from models.tagger.emoticons import BY_MEANING
from models.tagger.features import END, START
from models.tagger.linear import LinearTagger, Matrix
from models.tagger.tokens import canonical, divisor, tokenise

TOKEN, PAIR = "token", "pair"
EDGES = {START: "[start]", END: "[end]"}  # how the edges of a post are written in a pair
KINDS = {  # the forms that stand for many tokens
    "<cashtag>": "cashtag",
    "<user>": "mention",
    "<link>": "link",
    "<number>": "number",
    "<money>": "amount of money",
    "<%>": "percentage",
    "<+%>": "percentage up",
    "<-%>": "percentage down",
}


@dataclass(frozen=True)
class Explanation:
    """A post's logits as a sum.

    Attributes
    ----------
    bias
        What an empty post would have, (7), in the order of `EMOTIONS`.
    contributions
        One row an occurrence of a token, in the order of the post, then one row a pair of neighbours
        that counts: `token` (as it stands in the cleaned text), `form` (under which it is counted),
        `name` (of an emoji or emoticon, and of a pair that holds one; "denied" of a denied word; else
        null), `kind` (token or pair) and a column an emotion: its contribution to the logit, already
        divided as `models.tagger.tokens.divisor` says.
    """

    bias: Matrix
    contributions: pl.DataFrame

    @property
    def logits(self) -> NDArray[np.float64]:
        """The bias and all contributions added up, (7): what the tagger takes the soft-max of."""
        return np.asarray(self.contributions.select(EMOTIONS).to_numpy().sum(axis=0) + self.bias)

    @property
    def centred(self) -> pl.DataFrame:
        """The contributions, each row less its mean over the seven emotions."""
        return centre(self.contributions)


def centre(contributions: pl.DataFrame) -> pl.DataFrame:
    """Take each row's mean over the seven emotions from it: the probabilities stay as they are."""
    mean = pl.mean_horizontal(EMOTIONS)
    return contributions.with_columns(pl.col(emotion) - mean for emotion in EMOTIONS)


def explain(tagger: LinearTagger, text: str) -> Explanation:
    """Take the logits of one text apart; any text will do, an empty one has the bias alone."""
    rows = _occurrences(tagger, pl.Series([text], dtype=pl.String))
    return Explanation(tagger.weights.bias, rows.select("token", "form", "name", "kind", *EMOTIONS))


def explain_many(tagger: LinearTagger, texts: pl.Series) -> pl.DataFrame:
    """Take the logits of many texts apart.

    Returns
    -------
    pl.DataFrame
        One row a post and form: `post_no` (from 0, the place in `texts`), `token` (the form under which
        it is counted), `name` (also of what stands for many tokens: `<cashtag>` is "cashtag"), `kind`
        (token or pair), `count` (occurrences in the post) and a column an emotion: what these
        occurrences add to the logit. The rows of a post and the tagger's bias
        sum to its logits. Memory grows with the number of tokens: give some 10,000 posts at a time.
    """
    return (
        _occurrences(tagger, texts)
        .group_by("post_no", "kind", "form", maintain_order=True)
        .agg(pl.col("name").first(), pl.len().alias("count"), pl.col(EMOTIONS).sum())
        .with_columns(name=pl.coalesce("name", pl.col("form").replace_strict(KINDS, default=None)))
        .select("post_no", pl.col("form").alias("token"), "name", "kind", "count", *EMOTIONS)
    )


def leading(explanation: Explanation, emotion: str, n: int = 5, least: float = 0.0) -> pl.DataFrame:
    """Return what speaks most for and against an emotion in a post.

    Parameters
    ----------
    least
        Rows whose contribution is smaller than this, whatever its sign, are left out.

    Returns
    -------
    pl.DataFrame
        At most `n` rows, those of the largest centred contribution in absolute value, from what
        speaks most for the emotion to what speaks most against it: `token` (as first written),
        `name`, `kind`, `count` and `contribution`. Occurrences of one form are one row.

    Raises
    ------
    ValueError
        There is no such emotion.
    """
    _check(emotion)
    counted = (
        explanation.centred.group_by("kind", "form", maintain_order=True)
        .agg(
            pl.col("token", "name").first(),
            pl.len().alias("count"),
            pl.col(emotion).sum().alias("contribution"),
        )
        .filter(pl.col("contribution").abs() >= least)
        .drop("form")
    )
    return _strongest(counted, n).select("token", "name", "kind", "count", "contribution")


def leading_of_each(contributions: pl.DataFrame, emotions: pl.Series, n: int = 5) -> pl.DataFrame:
    """Return what speaks most for and against each post's own emotion.

    Parameters
    ----------
    contributions
        As of `explain_many`.
    emotions
        The emotion asked about, one a post.

    Returns
    -------
    pl.DataFrame
        At most `n` rows a post, by `post_no`, the largest centred contribution in absolute value
        first: `post_no, token, name, contribution`. A post without tokens has no row.
    """
    asked = pl.DataFrame({"emotion": emotions}).with_row_index("post_no")
    chosen = pl.coalesce(pl.when(pl.col("emotion") == emotion).then(emotion) for emotion in EMOTIONS)
    return (
        centre(contributions)
        .join(asked, on="post_no", maintain_order="left")
        .select("post_no", "token", "name", contribution=chosen)
        .sort("post_no", -pl.col("contribution").abs(), maintain_order=True)
        .group_by("post_no", maintain_order=True)
        .head(n)
    )


def drivers(contributions: pl.DataFrame, emotion: str, n: int = 12) -> pl.DataFrame:
    """Return the tokens that speak most for and against an emotion in many posts together.

    Parameters
    ----------
    contributions
        As of `explain_many`; pairs of neighbours are left out, so each row is one word or sign.

    Returns
    -------
    pl.DataFrame
        At most `n` rows, in the order of `leading`: `token`, `name`, `count` (occurrences), `n_posts`
        and `contribution`, the sum of the centred contributions over the posts.

    Raises
    ------
    ValueError
        There is no such emotion.
    """
    _check(emotion)
    summed = (
        centre(contributions.filter(pl.col("kind") == TOKEN))
        .group_by("token", maintain_order=True)
        .agg(
            pl.col("name").first(),
            pl.col("count").sum(),
            pl.len().alias("n_posts"),
            pl.col(emotion).sum().alias("contribution"),
        )
    )
    return _strongest(summed, n)


def _strongest(rows: pl.DataFrame, n: int) -> pl.DataFrame:
    ranked = rows.sort(-pl.col("contribution").abs(), "token").head(n)
    return ranked.sort("contribution", descending=True, maintain_order=True)


def _check(emotion: str) -> None:
    if emotion not in EMOTIONS:
        raise ValueError(f"there is no emotion '{emotion}'; there are: {', '.join(EMOTIONS)}.")


def _occurrences(tagger: LinearTagger, texts: pl.Series) -> pl.DataFrame:
    """Return the tokens and the counting pairs of texts: `post_no, token, form, name, kind`, emotions."""
    tokens = tokenise(texts).alias("token")
    posts = pl.DataFrame([tokens]).with_row_index("post_no").with_columns(n=pl.col("token").list.len())
    edged = pl.concat_list(pl.lit(START), "token", pl.lit(END))
    stream = posts.with_columns(token=edged).explode("token").with_row_index("place")
    entries, of_entry = _look_up(tagger, stream["token"].unique())
    stream = _deny(stream.join(entries, on="token", maintain_order="left")).with_columns(
        token=pl.col("token").replace(EDGES), form=pl.col("form").replace(EDGES)
    )
    single = stream.filter(pl.col("row").is_null() | (pl.col("row") < len(tagger.weights.words)))
    pairs = _pairs(tagger, stream)
    rows = pl.concat([_divided(single, of_entry, TOKEN), _divided(pairs, tagger.weights.of_pair, PAIR)])
    return rows.sort("post_no", pl.col("kind") == PAIR, "place").drop("place")


def _look_up(tagger: LinearTagger, tokens: pl.Series) -> tuple[pl.DataFrame, Matrix]:
    """Return each token's form, name and row in the table of words (null: unseen), and contributions."""
    words = tagger.weights.words
    rows = {word: row for row, word in enumerate(words)} | {START: len(words), END: len(words) + 1}
    forms = [canonical(token) for token in tokens]
    found = [rows.get(form) for form in forms]
    of_entry = np.zeros((len(forms), len(EMOTIONS)), np.float32)
    for entry, (form, row) in enumerate(zip(forms, found, strict=True)):
        if row is None:
            of_entry[entry] = tagger.contribution_of_parts(form)
        elif row < len(words):
            of_entry[entry] = tagger.weights.of_word[row]
    denied = [rows.get(MARK + form) for form in forms]
    of_denied = np.zeros_like(of_entry)
    for entry, row in enumerate(denied):
        if row is not None:
            of_denied[entry] = tagger.weights.of_word[row]
    columns = {
        "token": tokens,
        "form": pl.Series(forms, dtype=pl.String),
        "name": pl.Series([name_of(form) for form in forms], dtype=pl.String),
        "denial": pl.Series([is_denial(form) for form in forms], dtype=pl.Boolean),
        "row": pl.Series(found, dtype=pl.Int64),
        "entry": pl.Series(range(len(forms)), dtype=pl.Int64),
        "denied_row": pl.Series(denied, dtype=pl.Int64),
        "denied_entry": pl.Series(range(len(forms), 2 * len(forms)), dtype=pl.Int64),
    }
    return pl.DataFrame(columns), np.concatenate([of_entry, of_denied])


def _deny(stream: pl.DataFrame) -> pl.DataFrame:
    """Put the denied form in place of each word that is denied and has one."""
    denied = find_denied(stream["denial"].to_numpy(), stream["post_no"].to_numpy())
    turned = pl.Series(denied) & stream["denied_row"].is_not_null()
    return stream.with_columns(
        form=pl.when(turned).then(MARK + pl.col("form")).otherwise("form"),
        name=pl.when(turned).then(pl.lit("denied")).otherwise("name"),
        row=pl.when(turned).then("denied_row").otherwise("row"),
        entry=pl.when(turned).then("denied_entry").otherwise("entry"),
    )


def _pairs(tagger: LinearTagger, stream: pl.DataFrame) -> pl.DataFrame:
    """Return the neighbours that have a weight; `entry` becomes the pair's row."""
    weighted = pl.DataFrame(
        tagger.weights.pairs.astype(np.int64), schema={"row": pl.Int64, "next_row": pl.Int64}
    ).with_row_index("pair")
    beside = ("post_no", "token", "form", "name", "row")
    words = (
        pl.coalesce("name", pl.col("form").replace(KINDS)),
        pl.coalesce("next_name", pl.col("next_form").replace(KINDS)),
    )
    return (
        stream.with_columns(pl.col(name).shift(-1).alias(f"next_{name}") for name in beside)
        .filter(pl.col("post_no") == pl.col("next_post_no"))
        .join(weighted, on=["row", "next_row"], maintain_order="left")
        .with_columns(
            token=pl.concat_str("token", "next_token", separator=" "),
            form=pl.concat_str("form", "next_form", separator=" "),
            name=pl.when(pl.col("name").is_not_null() | pl.col("next_name").is_not_null()).then(
                pl.concat_str(*words, separator=" ")
            ),
            entry=pl.col("pair").cast(pl.Int64),
        )
    )


def _divided(rows: pl.DataFrame, table: Matrix, kind: str) -> pl.DataFrame:
    """Add what each row contributes, divided by the square root of its post's number of tokens."""
    length = divisor(rows["n"].to_numpy())
    values = table[rows["entry"].to_numpy()].astype(np.float64) / length[:, None]
    kept = rows.select("post_no", "place", "token", "form", "name", kind=pl.lit(kind))
    return kept.hstack(pl.DataFrame(values, schema=dict.fromkeys(EMOTIONS, pl.Float64)))


@cache
def _meanings() -> dict[str, str]:
    """Return the meaning of each emoticon; where one stands under two, the first."""
    return {face: meaning for meaning, faces in reversed(BY_MEANING.items()) for face in faces}


def name_of(form: str) -> str | None:
    """Return the name of an emoji ("rocket") or an emoticon ("smile"), else None."""
    if form in _meanings():
        return _meanings()[form]
    if form.isascii():
        return None
    import emoji

    # Keycaps and circled letters have upper case in the emoji package's data, and lower case here.
    named = emoji.demojize(form, delimiters=("", ""))
    named = named if named != form else emoji.demojize(form.upper(), delimiters=("", ""))
    return named.replace("_", " ") if named not in {form, form.upper()} else None
