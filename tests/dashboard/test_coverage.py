"""Sessions that were not observed whole are said to be so, and are never shown as silent."""

import json
from datetime import timedelta

import polars as pl
import pytest

from etl.warehouse.build import build_version
from etl.warehouse.store import open_store


@pytest.fixture
def follow(market, sessions_shown):
    """Build the home anew with a source that followed QZRA and QZRB up to a session, less a gap."""

    def build(until, gap=None):
        opens = sessions_shown["open_at"].dt.replace_time_zone(None).to_list()
        mark = {"source": "live", "begin_at": opens[0] - timedelta(days=5), "checked_at": opens[until]}
        with open_store(market) as store:
            rows = pl.DataFrame([mark | {"ticker": ticker} for ticker in ("QZRA", "QZRB")])
            store.register("rows", rows)
            store.execute("insert into stream_marks by name select * from rows")
            if gap is not None:
                store.execute(
                    "insert into stream_gaps by name select 'live' as source, ticker,"
                    " $floor::timestamp as floor_at, $floor::timestamp + interval 1 hour as ceiling_at,"
                    " 0 as n_tries, true as reachable"
                    " from stream_marks",
                    {"floor": opens[gap]},
                )
            build_version(store, market)
        return market

    return build


def captions(app):
    return "\n".join(caption.value for caption in app.caption)


def test_the_mood_of_a_session_that_was_observed_in_part_says_so(show, follow, sessions_shown):
    app = show(follow(until=-1, gap=-1), until=sessions_shown["session"][-1].isoformat(), window="intraday")
    assert not app.exception
    assert "posts that are here are not all" in captions(app)
    assert "Of these sessions 1 was not observed whole" in captions(app)


def test_a_source_that_died_is_told_on_the_page_of_its_ticker(show, follow):
    app = show(follow(until=29), "ticker", symbol="QZRA")
    assert not app.exception
    assert "A source gave nothing of it" in captions(app)
    assert "Of these sessions 11 were not observed whole" in captions(app)


def test_sessions_without_posts_have_no_number_where_nobody_looked(show, follow):
    app = show(follow(until=29), "ticker", symbol="QZRB", window="pre_open")
    assert not app.exception
    spec = json.loads(app.get("plotly_chart")[0].proto.spec)
    (counts,) = [trace["y"] for trace in spec["data"] if trace["name"] == "Posts"]
    assert counts == [0] * 30 + [None] * 10


def test_what_is_usual_leaves_out_sessions_that_were_not_observed_whole(show, follow, market):
    whole = show(market, window="intraday").metric[2].delta
    app = show(follow(until=-1, gap=-5), window="intraday")
    assert app.metric[2].delta == whole == "usually 6"
    (table,) = [found.value for found in app.dataframe if "valence" in found.value]
    assert dict(zip(table["ticker"], table["usual_posts"], strict=True)) == {
        "QZRA": 6,
        "NOPRICE": 0,
        "QZRB": 3,
    }


def test_without_live_sources_nothing_is_said(show, market):
    for page in ("mood", "ticker"):
        said = captions(show(market, page))
        assert "observed" not in said
