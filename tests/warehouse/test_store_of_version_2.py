"""A store from before segments: read as it is by what only reads, and brought over by what writes."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from segmented_home import read_all, read_home
from used_home import FixedClock, read_store

from etl.configuration.sections import Retention
from etl.vacuum import vacuum
from etl.version import SCHEMA_VERSION
from etl.warehouse.segments.folding import fold
from etl.warehouse.status import read_status
from etl.warehouse.store import open_store
from etl.warehouse.tables import check_structure, read_version

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "store_v2.sql"


@pytest.fixture
def old(home):
    connection = duckdb.connect(str(home.store))
    connection.execute(GOLDEN.read_text())
    connection.close()
    return home


def test_it_keeps_every_row_and_gets_the_tables_of_segments(old, capsys):
    before = read_store(old)
    assert all(before.values())
    with open_store(old) as store:
        assert read_version(store) == SCHEMA_VERSION
        check_structure(store)
    assert f"schema version 2; bringing it to version {SCHEMA_VERSION}" in capsys.readouterr().err
    after = read_store(old)
    assert {**{name: after[name] for name in before}, "schema_version": [(2,)]} == before
    new = after.keys() - before.keys()
    assert {"segments", "segment_scores", "segment_traits", "replaced_posts"} <= new
    assert all(after[name] == [] for name in new)


def test_its_posts_move_into_segments_with_their_scores(old):
    with open_store(old) as store:
        before = read_all(store)
        assert [len(rows) for rows in before.values()] == [2, 2, 2]
        assert fold(store, enough=1, least=1) == 2
        assert store.execute("select count(*) from raw_posts").fetchall() == [(0,)]
        assert read_all(store) == before


def test_status_and_a_dry_run_of_vacuum_read_it_and_leave_it_alone(old):
    content = old.store.read_bytes()
    status = read_status(old)["store"]
    assert (status["sources"][0]["n_posts"], status["segments"]) == (2, None)
    clock = FixedClock(datetime(2017, 6, 1, tzinfo=UTC))
    gone = vacuum(old, Retention(raw_days=30, quarantine_days=30), dry_run=True, clock=clock)
    assert {part.what: part.count for part in gone} == {"original records of posts": 1, "refused rows": 1}
    assert len(read_home(old)["stored_posts"]) == 2
    assert old.store.read_bytes() == content
