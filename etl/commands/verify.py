"""`emotape verify`: a bundle beside what the warehouse gives."""

from pathlib import Path

import click

from etl.commands.options import home_option
from etl.settings import Home

EXIT_FAILED = 1


@click.command(name="verify")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="DIR")
@home_option
def command(folder: Path, home: Home) -> int:
    """Estimate and write a bundle anew, and compare it with DIR: nothing is stored or overwritten.

    Exit 0 when every file and every number agree, 1 when something differs; each difference is named.
    """
    from etl.verify import verify_bundle

    verdict = verify_bundle(home, folder, lambda line: click.echo(line, err=True))
    for difference in verdict.differences:
        click.echo(difference)
    if verdict.differences:
        click.echo(f"{folder} differs in {len(verdict.differences)} places.")
        return EXIT_FAILED
    click.echo(f"{folder}: all {verdict.n_files} files and every estimate come out the same.")
    return 0
