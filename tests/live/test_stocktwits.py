"""The stream of StockTwits: pages that prove that nothing is missing, and pages that prove nothing."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from live.clocks import FakeClock
from live.conftest import OpenStream
from live.loopback import Handler, serving
from live.stocktwits_server import BROKEN, FakeStockTwits

from etl.configuration.sections import Settings
from etl.configuration.sections import StockTwits as StockTwitsSettings
from etl.errors import BadInput, SourceFailed, UnknownSymbol
from etl.journal import open_journal
from etl.live.patience import Patience
from etl.live.posts import Mark, Page
from etl.live.stocktwits import StockTwitsStream
from etl.live.streams import open_streams

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def ago(minutes: float) -> Mark:
    return Mark(None, NOON - minutes * MINUTE)


def read_down(stream: StockTwitsStream, symbol: str, floor: Mark, most: int = 50) -> list[Page]:
    """Ask for pages until one reaches the floor, or none follows."""
    pages = [stream.page(symbol, None, floor)]
    while not pages[-1].reached and pages[-1].older and len(pages) < most:
        pages.append(stream.page(symbol, pages[-1].older, floor))
    return pages


def ids(*pages: Page) -> list[int]:
    return [int(post_id) for page in pages for post_id in page.batch.posts["post_id"]]


@pytest.fixture
def messages(fake: FakeStockTwits) -> list[dict]:
    """A hundred, one a minute; the newest first."""
    return fake.write_many("AAPL", 100, NOON, MINUTE)


def test_a_page_knows_its_ends_and_where_to_go_on(stream: StockTwitsStream, messages: list[dict]):
    page = stream.page("AAPL", None, ago(1000))
    assert ids(page) == [message["id"] for message in messages[:30]]
    assert page.newest == Mark(str(messages[0]["id"]), NOON - MINUTE)
    assert page.oldest == Mark(str(messages[29]["id"]), NOON - 30 * MINUTE)
    assert page.older == str(messages[29]["id"])
    assert (page.reached, page.broken, page.asked_at) == (False, None, NOON)
    assert page.address.endswith("/api/2/streams/symbol/AAPL.json?limit=30")


def test_pages_go_down_to_the_end_of_the_history(stream: StockTwitsStream, messages: list[dict]):
    pages = read_down(stream, "AAPL", ago(1000))
    assert ids(*pages) == [message["id"] for message in messages]
    assert [page.reached for page in pages] == [False, False, False, True]
    assert pages[-1].older is None


def test_a_server_that_gives_the_cursors_message_again_is_followed_too(
    stream: StockTwitsStream, fake: FakeStockTwits, messages: list[dict]
):
    fake.inclusive = True
    pages = read_down(stream, "AAPL", ago(1000))
    assert sorted(set(ids(*pages)), reverse=True) == [message["id"] for message in messages]
    assert pages[-1].reached


@pytest.mark.parametrize(("known", "n_pages"), [(0, 1), (29, 1), (30, 2), (59, 2), (99, 4)])
def test_it_reaches_the_floor_where_it_shows_the_known_post(
    stream: StockTwitsStream, messages: list[dict], known: int, n_pages: int
):
    floor = Mark(str(messages[known]["id"]), NOON - (known + 1) * MINUTE)
    pages = read_down(stream, "AAPL", floor)
    assert len(pages) == n_pages
    assert pages[-1].reached


def test_a_known_post_that_was_deleted_since_is_no_hole(
    stream: StockTwitsStream, fake: FakeStockTwits, messages: list[dict]
):
    known = fake.messages["AAPL"].pop(10)
    page = stream.page("AAPL", None, Mark(str(known["id"]), NOON - 11 * MINUTE))
    assert page.reached


@pytest.mark.parametrize(("minutes", "reached"), [(29.5, True), (30, True), (30.5, False)])
def test_a_floor_without_a_post_is_reached_by_time(
    stream: StockTwitsStream, messages: list[dict], minutes: float, reached: bool
):
    assert stream.page("AAPL", None, ago(minutes)).reached is reached


def test_newer_messages_are_never_asked_for_by_since(
    stream: StockTwitsStream, fake: FakeStockTwits, messages: list[dict]
):
    read_down(stream, "AAPL", Mark(str(messages[40]["id"]), NOON - 41 * MINUTE))
    assert [asked.parameters for asked in fake.asked] == [
        {"limit": "30"},
        {"limit": "30", "max": str(messages[29]["id"])},
    ]


def test_an_empty_page_proves_nothing(stream: StockTwitsStream, fake: FakeStockTwits, messages: list[dict]):
    fake.faults.append("empty")
    page = stream.page("AAPL", None, ago(10))
    assert (page.reached, page.newest, page.oldest, page.older, page.broken) == (
        False,
        None,
        None,
        None,
        None,
    )
    assert page.batch.posts.is_empty()
    assert page.batch.rejects.is_empty()


def test_beyond_what_can_be_reached_nothing_is_taken_for_the_end(
    stream: StockTwitsStream, fake: FakeStockTwits, messages: list[dict]
):
    fake.reachable = 60
    pages = read_down(stream, "AAPL", ago(1000))
    assert [page.batch.posts.height for page in pages] == [30, 30, 0]
    assert not any(page.reached for page in pages)


@pytest.mark.parametrize("schema", ["2016", "2026"])
def test_messages_of_every_year_are_read_and_kept_whole(
    stream: StockTwitsStream, fake: FakeStockTwits, messages: list[dict], schema: str
):
    fake.schema = schema
    page = stream.page("AAPL", None, ago(10))
    assert page.batch.rejects.is_empty()
    newest = page.batch.posts.row(0, named=True)
    raw = json.loads(newest["raw"])
    assert raw == fake.page("AAPL", None, None)["messages"][0]
    assert newest["symbols"] == ["AAPL"]
    assert newest["user_name"] == raw["user"]["username"]
    assert (newest["followers"] is None) == (schema == "2016")
    assert (newest["reshares"] is None) == (schema == "2026")


def test_text_is_unescaped(stream: StockTwitsStream, fake: FakeStockTwits):
    fake.write("AAPL", NOON - MINUTE, 'it\'s "up" & away 🚀')
    assert stream.page("AAPL", None, ago(10)).batch.posts["body"].to_list() == ['it\'s "up" & away 🚀']


def test_unknown_keys_are_kept_and_missing_ones_are_missing(
    stream: StockTwitsStream, fake: FakeStockTwits, messages: list[dict]
):
    fake.faults.extend(["unknown keys", "no optional keys"])
    page = stream.page("AAPL", None, ago(10))
    assert json.loads(page.batch.posts["raw"][0])["mood"] == {"score": 3}
    page = stream.page("AAPL", None, ago(10))
    assert page.batch.posts.height == 30
    assert page.batch.posts["likes"].null_count() == 30


@pytest.mark.parametrize(
    ("fault", "reason"), [("no id", "no id"), ("a text", "not a message: a JSON object was expected")]
)
def test_a_bad_message_is_quarantined_alone(
    stream: StockTwitsStream, fake: FakeStockTwits, messages: list[dict], fault: str, reason: str
):
    fake.faults.append(fault)
    page = stream.page("AAPL", None, ago(10))
    assert page.batch.posts.height == 29
    assert page.batch.rejects["reason"].to_list() == [reason]
    assert page.batch.rejects["line"].to_list() == [16]
    assert page.broken is None
    assert page.reached


def test_a_message_that_cannot_be_stored_still_tells_where_the_page_ends(
    stream: StockTwitsStream, fake: FakeStockTwits, messages: list[dict]
):
    messages[29]["body"] = " "
    page = stream.page("AAPL", None, ago(1000))
    assert page.batch.rejects["reason"].to_list() == ["empty body"]
    assert page.older == str(messages[29]["id"])
    assert page.oldest == Mark(str(messages[28]["id"]), NOON - 29 * MINUTE)


@pytest.mark.parametrize("fault", [fault for fault in BROKEN if fault != "not moving"])
def test_a_page_that_breaks_the_schema_is_quarantined_whole(
    stream: StockTwitsStream, fake: FakeStockTwits, messages: list[dict], fault: str
):
    fake.faults.append(fault)
    page = stream.page("AAPL", None, ago(10))
    assert page.broken
    assert (page.reached, page.newest, page.older) == (False, None, None)
    assert page.batch.posts.is_empty()
    (reject,) = page.batch.rejects.iter_rows(named=True)
    assert reject["reason"] == f"broken page: {page.broken}"
    assert '"response"' in reject["raw"]


def test_a_page_that_does_not_go_down_is_broken(
    stream: StockTwitsStream, fake: FakeStockTwits, messages: list[dict]
):
    fake.faults.extend([None, "not moving"])
    first, second = read_down(stream, "AAPL", ago(1000))
    assert second.broken == f"the page does not go below message {first.older}, as was asked"


def test_repeats_and_a_missing_cursor_do_no_harm(
    stream: StockTwitsStream, fake: FakeStockTwits, messages: list[dict]
):
    fake.fault = lambda asked: ("repeats", "no cursor")[asked.number % 2]
    pages = read_down(stream, "AAPL", ago(99))
    assert sorted(set(ids(*pages)), reverse=True) == [message["id"] for message in messages]
    assert pages[-1].reached


def test_an_old_message_pinned_to_the_top_hides_nothing(
    stream: StockTwitsStream, fake: FakeStockTwits, messages: list[dict]
):
    fake.fault = lambda asked: "pinned"
    floor = Mark(str(messages[70]["id"]), NOON - 71 * MINUTE)
    pages = read_down(stream, "AAPL", floor)
    assert {message["id"] for message in messages[:71]} <= set(ids(*pages))
    assert [page.reached for page in pages] == [False, False, True]
    assert stream.page("AAPL", None, ago(35)).reached is False


def test_symbols_are_written_as_the_platform_writes_them(stream: StockTwitsStream, fake: FakeStockTwits):
    for symbol in ("BRK.B", "BTC.X", "^GSPC"):
        fake.write(symbol, NOON - MINUTE)
    for spelled in ("brk-b", "$btc.x", "^GSPC"):
        assert stream.page(spelled, None, ago(10)).batch.posts.height == 1
    assert [asked.path.partition("?")[0].rpartition("/")[2] for asked in fake.asked] == [
        "BRK.B.json",
        "BTC.X.json",
        "%5EGSPC.json",
    ]


def test_a_symbol_that_nobody_knows_is_told_from_one_that_cannot_be(
    stream: StockTwitsStream, fake: FakeStockTwits
):
    with pytest.raises(UnknownSymbol, match="StockTwits knows no symbol NOSUCH"):
        stream.page("NOSUCH", None, ago(10))
    with pytest.raises(UnknownSymbol, match=r"'../admin' cannot be a symbol"):
        stream.page("../admin", None, ago(10))
    assert len(fake.asked) == 1


def test_posts_that_appear_between_two_pages_are_neither_lost_nor_doubled(
    stream: StockTwitsStream, fake: FakeStockTwits, messages: list[dict]
):
    first = stream.page("AAPL", None, ago(50))
    fake.now = NOON + 10 * MINUTE
    later = [fake.write("AAPL", NOON + n * MINUTE) for n in range(5)]
    second = stream.page("AAPL", first.older, ago(50))
    assert ids(first, second) == [message["id"] for message in messages[:60]]
    newest = stream.page("AAPL", None, first.newest)
    assert newest.reached
    assert {message["id"] for message in later} <= set(ids(newest))


def test_trending_symbols_are_a_watchlist(stream: StockTwitsStream, fake: FakeStockTwits):
    fake.trending = ["TSLA", "btc.x", "TSLA", "not a symbol", "GME"]
    assert stream.trending(2) == ["TSLA", "BTC.X"]
    assert stream.trending(30) == ["TSLA", "BTC.X", "GME"]
    assert stream.traffic.requests == 2


def test_a_list_of_trending_symbols_that_cannot_be_read_is_one_sentence(open_stream: OpenStream):
    class Changed(Handler):
        def do_GET(self) -> None:
            self.answer_json(200, {"trending": []})

    with (
        serving(Changed) as address,
        pytest.raises(SourceFailed, match="lists no trending symbols: its answer has no list of symbols"),
    ):
        open_stream(base_url=address).trending(10)


def test_a_bad_byte_costs_a_character_and_not_the_page(open_stream: OpenStream, fake: FakeStockTwits):
    fake.write_many("AAPL", 2, NOON, MINUTE)

    class Latin(Handler):
        def do_GET(self) -> None:
            text = json.dumps(fake.page("AAPL", None, None))
            self.answer(200, text.replace("thought 1", "caf#").encode().replace(b"#", b"\xe9"))

    with serving(Latin) as address:
        page = open_stream(base_url=address).page("AAPL", None, ago(10))
    assert page.batch.posts["body"].to_list() == ["$AAPL thought 2", "$AAPL caf\ufffd"]


@pytest.mark.parametrize("number", [0, -5, 10**20, "9" * 5000, True, 1.5, [7], "x1"])
def test_a_message_whose_id_is_no_number_of_the_stream_is_quarantined_alone(
    open_stream: OpenStream, fake: FakeStockTwits, number: object
):
    fake.write_many("AAPL", 3, NOON, MINUTE)

    class Odd(Handler):
        def do_GET(self) -> None:
            page = fake.page("AAPL", None, None)
            page["messages"][1]["id"] = number
            self.answer_json(200, page)

    with serving(Odd) as address:
        page = open_stream(base_url=address).page("AAPL", None, ago(10))
    assert page.batch.posts.height == 2
    assert page.batch.rejects["reason"][0].startswith("bad id: ")


def test_more_requests_than_the_api_allows_without_a_token_are_refused(home):
    settings = Settings(stocktwits=StockTwitsSettings(requests_per_hour=300))
    clock = FakeClock()
    with open_journal(home, clock) as journal, pytest.raises(BadInput, match="EMOTAPE_STOCKTWITS_TOKEN"):
        open_streams(settings, journal, clock, Patience(0, clock))
