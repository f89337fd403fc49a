"""`emotape train`: fit the tagger's weights from labelled posts."""

from datetime import UTC, datetime
from pathlib import Path

import click
import polars as pl

from etl.commands.options import counting
from etl.errors import BadInput


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
    "--related",
    "related",
    multiple=True,
    metavar="FILE",
    help="Posts with labels of other kinds (GoEmotions, Bullish and Bearish), whose words are learnt from.",
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
    related: tuple[str, ...],
    target: Path,
    card: Path | None,
    folds: int,
    seed: int | None,
) -> None:
    """Fit the tagger's weights on labelled posts, cross-validate them, and write weights and model card.

    The same files and seed give the same weights. Takes some minutes; writes nothing before its end.
    """
    from etl.sources.files import find_files
    from etl.training_posts import Inputs, read_related, read_tagged, read_texts
    from etl.whole_files import write_whole
    from models.measurement.confusion import tabulate_confusion
    from models.tagger.card import TrainingRun, write_card
    from models.tagger.cross_validation import cross_validate
    from models.tagger.evaluation import evaluate
    from models.tagger.linear import LinearTagger
    from models.tagger.training import Recipe, fit_weights, fit_word_vectors, to_forms
    from models.tagger.weights_file import LARGEST, pack, unpack

    recipe = Recipe() if seed is None else Recipe(seed=seed)
    inputs = Inputs()
    texts, labels = read_tagged(labelled, column, label, inputs)
    click.echo(f"labelled: {len(texts):,} posts")
    kinds = read_related(find_files(related) if related else [], texts, inputs)
    click.echo(f"related: {sum(len(posts) for posts, _ in kinds):,} posts with {len(kinds)} kinds of labels")
    corpus = read_texts(find_files(unlabelled) if unlabelled else [], inputs)
    # Held-out posts must not teach the vectors.
    corpus = corpus.filter(~corpus.is_in(texts.implode()))
    click.echo(f"unlabelled: {len(corpus):,} posts")
    with counting("learning words", "steps"):
        known = [(to_forms(posts), labels_of) for posts, labels_of in kinds]
        vectors = fit_word_vectors(to_forms(corpus), known, recipe)
    click.echo(f"vectors: {len(vectors.index):,} words and emoji, {vectors.rows.shape[1]} dimensions")
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
        command=_shown(labelled, {"--unlabelled": unlabelled, "--related": related}, target),
        seed=recipe.seed,
        n_bytes=len(content),
        inputs=inputs.seen,
        folds=of_folds,
        pooled=pooled,
        posts_per_second=speed or 0.0,
    )
    write_whole(target, content)
    card = card or target.with_suffix(".md")
    write_whole(card, write_card(run))
    confusion = target.with_name(f"{target.stem}_confusion.csv")
    write_whole(confusion, tabulate_confusion(pooled.confusion).write_csv())
    click.echo(
        f"cross-validated: accuracy {pooled.accuracy:.4f}, macro-F1 {pooled.macro_f1:.4f}, "
        f"log loss {pooled.log_loss:.4f}"
    )
    click.echo(f"wrote {target} (version {version}, {len(content) / 1e6:.1f} MB), {card} and {confusion}")


def _shown(labelled: tuple[Path, ...], options: dict[str, tuple[str, ...]], target: Path) -> str:
    """Return the command with file names in place of paths, which are of the machine."""
    names = [path.name for path in labelled]
    for option, patterns in options.items():
        for pattern in patterns:
            path = Path(pattern)
            names += [option, f"'{path.parent.name}/{path.name}'" if "*" in pattern else path.name]
    return " ".join(["emotape train", *names, "-o", target.name])
