"""`emotape train`: fit the tagger's weights from labelled posts."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import click
import polars as pl

from etl.commands.options import counting
from etl.errors import BadInput

TEXT_COLUMNS = ("body", "text", "original")


@click.command(name="train")
@click.argument("labelled", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="LABELLED...")
@click.option("--column", default="body", show_default=True, help="The column that holds the text.")
@click.option("--label", default="emotion", show_default=True, help="The column that holds the emotion.")
@click.option(
    "--unlabelled",
    "unlabelled",
    multiple=True,
    metavar="FILE",
    help="Posts without labels, from which word vectors are learnt; globs, may be given several times.",
)
@click.option(
    "-o", "--output", "target", type=click.Path(path_type=Path), required=True, help="The weights (.npz)."
)
@click.option(
    "--card", "card", type=click.Path(path_type=Path), help="The model card. Default: beside the weights."
)
@click.option(
    "--folds", default=5, show_default=True, type=click.IntRange(2, 20), help="Of the cross-validation."
)
@click.option("--seed", default=None, type=click.IntRange(0), help="Of folds and vectors.")
def command(
    labelled: tuple[Path, ...],
    column: str,
    label: str,
    unlabelled: tuple[str, ...],
    target: Path,
    card: Path | None,
    folds: int,
    seed: int | None,
) -> None:
    """Fit the tagger's weights on labelled posts, cross-validate them, and write weights and model card.

    The same files and seed give the same weights. Takes some minutes; writes nothing before its end.
    """
    from etl.sources.files import find_files
    from models.tagger.card import TrainingRun, write_card
    from models.tagger.cross_validation import cross_validate
    from models.tagger.evaluation import evaluate
    from models.tagger.linear import LinearTagger
    from models.tagger.training import Recipe, fit_weights, fit_word_vectors, to_forms
    from models.tagger.weights_file import LARGEST, pack, unpack

    recipe = Recipe() if seed is None else Recipe(seed=seed)
    inputs: dict[str, tuple[int, str]] = {}
    texts, labels = _read_labelled(labelled, column, label, inputs)
    click.echo(f"labelled: {len(texts):,} posts")
    corpus = _read_unlabelled(find_files(unlabelled) if unlabelled else [], inputs)
    corpus = corpus.filter(~corpus.is_in(texts.implode()))  # held-out posts must not teach the vectors
    click.echo(f"unlabelled: {len(corpus):,} posts")
    vectors = fit_word_vectors(to_forms(corpus), recipe)
    click.echo(f"vectors: {len(vectors.index):,} words and emoji, {recipe.dimensions} dimensions")
    try:
        with counting("cross-validating", "folds", folds) as progress:
            of_folds, pooled = cross_validate(texts, labels, vectors, recipe, folds, lambda _: progress(1))
        weights = fit_weights(to_forms(texts), labels, vectors, recipe)
    except ValueError as error:
        raise BadInput(f"The tagger cannot be fitted: {error}") from error
    content, version = pack(weights)
    if len(content) > LARGEST:
        raise BadInput(f"The weights take {len(content):,} bytes; at most {LARGEST:,} are shipped.")
    stored, _ = unpack(content)  # what is measured is what will be loaded
    speed = evaluate(LinearTagger(stored, version), pl.concat([texts] * 5), labels * 5).posts_per_second
    run = TrainingRun(
        version=version,
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        command=_shown(labelled, unlabelled, target),
        seed=recipe.seed,
        n_bytes=len(content),
        inputs=inputs,
        folds=of_folds,
        pooled=pooled,
        posts_per_second=speed or 0.0,
    )
    target.write_bytes(content)
    card = card or target.with_suffix(".md")
    card.write_text(write_card(run), encoding="utf-8")
    click.echo(
        f"cross-validated: accuracy {pooled.accuracy:.4f}, macro-F1 {pooled.macro_f1:.4f}, "
        f"log loss {pooled.log_loss:.4f}"
    )
    click.echo(f"wrote {target} (version {version}, {len(content) / 1e6:.1f} MB) and {card}")


def _read_labelled(
    files: tuple[Path, ...], column: str, label: str, inputs: dict[str, tuple[int, str]]
) -> tuple[pl.Series, list[str]]:
    from etl.score_file import read_columns

    frames = []
    for file in files:
        rows = read_columns(file, column, label).select(
            pl.col(column).cast(pl.String).alias("body"),
            pl.col(label).cast(pl.String).str.strip_chars().str.to_lowercase().alias("emotion"),
        )
        posts = rows.drop_nulls().collect()
        inputs[file.name] = (posts.height, _digest(file))
        frames.append(posts)
    labelled = pl.concat(frames)
    return labelled["body"], labelled["emotion"].to_list()


def _read_unlabelled(files: list[Path], inputs: dict[str, tuple[int, str]]) -> pl.Series:
    from etl.score_file import read_columns

    texts = [pl.Series("body", [], dtype=pl.String)]
    for file in files:
        rows = read_columns(file)
        present = rows.collect_schema().names()
        column = next((name for name in TEXT_COLUMNS if name in present), None)
        if column is None:
            raise BadInput(f"{file.name} has no column of texts ({', '.join(TEXT_COLUMNS)}).")
        posts = rows.select(pl.col(column).cast(pl.String).alias("body")).drop_nulls().collect()["body"]
        inputs[_collection(file)] = _added(inputs.get(_collection(file)), len(posts), _digest(file))
        texts.append(posts)
    return pl.concat(texts).unique(maintain_order=True)


def _collection(file: Path) -> str:
    """Files of one folder, one for each symbol, are one collection: named by the folder."""
    return f"{file.parent.name}/*" if file.name.endswith(".jsonl.gz") else file.name


def _added(known: tuple[int, str] | None, n_posts: int, digest: str) -> tuple[int, str]:
    if known is None:
        return n_posts, digest
    return known[0] + n_posts, hashlib.sha256((known[1] + digest).encode()).hexdigest()


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _shown(labelled: tuple[Path, ...], unlabelled: tuple[str, ...], target: Path) -> str:
    """Return the command with file names in place of paths, which are of the machine."""
    names = [path.name for path in labelled]
    for pattern in unlabelled:
        path = Path(pattern)
        names += ["--unlabelled", f"'{path.parent.name}/{path.name}'" if "*" in pattern else path.name]
    return " ".join(["emotape train", *names, "-o", target.name])
