"""Texts of many posts at once, for archives: the grammar of `phrases.py`, a million texts a second.

What is ambiguous, sarcastic, misread, loud or drawn out is as often so as in `phrases.py`. Beyond it, as in
files of real posts: a third of the posts have a second sentence, on a line of its own for some; some stand in
quotation marks; and all are HTML-escaped as StockTwits does it, but for the quotation mark, so that CSV has
something to escape.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.emotions import EMOTIONS
from models.simulation import phrases as grammar
from models.simulation.grammar_tables import GrammarTables

Codes = NDArray[np.int64]

SECOND_SENTENCE = 0.35  # of the posts
QUOTED = 0.03  # of the posts
BEFORE = 0.6  # of the second cashtags stand before the text
_AT_ONCE = 65_536  # posts; their parts stay in the processor's cache


def write_many_bodies(
    rng: np.random.Generator, tables: GrammarTables, emotions: Codes, firm: Codes, other: Codes
) -> pl.Series:
    """Write the texts of posts: (posts,) String, each with the cashtags of the firms that it names.

    Parameters
    ----------
    emotions
        (posts,): places in EMOTIONS.
    firm, other
        (posts,): places in the tickers that `tables` were laid out for; `other` is -1 for none.
    """
    texts = [pl.Series("body", [], dtype=pl.String)]
    for start in range(0, len(emotions), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        texts.append(_write(rng, tables, emotions[some], firm[some], other[some]))
    return pl.concat(texts)


def _write(
    rng: np.random.Generator, tables: GrammarTables, emotions: Codes, firm: Codes, other: Codes
) -> pl.Series:
    n, block = len(emotions), tables.block

    def happens(share: float) -> NDArray[np.bool_]:
        return rng.random(n, dtype=np.float32) < share

    def pick(name: str) -> Codes:
        offset, count = tables.ranges[name]
        return offset + rng.integers(0, count, n)

    first, shown = _choose(rng, tables, emotions)
    second, _ = _choose(rng, tables, emotions)
    goes_on, has_tail = happens(SECOND_SENTENCE), happens(grammar.TAIL)
    loud = np.where(happens(grammar.SHOUT), block, 0)
    drawn_out = happens(grammar.LONG) & (loud == 0)

    def sentence(template: Codes, is_last: NDArray[np.bool_]) -> Codes:
        places = _fill(rng, tables, template, firm) + loud
        places[-1] += np.where(drawn_out & is_last, 2 * block, 0)
        return places

    opening, mark = happens(QUOTED), rng.integers(0, 2, n)
    named_before = happens(BEFORE)
    signs = np.choose(shown, [pick(f"signs {emotion}") for emotion in EMOTIONS])
    parts = [
        np.where(opening, tables.ranges["marks"][0] + mark, 0),
        np.where((other >= 0) & named_before, tables.cashtag["before"] + other, 0),
        np.where(happens(grammar.LEAD), pick("lead") + loud, 0),
        *sentence(first, ~goes_on & ~has_tail),
        np.where(goes_on, pick("joint"), 0),
        *np.where(goes_on, sentence(second, ~has_tail), 0),
        np.where(has_tail, pick("tail") + loud + np.where(drawn_out, 2 * block, 0), 0),
        np.where(opening, tables.ranges["closing marks"][0] + mark, 0),
        np.where((other >= 0) & ~named_before, tables.cashtag["after"] + other, 0),
        signs,
    ]
    strings = {str(k): tables.vocabulary.gather(places) for k, places in enumerate(parts)}
    return pl.DataFrame(strings).select(body=pl.concat_str(pl.all())).to_series()


def _choose(rng: np.random.Generator, tables: GrammarTables, emotions: Codes) -> tuple[Codes, Codes]:
    """Choose a template for each post, and the emotion whose signs may follow it."""
    choice = np.searchsorted(tables.ends, emotions + rng.random(len(emotions)), side="right")
    # A sum just below the last end may be rounded up to it.
    choice = np.minimum(choice, len(tables.ends) - 1)
    return tables.template[choice], tables.shown[choice]


def _fill(rng: np.random.Generator, tables: GrammarTables, template: Codes, firm: Codes) -> Codes:
    """Draw the strings of templates: (parts, posts), places in the first block."""
    offset, count = (np.ascontiguousarray(table.T)[:, template] for table in (tables.offset, tables.count))
    drawn = (rng.random(count.shape, dtype=np.float32) * count).astype(np.int64)
    # A float just below one may be rounded up to the end of its range.
    filled: Codes = offset + np.where(count > 0, np.minimum(drawn, count - 1), firm)
    return filled
