"""`emotape tag`: score a file of posts, or texts."""

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etl.commands.options import counting

if TYPE_CHECKING:
    from models.tagger import Tagger


@click.command(name="tag")
@click.argument("source", required=False, type=click.Path(path_type=Path), metavar="[INPUT]")
@click.option(
    "-o", "--output", "target", type=click.Path(path_type=Path), help="Default: CSV on standard output."
)
@click.option("--text", "texts", multiple=True, help="A text to score; may be given several times.")
@click.option("--column", default="body", show_default=True, help="The column of INPUT that holds the text.")
@click.option(
    "--tagger",
    "tagger_name",
    default="linear",
    show_default=True,
    help="linear, lexicon, vader, ensemble, ensemble:A+B, transformer:FOLDER or transformer:HUB_ID.",
)
@click.option("--explain", "explained", is_flag=True, help="Say which words and emoji made each emotion.")
def command(
    source: Path | None,
    target: Path | None,
    texts: tuple[str, ...],
    column: str,
    tagger_name: str,
    explained: bool,
) -> None:
    """Score a file of posts (.csv, .parquet, .jsonl), or texts.

    The output has the columns of the input, then: emotion, neutral, happy, sad, anger, disgust,
    surprise, fear (probabilities that sum to one), valence, confidence. Files of any length are
    scored as a stream.

    With --explain, texts are shown as bars, with what each word adds to the logit of the likeliest
    emotion (less what it adds to all seven alike); a file gets the column explanation: JSON, the five
    tokens or pairs of words that count most.

    Without INPUT and --text, posts come from the standard input, one a line; on a terminal you are
    asked for them.
    """
    from etl.explained import explainable
    from etl.score_file import score_file
    from etl.taggers import open_tagger

    if source is not None and texts:
        raise click.UsageError("Give a file of posts, or texts with --text.")
    typed = source is None and not texts and target is None and _is_terminal()
    if source is None and not texts and not typed and not _is_piped():
        raise click.UsageError("Give a file of posts, or texts with --text, or pipe posts in, one a line.")
    tagger = open_tagger(tagger_name)
    if explained:
        explainable(tagger)
    if typed:
        from rich.console import Console

        from etl.tag_display import ask

        ask(Console(highlight=False), tagger)
    elif source is None:
        _score_texts(tagger, texts or _lines(), target, explained, shown=bool(texts))
    else:
        with counting(f"scoring {source.name}", "posts") as progress:
            scored = score_file(tagger, source, target, column, progress, explained, _note)
        if target is not None:
            click.echo(f"scored {scored:,} posts by {tagger.name} {tagger.version}: {target}")


def _score_texts(
    tagger: "Tagger", texts: Iterable[str], target: Path | None, explained: bool, shown: bool
) -> None:
    """Write scores of texts; `shown` ones are for a person where no file was asked for."""
    from etl.score_file import score_texts
    from models.tagger import as_texts, score

    if target is not None or not shown or not (explained or sys.stdout.isatty()):
        score_texts(tagger, texts, target, explained)
    elif explained:
        from rich.console import Console

        from etl.tag_display import show

        for text in texts:
            show(Console(highlight=False), tagger, text)
    else:
        from etl.tag_display import printable

        posts = as_texts(texts)
        for text, row in zip(posts, score(tagger, posts).iter_rows(named=True), strict=True):
            said = f"{row['emotion']} {row['confidence']:.0%}, valence {row['valence']:+.2f}"
            click.echo(f"{said}: {printable(text, 300)}")


def _is_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def _is_piped() -> bool:
    """Tell whether somebody feeds the standard input: a pipe or a file, no terminal and no nothing."""
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (AttributeError, OSError, ValueError):  # closed, or no real file
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode)


def _lines() -> Iterator[str]:
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "replace").rstrip("\r\n")


def _note(sentence: str) -> None:
    click.echo(f"emotape: {sentence}", err=True)
