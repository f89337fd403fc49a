"""Scores and explanations on a terminal: a bar an emotion, and the words that made it."""

import io
import re
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import polars as pl

from models.emotions import COLOURS, EMOTIONS
from models.tagger import Tagger, as_texts, score
from models.tagger.linear import LinearTagger

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

WIDTH = 30  # characters of a bar that stands for certainty
WORDS = 6
SMALLEST = 0.05  # of a logit; less is not worth a line

# A post may hold what a terminal obeys: escape sequences, and marks that turn the direction of writing.
_OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


def printable(text: str, longest: int) -> str:
    """Return text on one line, cut, without what a terminal would obey."""
    seen = _OBEYED.sub(" ", text).strip()
    return seen if len(seen) <= longest else f"{seen[: longest - 1]}…"


def show(console: "Console", tagger: Tagger, text: str) -> None:
    """Print a text's seven probabilities as bars, and what speaks for and against the likeliest.

    A tagger that cannot explain gets a sentence in place of the words.
    """
    from rich.text import Text

    (post,) = as_texts([text])
    told = score(tagger, pl.Series([post])).row(0, named=True)
    emotion = told["emotion"]
    heading = Text(printable(post, 300) or "(empty)", style="bold")
    heading.append(f"\n{emotion} {told['confidence']:.0%}, valence {told['valence']:+.2f}", style="not bold")
    console.print(heading)
    for name in EMOTIONS:
        console.print(_bar(name, told[name], strong=name == emotion), no_wrap=True, overflow="crop")
    for line in _words(tagger, post, emotion):
        console.print(line, no_wrap=True, overflow="ellipsis")
    console.print()


def ask(console: "Console", tagger: Tagger) -> None:
    """Ask for posts, one a line, and show each, until an empty line or the end of the input."""
    with suppress(ImportError):  # Windows has none
        import readline  # noqa: F401 - with it, a line can be edited
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    console.print("A post a line; an empty line ends.", style="dim")
    while True:
        try:
            text = input("> ")
        except (EOFError, KeyboardInterrupt):
            console.print()
            return
        if not text.strip():
            return
        show(console, tagger, text)


def _bar(name: str, share: float, strong: bool) -> "Text":
    from rich.text import Text

    eighths = round(share * WIDTH * 8)
    blocks = "█" * (eighths // 8) + ("▏▎▍▌▋▊▉"[eighths % 8 - 1] if eighths % 8 else "")
    line = Text(f"  {name:<9}", style="bold" if strong else "")
    line.append(f"{blocks:<{WIDTH}}", style=COLOURS[name])
    return line.append(f" {share:4.0%}")


def _words(tagger: Tagger, text: str, emotion: str) -> "list[Text]":
    """Return a heading and a line a word: what it contributes, itself, how often, and its name."""
    from rich.text import Text

    if not isinstance(tagger, LinearTagger):
        return [Text(f"  The tagger '{tagger.name}' cannot say which words made it.", style="dim")]
    from models.tagger.explanation import explain, leading

    rows = leading(explain(tagger, text), emotion, WORDS, SMALLEST)
    if rows.is_empty():
        return [Text("  No word speaks for it: posts at large are so.", style="dim")]
    lines = [Text(f"  What made it {emotion}:", style="dim")]
    for row in rows.iter_rows(named=True):
        for_it = row["contribution"] > 0
        amount = f"    {'+' if for_it else '−'}{abs(row['contribution']):.2f}  "
        line = Text(amount, style=f"bold {COLOURS[emotion]}" if for_it else "dim")
        line.append(printable(row["token"], 40), style="not bold not dim default")
        times = f" ×{row['count']}" if row["count"] > 1 else ""
        name = f"  {row['name']}" if row["name"] else ""
        lines.append(line.append(times + name, style="not bold dim default"))
    return lines
