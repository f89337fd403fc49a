"""The line of filters over a list of posts. Each is part of the URL."""

from dashboard import filters
from dashboard.queries import Wanted

ANY = filters.ANY
KINDS = {ANY: "Finance and chat", "finance": "Finance", "chat": "Chat"}
ORIGINS = {ANY: "Any origin", "original": "Original", "passing_on": "Passed on"}
TAGS = {
    ANY: "Any tag or none",
    "Bullish": "Bullish",
    "Bearish": "Bearish",
    "none": "No tag",
    "disagrees": "Disagrees with text",
}
LEAST = {"0": "Any confidence", **{str(n): f"{n} % or more" for n in (40, 50, 60, 70, 80, 90)}}
WIDTH = 165  # pixels


def choose_wanted() -> Wanted:
    """Choose by what a post is, how sure the tagger is of it, and its author's own tag."""
    return Wanted(
        kind=_choose(
            "kind",
            "Kind",
            KINDS,
            "Finance: speaks of earnings, trading, charts, accounts, options or the economy. Chat: all else. "
            "Told by a fixed list of terms, not by the tagger.",
        ),
        originality=_choose(
            "origin",
            "Origin",
            ORIGINS,
            "Passed on: a reshare, a quotation with its source, or a link without a voice of one's own. "
            "Original: everything else.",
        ),
        tag=_choose(
            "tag",
            "Author's tag",
            TAGS,
            "What the author marked the post as. It disagrees with the text where Bullish stands over a "
            "valence below zero, or Bearish over one above zero (valence: happy less sad, anger, disgust and "
            "fear): irony, joy at falling prices, or an error of the tagger.",
        ),
        least=int(
            _choose(
                "confidence",
                "Confidence",
                LEAST,
                "The tagger's probability of the emotion it names, at least this.",
            )
        )
        / 100,
    )


def _choose(key: str, label: str, words: dict[str, str], tip: str) -> str:
    return filters.choose_one(
        key, label, list(words), next(iter(words)), show=words.__getitem__, tip=tip, width=WIDTH
    )
