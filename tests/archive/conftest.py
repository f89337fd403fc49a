"""A home that was used, and its archive: made once, changed by no test."""

import pytest
from archive.archives import NOON
from used_home import fill

from etl.archive import write_archive
from etl.settings import open_home


@pytest.fixture(scope="session")
def source(tmp_path_factory):
    """A used home that no test changes."""
    folder = tmp_path_factory.mktemp("source")
    home = open_home(folder / "home")
    fill(home, folder)
    (home.path / "emotape.env").write_text("EMOTAPE_STOCKTWITS_TOKEN=planted-secret\n")
    return home


@pytest.fixture(scope="session")
def archive(source, tmp_path_factory):
    target = tmp_path_factory.mktemp("archive") / "home.tar.zst"
    write_archive(source, target, clock=NOON)
    return target
