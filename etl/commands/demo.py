"""`emotape demo`: the whole way on a simulated market with planted effects."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etl.commands.options import counting
from etl.settings import Home, open_home

if TYPE_CHECKING:
    from etl.simulated import MarketSize

FAMILY = "predictive"


@click.command(name="demo")
@click.option(
    "--home",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the demo's warehouse lives. Default: EMOTAPE_HOME, else a demo folder of its own.",
)
@click.option("--no-serve", is_flag=True, help="Do not open the dashboard at the end.")
@click.option("--firms", default=60, show_default=True, type=click.IntRange(2, 10_000))
@click.option("--sessions", default=250, show_default=True, type=click.IntRange(5, 5_000))
@click.option(
    "--posts-per-day",
    default=4.0,
    show_default=True,
    type=click.FloatRange(0, 10_000, min_open=True),
    help="Mean number of posts per firm and session.",
)
@click.option("--seed", default=None, type=click.IntRange(0), help="Another seed, another market.")
@click.option("--port", default=8501, show_default=True, type=click.IntRange(1, 65535))
def command(
    folder: Path | None,
    no_serve: bool,
    firms: int,
    sessions: int,
    posts_per_day: float,
    seed: int | None,
    port: int,
) -> int:
    """Simulate a market with planted effects, run the whole way on it, and open the dashboard.

    Writes posts and prices as files, loads them, builds, regresses and exports as a user would, and
    prints the estimated beside the planted coefficients. Running it twice changes nothing.
    """
    from etl.commands.serve import serve
    from etl.export import Choice, export_tables
    from etl.simulated import MarketSize
    from models.simulation import DEFAULT_SEED

    home = _demo_home(folder)
    size = MarketSize(firms, sessions, posts_per_day, DEFAULT_SEED if seed is None else seed)
    planted = _simulate_and_build(home, size)
    _estimate(home)
    files = export_tables(home, home.tables, Choice(), force=True)
    click.echo(f"exported: {len(files)} files in {home.tables}")
    _print_headline(home, planted)
    if no_serve:
        click.echo(f"\nThe dashboard on it: emotape serve --home {home.path}")
        return 0
    return serve(home, port)


def _demo_home(folder: Path | None) -> Home:
    """Keep the demo away from a user's own warehouse unless told otherwise."""
    if folder is None and not os.environ.get("EMOTAPE_HOME"):
        from platformdirs import user_data_path

        folder = user_data_path("emotape-demo", appauthor=False)
    return open_home(folder)


def _simulate_and_build(home: Home, size: "MarketSize") -> dict[str, float]:
    from etl.commands.build import describe_version, tag_and_build
    from etl.commands.loading import describe
    from etl.simulated import IPOS_FILE, claim_home, simulated_source, store_true_emotions, write_market
    from etl.warehouse.load import load_posts, load_prices
    from etl.warehouse.load_ipos import load_ipos
    from etl.warehouse.store import open_store
    from models.simulation import simulate_market

    click.echo("Everything in this demo is simulated: firms, prices, posts and their authors.")
    claim_home(home, size)
    with counting("simulating"):
        market = simulate_market(**vars(size))
        posts_file, prices_file = write_market(market, home.simulated)
    click.echo(
        f"simulated: {market.posts.height:,} posts, {market.prices.height:,} prices in {home.simulated}"
    )
    with open_store(home) as store:
        with counting("loading posts", "posts", market.posts.height) as progress:
            click.echo(f"posts: {describe(load_posts(store, simulated_source(), posts_file, progress))}")
        with counting("loading prices", "prices", market.prices.height) as progress:
            click.echo(f"prices: {describe(load_prices(store, prices_file, None, progress))}")
        click.echo(f"ipos: {describe(load_ipos(store, home.simulated / IPOS_FILE))}")
        store_true_emotions(store, market.posts)
        version = tag_and_build(store, home)
    describe_version(home, version.number)
    return dict(market.planted)


def _estimate(home: Home) -> None:
    from etl.estimate import estimate_and_store
    from etl.simulated import TRUTH
    from models.estimation import FAMILIES

    for tagger_name in ("linear", TRUTH):
        with counting(f"estimating {FAMILY}"):
            estimate_and_store(home, FAMILIES[FAMILY], tagger_name)


def _print_headline(home: Home, planted: dict[str, float]) -> None:
    from etl.simulated import TRUTH
    from etl.warehouse.published import open_published
    from etl.warehouse.results import read_results
    from models.tables.recovery import compare_with_planted

    with open_published(home) as published:
        models, terms = read_results(published)
    click.echo("")
    click.echo(compare_with_planted(models, terms, planted, truth=TRUTH, tagged="linear"))
