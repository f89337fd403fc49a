"""`emotape evaluate`: measure the tagger on labelled posts."""

import json
from pathlib import Path

import click
import polars as pl

from etl.errors import BadInput


@click.command(name="evaluate")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--column", default="body", show_default=True, help="The column that holds the text.")
@click.option("--label", default="emotion", show_default=True, help="The column that holds the true emotion.")
@click.option(
    "--json", "target", type=click.Path(path_type=Path), metavar="OUT", help="Also write all figures as JSON."
)
def command(file: Path, column: str, label: str, target: Path | None) -> None:
    """Measure the tagger on labelled posts (.csv, .parquet, .jsonl).

    Prints accuracy, macro-F1, log loss, the same for three-way valence, calibration, posts per
    second and a table by emotion. Rows without a text or label are left out and counted. On posts
    that the tagger was trained on the figures flatter it: its model card has the cross-validated ones.
    """
    from etl.score_file import read_columns
    from models.tagger import load_tagger
    from models.tagger.evaluation import evaluate

    rows = read_columns(file, column, label)
    try:
        posts = rows.select(pl.col(column).cast(pl.String), pl.col(label).cast(pl.String)).collect()
    except pl.exceptions.PolarsError as error:
        raise BadInput(f"{file} cannot be read: {str(error).splitlines()[0]}.") from error
    labelled = posts.filter(pl.col(label).is_not_null(), pl.col(column).is_not_null())
    if left_out := posts.height - labelled.height:
        click.echo(f"left out: {left_out:,} rows without a text or label", err=True)
    tagger = load_tagger()
    labels = labelled[label].str.strip_chars().str.to_lowercase().to_list()
    try:
        evaluation = evaluate(tagger, labelled[column], labels)
    except ValueError as error:
        raise BadInput(f"{file.name}, column '{label}': {error}") from error
    click.echo(f"{tagger.name} {tagger.version} on {evaluation.n_posts:,} posts of {file.name}")
    for name, value in evaluation.figures().items():
        if isinstance(value, float):
            shown = f"{value:,.0f}" if name == "posts_per_second" else f"{value:.4f}"
            click.echo(f"  {name.replace('_', ' '):<26}{shown:>10}")
    click.echo("")
    click.echo(f"  {'emotion':<10}{'precision':>10}{'recall':>10}{'f1':>10}{'support':>10}")
    for row in evaluation.by_class.iter_rows(named=True):
        shares = "".join(f"{row[name]:>10.3f}" for name in ("precision", "recall", "f1"))
        click.echo(f"  {row['emotion']:<10}{shares}{row['support']:>10,}")
    if target is not None:
        report = {
            "tagger": tagger.name,
            "tagger_version": tagger.version,
            "file": file.name,
            **evaluation.figures(),
            "by_class": evaluation.by_class.to_dicts(),
            "classes": list(tagger.classes_),
            "confusion": evaluation.confusion.tolist(),
            "reliability": evaluation.reliability.to_dicts(),
        }
        target.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
