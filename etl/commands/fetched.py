"""What becomes of public data once they are there: they are loaded, or the tagger is measured on them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from etl.settings import Home

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from etl.public.labelled import Written
    from etl.public.manifest import DataSet


def load_and_build(data_set: "DataSet", home: Home) -> int:
    """Load what is not loaded, build where anything is new, and say what to do next."""
    from etl.commands.build import describe_version, tag_and_build
    from etl.public.loaded import is_published
    from etl.warehouse.store import open_store
    from etl.warehouse.versions import current_version

    with open_store(home) as store:
        code = _load(store, data_set, home)
        if is_published(home, store):
            click.echo("nothing is new: the published version holds it already")
            number = current_version(home).number
        else:
            number = tag_and_build(store, home).number
    describe_version(home, number)
    click.echo(f"\nnext: emotape regress --home {home.path}\n      emotape serve --home {home.path}")
    return code


def _load(store: "DuckDBPyConnection", data_set: "DataSet", home: Home) -> int:
    """Load posts and prices by the functions of `emotape load`; return their exit code."""
    from etl.commands.loading import load_each
    from etl.public.loaded import not_yet_loaded, priced_elsewhere
    from etl.sources.formats import choose_source
    from etl.warehouse.load import load_posts, load_prices

    posts, prices = data_set.places(home, "posts"), data_set.places(home, "prices")
    elsewhere = priced_elsewhere(store, home, prices)
    if elsewhere:
        click.echo(
            f"prices: {_some([file.stem for file in elsewhere])} have prices from elsewhere here; "
            "those stay, and the data set's are left out."
        )
    new_posts = not_yet_loaded(store, posts)
    new_prices = not_yet_loaded(store, [file for file in prices if file not in elsewhere])
    codes = [0]
    if new_posts:
        codes.append(
            load_each(
                new_posts,
                lambda file, progress: load_posts(
                    store, choose_source(file, "table", data_set.columns, data_set.name), file, progress
                ),
            )
        )
    if new_prices:
        codes.append(load_each(new_prices, lambda file, progress: load_prices(store, file, None, progress)))
    return max(codes)


def measure(ctx: click.Context, data_set: "DataSet", home: Home) -> None:
    """Measure the tagger on the labelled posts of a data set, where it has any."""
    from etl.commands import evaluate
    from etl.public.labelled import write_labelled

    for source in data_set.places(home, "labelled"):
        written = write_labelled(data_set, source, data_set.folder(home))
        file = written.unseen or written.all
        click.echo(
            "\nThe posts carry no dates, so they cannot be placed in a session and are not loaded. "
            + _of_which(written, data_set)
            + "\n"
        )
        ctx.invoke(evaluate.command, file=file)
        click.echo(
            f"\nnext: emotape evaluate {file} --tagger linear --tagger lexicon"
            "\n      emotape fetch stockemotions, for posts with dates and prices"
        )


def _of_which(written: "Written", data_set: "DataSet") -> str:
    """Say how far the figures flatter a tagger that was trained on some of the posts."""
    if data_set.trained is None:
        return "The tagger is measured on them:"
    known = f"{sum(data_set.trained.counts.values()):,}"
    if written.unseen is None:
        return (
            f"The tagger is measured on them; it was trained on {known} of them, so the figures flatter it, "
            "and its card (models/tagger/CARD.md) has the cross-validated ones:"
        )
    return (
        f"The shipped tagger was trained on {known} of them, so it is measured on the others, which it never "
        f"saw (all of them lie in {written.all.name} beside these):"
    )


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return ", ".join(names[:8]) + more
