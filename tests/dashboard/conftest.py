"""The app on small published homes."""

import shutil
import sys
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from etl.settings import Home, open_home
from models.tagger import load_tagger

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE))  # `homes.py`, `journeys.py` and `serving.py` are shared by the tests here

from homes import build, invent_results, store  # noqa: E402
from journeys import open_browser, open_context, open_page, serve_home  # noqa: E402, F401

APP = HERE.parents[1] / "dashboard" / "app.py"
N_SESSIONS = 40


@pytest.fixture(scope="session")
def sessions_shown(sessions_of_2016: pl.DataFrame) -> pl.DataFrame:
    return sessions_of_2016[5 : 5 + N_SESSIONS]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, sessions_shown: pl.DataFrame) -> Home:
    """Built once; tests work on copies."""
    folder = tmp_path_factory.mktemp("built")
    home = open_home(folder / "home")
    build(home, folder, sessions_shown)
    return home


@pytest.fixture
def market(built: Home, tmp_path: Path) -> Home:
    """A home with posts, prices, one tagger and no results."""
    shutil.copytree(built.path, tmp_path / "market")
    return open_home(tmp_path / "market")


@pytest.fixture(scope="session")
def built_of_weights(tmp_path_factory: pytest.TempPathFactory, sessions_shown: pl.DataFrame) -> Home:
    """The same, its scores said to come from the weights that ship."""
    folder = tmp_path_factory.mktemp("of_weights")
    home = open_home(folder / "home")
    build(home, folder, sessions_shown, version=load_tagger().version)
    return home


@pytest.fixture
def scored_here(built_of_weights: Home, tmp_path: Path) -> Home:
    """A home whose scores can be explained."""
    shutil.copytree(built_of_weights.path, tmp_path / "scored")
    return open_home(tmp_path / "scored")


@pytest.fixture
def estimated(market: Home) -> Home:
    """The same with results in which nothing is significant."""
    store(market, *invent_results(joint_p=0.62, estimate=0.0005))
    return market


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch):
    """Run a page of the app on a home, with a query string, and return it."""

    def run(home: Home | Path, page: str = "mood", **query: str) -> AppTest:
        monkeypatch.setenv("EMOTAPE_HOME", str(home.path if isinstance(home, Home) else home))
        app = AppTest.from_file(str(APP), default_timeout=60).run()
        if page != "mood":
            app.switch_page(f"views/{page}.py")
        for key, value in query.items():
            app.query_params[key] = value
        return app.run()

    return run


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return open_home(tmp_path_factory.mktemp("empty"))
