"""`emotape evaluate`: measure taggers on labelled posts, side by side."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from etl.errors import BadInput

if TYPE_CHECKING:
    from models.tagger import Tagger
    from models.tagger.agreement import Comparison
    from models.tagger.evaluation import Evaluation

NAME_WIDTH = 26


@click.command(name="evaluate")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--column", default="body", show_default=True, help="The column that holds the text.")
@click.option("--label", default="emotion", show_default=True, help="The column that holds the true emotion.")
@click.option(
    "--tagger",
    "names",
    multiple=True,
    default=("linear",),
    show_default=True,
    help="linear, lexicon, vader, ensemble, ensemble:A+B, transformer:FOLDER or transformer:HUB_ID; "
    "several stand side by side.",
)
@click.option(
    "--json", "target", type=click.Path(path_type=Path), metavar="OUT", help="Also write all figures as JSON."
)
@click.option(
    "--without-emoji",
    is_flag=True,
    help="Also measure without emoji and emoticons; by kind where the file has a column 'what'.",
)
def command(
    file: Path, column: str, label: str, names: tuple[str, ...], target: Path | None, without_emoji: bool
) -> None:
    """Measure taggers on labelled posts (.csv, .parquet, .jsonl).

    Prints accuracy, macro-F1, log loss, the same for three-way valence, calibration, posts per
    second and a table by emotion; of several taggers also how far each pair agrees (Cohen's kappa).
    Rows without a text or with other than one label are left out and counted. On posts that the
    tagger was trained on the figures flatter it: its model card has the cross-validated ones.

    Labels may be EmTract's seven emotions, StockEmotions' twelve or GoEmotions' twenty-eight, which
    are mapped to the seven, or Bullish and Bearish, which are measured by the sign of valence.
    """
    from etl.evaluate_display import show_directions, show_emoji_worth
    from etl.labelled_posts import read_labelled
    from etl.taggers import open_tagger
    from models.tagger.agreement import compare

    taggers = [open_tagger(name) for name in dict.fromkeys(names)]
    posts = read_labelled(file, column, label)
    for note in posts.notes:
        click.echo(note, err=True)
    if posts.mapping:
        click.echo(posts.mapping)
    if posts.signs is not None:
        if without_emoji:
            raise click.UsageError("--without-emoji needs labels that are emotions, not directions.")
        directions = show_directions(taggers, posts, file.name)
        _write(target, directions[0] if len(taggers) == 1 else {"file": file.name, "taggers": directions})
        return
    try:
        comparison = compare(taggers, posts.texts, posts.emotions)
    except ValueError as error:
        raise BadInput(f"{file.name}, column '{label}': {error}") from error
    if len(taggers) == 1:
        _print_one(taggers[0], comparison.evaluations[0], file)
    else:
        _print_several(taggers, comparison, file)
    emoji = {"emoji": show_emoji_worth(taggers, posts)} if without_emoji else {}
    _write(target, {**_report(taggers, comparison, file), "taxonomy": posts.taxonomy.name, **emoji})


def _write(target: Path | None, report: dict[str, Any]) -> None:
    from etl.whole_files import write_whole

    if target is not None:
        write_whole(target, json.dumps(report, indent=2) + "\n")


def _print_one(tagger: "Tagger", evaluation: "Evaluation", file: Path) -> None:
    click.echo(f"{tagger.name} {tagger.version} on {evaluation.n_posts:,} posts of {file.name}")
    for name, value in evaluation.figures().items():
        if isinstance(value, float):
            click.echo(f"  {name.replace('_', ' '):<{NAME_WIDTH}}{_figure(name, value):>10}")
    click.echo("")
    click.echo(f"  {'emotion':<10}{'precision':>10}{'recall':>10}{'f1':>10}{'support':>10}")
    for row in evaluation.by_class.iter_rows(named=True):
        shares = "".join(f"{row[name]:>10.3f}" for name in ("precision", "recall", "f1"))
        click.echo(f"  {row['emotion']:<10}{shares}{row['support']:>10,}")


def _print_several(taggers: Sequence["Tagger"], comparison: "Comparison", file: Path) -> None:
    widths = [max(len(tagger.name), 12) + 2 for tagger in taggers]

    def line(title: str, cells: Sequence[str]) -> None:
        shown = "".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        click.echo(f"  {title:<{NAME_WIDTH}}{shown}")

    evaluations = comparison.evaluations
    click.echo(f"{len(taggers)} taggers on {evaluations[0].n_posts:,} posts of {file.name}")
    line("", [tagger.name for tagger in taggers])
    line("version", [tagger.version for tagger in taggers])
    for name, value in evaluations[0].figures().items():
        if isinstance(value, float):
            line(name.replace("_", " "), [_figure(name, vars(one)[name]) for one in evaluations])
    for place, row in enumerate(evaluations[0].by_class.iter_rows(named=True)):
        scores = [f"{one.by_class['f1'][place]:.3f}" for one in evaluations]
        line(f"f1 of {row['emotion']} ({row['support']:,})", scores)
    click.echo("")
    click.echo("  agreement of the likeliest emotion: Cohen's kappa, and the share of posts alike")
    for pair in comparison.agreement.iter_rows(named=True):
        kappa = "undefined" if pair["kappa"] is None else f"{pair['kappa']:.3f}"
        click.echo(f"  {pair['tagger_a']} and {pair['tagger_b']}: {kappa}, {pair['same']:.1%}")


def _figure(name: str, value: float) -> str:
    return f"{value:,.0f}" if name == "posts_per_second" else f"{value:.4f}"


def _report(taggers: Sequence["Tagger"], comparison: "Comparison", file: Path) -> dict[str, Any]:
    """Return all figures: of one tagger flat, of several as a list with their agreement."""
    reports = [
        {
            "tagger": tagger.name,
            "tagger_version": tagger.version,
            "file": file.name,
            **evaluation.figures(),
            "by_class": evaluation.by_class.to_dicts(),
            "classes": list(tagger.classes_),
            "confusion": evaluation.confusion.tolist(),
            "reliability": evaluation.reliability.to_dicts(),
        }
        for tagger, evaluation in zip(taggers, comparison.evaluations, strict=True)
    ]
    if len(reports) == 1:
        return reports[0]
    return {"file": file.name, "taggers": reports, "agreement": comparison.agreement.to_dicts()}
