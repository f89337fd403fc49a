"""`emotape tag`: score a file of posts, or texts."""

import sys
from pathlib import Path

import click

from etl.commands.options import counting


@click.command(name="tag")
@click.argument("source", required=False, type=click.Path(path_type=Path), metavar="[INPUT]")
@click.option(
    "-o", "--output", "target", type=click.Path(path_type=Path), help="Default: CSV on standard output."
)
@click.option("--text", "texts", multiple=True, help="A text to score; may be given several times.")
@click.option("--column", default="body", show_default=True, help="The column of INPUT that holds the text.")
def command(source: Path | None, target: Path | None, texts: tuple[str, ...], column: str) -> None:
    """Score a file of posts (.csv, .parquet, .jsonl), or texts.

    The output has the columns of the input, then: emotion, neutral, happy, sad, anger, disgust,
    surprise, fear (probabilities that sum to one), valence, confidence. Files of any length are
    scored as a stream.
    """
    from etl.score_file import score_file
    from models.tagger import load_tagger

    if (source is None) == (not texts):
        raise click.UsageError("Give a file of posts, or texts with --text.")
    tagger = load_tagger()
    if source is None:
        _score_texts(texts, target)
        return
    with counting(f"scoring {source.name}", "posts") as progress:
        scored = score_file(tagger, source, target, column, progress)
    if target is not None:
        click.echo(f"scored {scored:,} posts by {tagger.name} {tagger.version}: {target}")


def _score_texts(texts: tuple[str, ...], target: Path | None) -> None:
    from etl.score_file import write_whole
    from models.tagger import as_texts, load_tagger, score

    posts = as_texts(texts)
    scored = score(load_tagger(), posts).insert_column(0, posts.alias("body"))
    if target is not None:
        write_whole(scored, target)
    elif sys.stdout.isatty():
        for row in scored.iter_rows(named=True):
            click.echo(
                f"{row['emotion']} {row['confidence']:.0%}, valence {row['valence']:+.2f}: {row['body']}"
            )
    else:
        click.echo(scored.write_csv(), nl=False)
