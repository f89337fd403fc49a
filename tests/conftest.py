"""What many tests need: a home folder, sessions, and real data where they are present."""

import os
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, settings

from etl.settings import Home, open_home
from models.sessions import exchange_sessions

CHECKOUT = Path(__file__).resolve().parent.parent

# A busy machine is slow, and that is no fault of what is tested: speed is measured in tests/benchmarks.
settings.register_profile(
    "unhurried", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real posts and prices; nothing in it belongs to the repository."""
    folder = Path(os.environ.get("EMOTAPE_SHARED_DATA", CHECKOUT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real data are not there: {folder}")
    return folder


@pytest.fixture(scope="session")
def sessions_of_2016() -> pl.DataFrame:
    return exchange_sessions(date(2016, 1, 4), date(2016, 12, 30))
