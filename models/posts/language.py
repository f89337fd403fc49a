r"""Whether a post looks English: a cheap rule of our own that marks what the tagger was not made for.

Only words count (tokens that begin with a letter): cashtags, mentions, links, numbers, emoji and signs
are of no language, and a post of those alone gets null. A post looks English if

- at least half of its words are written in Latin letters; and
- it holds at least as many of the commonest English words (or English words of finance) as it holds of
  the commonest words of other languages (es, fr, pt, it, de, nl, id, tr, pl, sv); and
- where it holds none of either, it is shorter than five words, and fewer than half of its words have
  letters that English lacks (é, ß, ł).

So a short post is given the benefit of the doubt ("moooon lol"): the sources are English for the most
part. Limits: a short post in a language with Latin letters and without a listed word passes as English;
names and slang alone, five words or more, do not; a post in two languages goes with the more frequent
one; romanised Hindi or Arabic is seen only by its lack of English words.
"""

from functools import cache

import polars as pl

from models.posts.kind import DIRECTIONS, FINANCE, HINTS, finance_terms
from models.posts.word_lists import read_words
from models.tagger.tokenised import TokenisedPosts, tokenise_posts
from models.tagger.tokens import LINK

SHORT = 5  # words: below it a post without a listed word is taken to be English

_WORD = r"^\p{L}"
_LATIN = r"^\p{Latin}"
_FOREIGN_LETTER = r"[\p{Latin}--[a-z]]"


def looks_english(texts: pl.Series) -> pl.Series:
    """Return whether each post looks English, by the rule above; Boolean, null where it has no words."""
    return english_of(tokenise_posts(texts))


def english_of(posts: TokenisedPosts) -> pl.Series:
    """Return whether each tokenised post looks English; null where it has no words."""
    english, others = (pl.Series(sorted(words), dtype=pl.String).implode() for words in _listed())
    is_word = posts.where(lambda tokens: tokens.str.contains(_WORD) & ~tokens.str.contains(f"^{LINK}"))
    n_words = posts.count(is_word)
    n_latin = posts.count(is_word & posts.where(lambda tokens: tokens.str.contains(_LATIN)))
    n_marked = posts.count(is_word & posts.where(lambda tokens: tokens.str.contains(_FOREIGN_LETTER)))
    n_english = posts.count(posts.where(lambda tokens: tokens.is_in(english)))
    n_others = posts.count(posts.where(lambda tokens: tokens.is_in(others)))
    unlisted = (n_english == 0) & (n_others == 0)
    unknown_but_plausible = (n_words < SHORT) & (2 * n_marked < n_words)
    found = (2 * n_latin >= n_words) & (n_english >= n_others) & (~unlisted | unknown_but_plausible)
    rows = pl.DataFrame({"found": found, "has_words": n_words > 0})
    return rows.select(english=pl.when("has_words").then("found"))["english"]


@cache
def _listed() -> tuple[frozenset[str], frozenset[str]]:
    """Return the commonest English words with those of finance, and the commonest of other languages."""
    common = read_words("common_words.txt")
    terms, _ = finance_terms()
    others = frozenset(word for section, words in common.items() if section != "English" for word in words)
    return (common["English"] | terms[FINANCE] | terms[HINTS] | terms[DIRECTIONS]) - others, others
