"""`emotape simulate`: an archive of made-up posts in the layout of the public one, of any size."""

from pathlib import Path

import click

from etl.commands.options import counting


@click.command(name="simulate")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.option("--firms", default=2_000, show_default=True, type=click.IntRange(1, 17_576))
@click.option("--sessions", default=750, show_default=True, type=click.IntRange(1, 5_000))
@click.option(
    "--posts",
    default=10_000_000,
    show_default=True,
    type=click.IntRange(1),
    help="How many in all; a few firms have most of them.",
)
@click.option(
    "--seed", default=2, show_default=True, type=click.IntRange(0), help="Another seed, another market."
)
@click.option(
    "--malformed",
    default=0,
    show_default=True,
    type=click.IntRange(0),
    metavar="N",
    help="Put N broken rows between the others, as an importer meets them.",
)
def command(folder: Path, firms: int, sessions: int, posts: int, seed: int, malformed: int) -> None:
    """Write a simulated archive of posts, and prices that go with them, into DIR.

    The layout is that of the public StockTwits archive: `emotape load archive DIR` reads it, and
    `emotape load prices DIR/prices.parquet` its prices. Which associations are planted, and how many broken
    rows of each kind there are, stands in DIR/market.json; the true emotion of each post in
    DIR/true_emotions.

    Equal arguments give equal bytes. A run that was interrupted goes on when it is started again, and one
    over a complete folder changes nothing.
    """
    from etl.simulated_archive import write_archive
    from models.simulation.archive import ArchiveSize

    with counting("simulating", "posts", posts) as progress:
        written = write_archive(folder, ArchiveSize(firms, sessions, posts, seed), malformed, progress)
    if not written.made:
        click.echo(f"{folder} holds this archive already; nothing was written")
        return
    found = f" ({written.blocks - written.made} were there)" if written.made < written.blocks else ""
    click.echo(
        f"simulated: {posts:,} posts on {firms:,} firms in {sessions:,} sessions, {malformed:,} malformed "
        f"rows, {written.blocks} files{found} in {folder}"
    )
