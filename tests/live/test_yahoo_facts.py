"""Figures of firms and offerings through the real yfinance: a snapshot a day, of which the news is kept."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from live.yahoo_runs import Runs, running
from live.yahoo_server import FakeYahoo, market_close

from etl.errors import SourceFailed, UnknownSymbol
from etl.live.yahoo.figures import last_reported_quarter
from etl.settings import Home
from etl.warehouse.load_ipos import load_ipos

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
SETTLED, BEFORE = date(2026, 2, 13), date(2026, 1, 30)


def seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


@pytest.fixture
def runs(home: Home) -> Iterator[Runs]:
    fake = FakeYahoo(market_close(MONDAY))
    fake.add("QZRA", date(2026, 1, 2))
    fake.figures["QZRA"] = {
        "sharesShort": 5_000,
        "dateShortInterest": seconds(SETTLED),
        "sharesShortPriorMonth": 4_000,
        "sharesShortPreviousMonthDate": seconds(BEFORE),
        "floatShares": 90_000,
        "sharesOutstanding": 100_000,
        "heldPercentInstitutions": 0.62,
    }
    fake.share_counts["QZRA"] = {
        date(2026, 1, 5): 98_000.0,
        date(2026, 1, 6): 98_000.0,
        date(2026, 2, 20): 99_000.0,
    }
    with running(home, fake) as runs:
        yield runs


def stored(runs: Runs, kind: str, columns: str) -> list[tuple[object, ...]]:
    return runs.store.sql(f"select {columns} from raw_{kind} order by all").fetchall()


def test_figures_are_stored_with_the_day_on_which_we_knew_them(runs):
    got = runs.facts("QZRA")
    assert (got.outcome, got.count.new) == ("done", 6)
    figures = "settled_on, known_on, known_after, shares_short, float_shares, shares_outstanding"
    assert stored(runs, "short_interest", figures) == [
        (BEFORE, MONDAY, None, 4_000, 90_000, 100_000),
        (SETTLED, MONDAY, None, 5_000, 90_000, 100_000),
    ]
    assert stored(runs, "ownership", "described_on, known_on, known_after, inst_own") == [
        (date(2025, 12, 31), MONDAY, None, 0.62)
    ]
    assert stored(runs, "shares", "described_on, known_on, known_after, shares_outstanding") == [
        (date(2026, 1, 5), date(2026, 2, 19), 45, 98_000),
        (date(2026, 2, 20), MONDAY, None, 99_000),
        (MONDAY, MONDAY, None, 100_000),
    ]


def test_a_firm_is_asked_once_a_day_of_new_york(runs):
    runs.facts("QZRA")
    asked = runs.fake.requests
    late = datetime(2026, 3, 3, 3, 30, tzinfo=UTC)  # Tuesday in London, Monday evening in New York
    assert runs.facts("QZRA", late).outcome == "unchanged"
    assert runs.fake.requests == asked
    assert runs.facts("QZRA", market_close(TUESDAY)).outcome == "unchanged"
    assert runs.fake.requests > asked


def test_only_what_changed_is_a_further_row(runs):
    runs.facts("QZRA")
    runs.fake.figures["QZRA"] |= {"sharesShort": 6_000, "sharesOutstanding": 101_000}
    got = runs.facts("QZRA", market_close(TUESDAY))
    assert (got.outcome, got.count.new, got.count.updated) == ("done", 3, 0)
    tuesday = "known_on = date '2026-03-03'"
    query = f"select settled_on, shares_short from raw_short_interest where {tuesday} order by all"
    assert runs.store.sql(query).fetchall() == [(BEFORE, 4_000), (SETTLED, 6_000)]
    assert runs.store.sql(f"select described_on from raw_shares where {tuesday}").fetchall() == [(TUESDAY,)]


def test_an_unchanged_count_is_confirmed_before_it_grows_too_old_to_be_used(runs):
    runs.facts("QZRA")
    for day in (date(2026, 5, 29), date(2026, 6, 5)):
        runs.facts("QZRA", market_close(day))
    counts = stored(runs, "shares", "described_on, shares_outstanding")
    assert counts[-2:] == [(MONDAY, 100_000), (date(2026, 6, 5), 100_000)]


def test_the_history_of_share_counts_is_asked_for_at_first_and_after_a_gap(runs):
    def asked() -> int:
        return sum(kind == "shares" and "type" not in more for kind, _, more in runs.fake.asked)

    runs.facts("QZRA")
    runs.facts("QZRA", market_close(TUESDAY))
    assert asked() == 1
    runs.fake.share_counts["QZRA"][date(2026, 3, 9)] = 102_000.0
    runs.fake.figures["QZRA"]["sharesOutstanding"] = 103_000
    runs.facts("QZRA", market_close(date(2026, 3, 20)))
    assert asked() == 2
    counts = stored(runs, "shares", "described_on, known_on, shares_outstanding")
    assert counts[-2:] == [
        (date(2026, 3, 9), date(2026, 3, 20), 102_000),
        (date(2026, 3, 20), date(2026, 3, 20), 103_000),
    ]


def test_impossible_figures_are_quarantined_and_the_others_stored(runs):
    runs.fake.figures["QZRA"]["heldPercentInstitutions"] = 62.0
    got = runs.facts("QZRA")
    assert (got.outcome, got.count.new, got.count.quarantined) == ("partial", 5, 1)
    reason = "inst_own is above 1.5: is it in percent? a share of 1 is expected"
    assert runs.quarantine() == [("ownership", "yahoo:QZRA", 20251231, reason)]


def test_a_firm_without_figures_has_none(runs):
    runs.fake.figures["QZRA"] = {}
    runs.fake.share_counts.clear()
    assert runs.facts("QZRA").outcome == "unchanged"
    assert [stored(runs, kind, "*") for kind in ("short_interest", "ownership", "shares")] == [[], [], []]


def test_a_day_on_which_asking_failed_is_asked_again(runs):
    with pytest.raises(UnknownSymbol, match=r"^Yahoo has no figures of QZOLD"):
        runs.facts("QZOLD")
    runs.fake.faults["QZRA"] = "broken"
    with pytest.raises(SourceFailed, match=r"^Yahoo did not give figures of QZRA: it answered 500"):
        runs.facts("QZRA")
    runs.fake.faults.clear()
    assert runs.facts("QZRA").outcome == "done"


@pytest.mark.parametrize(
    ("today", "quarter"),
    [
        (date(2026, 5, 14), date(2025, 12, 31)),
        (date(2026, 5, 15), date(2026, 3, 31)),
        (date(2026, 2, 13), date(2025, 9, 30)),
        (date(2026, 2, 14), date(2025, 12, 31)),
    ],
)
def test_holdings_describe_the_last_quarter_whose_reports_were_due(today, quarter):
    assert last_reported_quarter(today) == quarter


def offering(symbol: str, day: str, price: float | None, **more: object) -> dict[str, object]:
    return {
        "ticker": symbol,
        "companyshortname": f"{symbol} Inc",
        "startdatetime": f"{day}T05:00:00.000Z",
        "offerprice": price,
        "currencyname": "USD",
        "shares": 1_000_000,
        "dealtype": "Priced" if price else "Expected",
        **more,
    }


def ipos(runs: Runs) -> list[tuple[object, ...]]:
    query = "select ticker, first_trade, offer_price, proceeds, venture, name from raw_ipos order by ticker"
    return runs.store.sql(query).fetchall()


def test_offerings_that_were_priced_are_stored_once_a_day(runs):
    runs.fake.offerings = [
        offering("QZNA", "2026-02-26", 18.0),
        offering("QZNB", "2026-03-05", None),
        offering("QZNC", "2026-02-20", 900.0, currencyname="JPY"),
        offering("", "2026-02-19", 10.0),
        offering("QZND", "2026-02-18", -3.0),
    ]
    got = runs.ipos()
    assert (got.outcome, got.count.new, got.count.quarantined) == ("partial", 1, 1)
    assert ipos(runs) == [("QZNA", date(2026, 2, 26), 18.0, 18e6, None, "QZNA Inc")]
    runs.fake.offerings[1] = offering("QZNB", "2026-03-03", 21.0)
    assert runs.ipos().outcome == "unchanged"
    assert runs.ipos(market_close(TUESDAY)).count.new == 1
    assert [row[:3] for row in ipos(runs)][1] == ("QZNB", TUESDAY, 21.0)


def test_what_a_file_says_of_an_offering_stands_and_only_gaps_are_filled(runs, tmp_path):
    file = tmp_path / "ipos.csv"
    file.write_text("ticker,first_trade,offer_price,proceeds,venture\nQZNA,2026-02-25,17.5,,1\n")
    load_ipos(runs.store, file)
    runs.fake.offerings = [offering("QZNA", "2026-02-26", 18.0)]
    for day in (MONDAY, TUESDAY):
        runs.ipos(market_close(day))
        assert ipos(runs) == [("QZNA", date(2026, 2, 25), 17.5, 18e6, True, "QZNA Inc")]
        runs.fake.offerings = [offering("QZNA", "2026-02-26", 19.0)]
    assert runs.store.sql("select load_id from raw_ipos").fetchall() == [(1,)]


def test_the_calendar_is_read_to_its_end(runs):
    runs.fake.offerings = [offering(f"Q{n:03}", "2026-02-26", 10.0 + n) for n in range(230)]
    assert runs.ipos().count.new == 230
    assert [more["body"]["offset"] for kind, _, more in runs.fake.asked if kind == "calendar"] == [
        0,
        100,
        200,
    ]


def test_the_first_look_goes_back_a_quarter_and_the_next_a_month(runs):
    runs.ipos()
    runs.ipos(market_close(TUESDAY))
    bodies = [more["body"] for kind, _, more in runs.fake.asked if kind == "calendar"]
    starts = [body["query"]["operands"][0]["operands"][1] for body in bodies]
    assert starts == [str(MONDAY - timedelta(days=90)), str(MONDAY - timedelta(days=30))]
