r"""Finance or chat: whether a post speaks of earnings, trading, charts, accounts, options or the economy.

A post is **finance** if

- it holds at least one term of `finance_words.txt` that means finance by itself (`eps`, `sold`, `p/e`),
  or a percentage with its sign (`+5%`); or
- it holds at least two pieces of weaker evidence: each different hint is one (`holding`, `gap`), all
  directions together are one (`up`, `red`), all amounts together are one (`$12.50`, `5%`, `12.50`).

All else, an empty post too, is **chat**. One clear term is enough, because posts are short: most that
speak of finance do so once. Hints are everyday words as well ("hold my beer", "up all night"), hence
two of them. `100%` and the like are emphasis and no amount. Cashtags and links do not count: on an
investors' platform nearly every post has them, whatever it speaks of.
"""

from functools import cache

import numpy as np
import polars as pl

from models.posts.word_lists import read_lines
from models.tagger.tokenised import Counts, Flags, TokenisedPosts, tokenise_posts
from models.tagger.tokens import tokenise

FINANCE, CHAT = "finance", "chat"
HINTS, DIRECTIONS = "Hints", "Directions"

_SIGNED = r"^[+-][0-9.,]*[0-9]%$"
_AMOUNT = r"^[+-]?[$€£]\.?[0-9]|^[+-]?[0-9.,]*[0-9]%$|^[0-9,]*\.[0-9]{1,4}[kmb]?$"
_EMPHASIS = r"^1[01]0+%$"  # 100%, 110%, 1000%

Phrase = tuple[str, ...]


def kind(texts: pl.Series) -> pl.Series:
    """Return "finance" or "chat" for each post, by the rule above; same length, String."""
    return kind_of(tokenise_posts(texts))


def kind_of(posts: TokenisedPosts) -> pl.Series:
    """Return "finance" or "chat" for each tokenised post."""
    words, phrases = finance_terms()
    hints = posts.count_distinct(_is_one_of(posts, words[HINTS]))
    directions = posts.count(_is_one_of(posts, words[DIRECTIONS])) > 0
    amounts = posts.count(posts.where(_is_amount)) > 0
    clear = posts.count(_is_one_of(posts, words[FINANCE]) | posts.where(_is_signed))
    clear += _count_phrases(posts, phrases)
    found = (clear > 0) | (hints + directions + amounts >= 2)
    return pl.Series("kind", np.where(found, FINANCE, CHAT), dtype=pl.String)


@cache
def finance_terms() -> tuple[dict[str, frozenset[str]], tuple[Phrase, ...]]:
    """Read the list: words by what they prove (finance by itself, hint, direction), and phrases."""
    words: dict[str, set[str]] = {FINANCE: set(), HINTS: set(), DIRECTIONS: set()}
    phrases: list[Phrase] = []
    for heading, lines in read_lines("finance_words.txt").items():
        section = heading.partition(":")[0]
        for tokens in tokenise(pl.Series(lines, dtype=pl.String)).to_list():
            if len(tokens) == 1:
                words[section if section in words else FINANCE].add(tokens[0])
            else:
                phrases.append(tuple(tokens))
    return {name: frozenset(found) for name, found in words.items()}, tuple(phrases)


def _is_one_of(posts: TokenisedPosts, words: frozenset[str]) -> Flags:
    """Flag the tokens that are such a word, as hashtags too."""
    listed = pl.Series(sorted(words), dtype=pl.String)
    return posts.where(lambda tokens: tokens.str.strip_prefix("#").is_in(listed.implode()))


def _is_signed(tokens: pl.Series) -> pl.Series:
    return tokens.str.contains(_SIGNED)


def _is_amount(tokens: pl.Series) -> pl.Series:
    return tokens.str.contains(_AMOUNT) & ~tokens.str.contains(_EMPHASIS)


def _count_phrases(posts: TokenisedPosts, phrases: tuple[Phrase, ...]) -> Counts:
    """Count the phrases whose tokens stand side by side in a post, (n posts)."""
    row = {token: place for place, token in enumerate(posts.distinct.to_list())}
    known = [[row[token] for token in phrase] for phrase in phrases if all(token in row for token in phrase)]
    begins = np.zeros(len(posts.ids), bool)
    if not known:
        return posts.count(begins)
    is_first = np.zeros(len(row), bool)
    is_first[[phrase[0] for phrase in known]] = True
    places = np.flatnonzero(is_first[posts.ids])  # few: most words begin no phrase
    firsts = posts.ids[places]
    ends = np.repeat(posts.starts[1:], np.diff(posts.starts))[places]
    for phrase in known:
        begin = places[(firsts == phrase[0]) & (places + len(phrase) <= ends)]
        for offset, token in enumerate(phrase[1:], 1):
            begin = begin[posts.ids[begin + offset] == token]
        begins[begin] = True
    return posts.count(begins)
