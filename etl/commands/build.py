"""`emotape build`: tag what is new, rebuild the marts, check them, publish."""

from typing import TYPE_CHECKING

import click

from etl.commands.options import counting, home_option
from etl.settings import Home

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from etl.warehouse.versions import Version


@click.command(name="build")
@click.option(
    "--tagger", "tagger_name", default="linear", show_default=True, help="Which tagger scores the posts."
)
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    help="What scores posts in segments: the cores of this machine, or a Ray cluster (emotape[ray]).  "
    "[default: the setting build.engine]",
)
@click.option("--anew", is_flag=True, help="Build every period anew, also those in which nothing changed.")
@home_option
def command(tagger_name: str, engine: str | None, anew: bool, home: Home) -> None:
    """Tag what is new, bring the marts up to date, run the checks, publish.

    The new version is made beside the old one; readers switch to it in one step. The three newest
    versions are kept. Months in which nothing changed are taken over as they are.
    """
    from etl.warehouse.store import open_store

    with open_store(home) as store:
        version = tag_and_build(store, home, tagger_name, engine, anew=anew)
    describe_version(home, version.number)


def tag_and_build(
    store: "DuckDBPyConnection",
    home: Home,
    tagger_name: str = "linear",
    engine: str | None = None,
    *,
    anew: bool = False,
) -> "Version":
    """Score and describe what is new, and publish a new version.

    Parameters
    ----------
    engine
        What scores segments; None: what the settings say.
    anew
        Build every period anew.

    Raises
    ------
    BadInput
        There is no such tagger, or its weights cannot be read.
    """
    from etl.configuration import read_settings
    from etl.taggers import open_tagger
    from etl.warehouse.build import build_version
    from etl.warehouse.describing import count_undescribed, describe_stored_posts
    from etl.warehouse.segments.deriving import Machinery
    from etl.warehouse.segments.folding import fold
    from etl.warehouse.tagging import count_unscored, score_posts

    settings, _ = read_settings(home)
    machinery = Machinery(engine or settings.build.engine, settings.build.memory)
    tagger = open_tagger(tagger_name)
    with counting("tagging", "posts", count_unscored(store, tagger)) as progress:
        scored = score_posts(store, tagger, progress, opened_by=tagger_name, machinery=machinery)
    click.echo(f"tagged: {scored:,} posts by {tagger.name} {tagger.version}")
    with counting("describing", "posts", count_undescribed(store)) as progress:
        describe_stored_posts(store, progress, machinery)
    with counting("moving months into files", "posts") as progress:
        fold(store, progress)
    with counting("building", "relations") as progress:
        return build_version(store, home, lambda line: progress(1), anew=anew)


def describe_version(home: Home, number: int) -> None:
    """Say what was published and what is missing from it."""
    from etl.warehouse.published import open_published

    with open_published(home) as published:
        facts = published.query("publication").row(0, named=True)
        unpriced = published.query("unpriced_tickers")
        gaps = published.query("price_gap_counts")
        panel = published.query("panel_size").row(0, named=True)
    click.echo(
        f"published: version {number}, {facts['n_posts']:,} posts, {facts['n_prices']:,} prices, "
        f"{panel['n_firm_days']:,} firm-days with posts before the open ({panel['n_firms']:,} firms, "
        f"{panel['n_sessions']:,} sessions)"
    )
    if unpriced.height:
        named = ", ".join(
            f"{row['ticker']} ({row['n_posts']:,} posts)" for row in unpriced.head(8).to_dicts()
        )
        more = f" and {unpriced.height - 8:,} more" if unpriced.height > 8 else ""
        click.echo(
            f"no prices: {unpriced.height:,} symbols that posts name: {named}{more}; "
            "they are in the market's mood and in no regression. Bring prices with `emotape load prices`."
        )
    if gaps.height:
        named = ", ".join(f"{row['ticker']} ({row['n_price_gaps']:,})" for row in gaps.head(8).to_dicts())
        more = f" and {gaps.height - 8:,} more" if gaps.height > 8 else ""
        click.echo(f"price gaps: sessions without a price, never filled: {named}{more}")
