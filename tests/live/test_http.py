"""Asking politely, against a server that does everything wrong that servers do."""

import logging
import sqlite3
import traceback
from datetime import UTC, datetime, timedelta

import pytest
from live.clocks import FakeClock
from live.conftest import SILENT, OpenStream
from live.loopback import Handler, serving
from live.stocktwits_server import FakeStockTwits

from etl.errors import AllowanceSpent, EmotapeError, SourceFailed, SourceRefused, Stopped, UnknownSymbol
from etl.live.patience import Patience
from etl.live.posts import Mark
from etl.live.stocktwits import StockTwitsStream
from etl.live.wire import LARGEST, Wire
from etl.settings import Home
from etl.version import code_version

LONG_AGO = Mark(None, datetime(2026, 1, 1, tzinfo=UTC))
TOKEN = "s3cret-t0ken-of-ours"


@pytest.fixture(autouse=True)
def three_posts(fake: FakeStockTwits) -> None:
    fake.write_many("AAPL", 3, fake.now, timedelta(minutes=1))


def n_posts(stream: StockTwitsStream) -> int:
    return stream.page("AAPL", None, LONG_AGO).batch.posts.height


def test_it_says_who_it_is(stream: StockTwitsStream, fake: FakeStockTwits):
    n_posts(stream)
    (asked,) = fake.asked
    assert asked.headers["User-Agent"].startswith(f"emotape/{code_version()}")
    assert "Mozilla" not in asked.headers["User-Agent"]
    assert "Cookie" not in asked.headers


@pytest.mark.parametrize("fault", ["500", "502 html", "cut", "cut body", "truncated", "html"])
def test_what_passes_is_asked_again_after_a_short_wait(
    stream: StockTwitsStream, fake: FakeStockTwits, clock: FakeClock, fault: str
):
    fake.faults.extend([fault, fault, None])
    assert n_posts(stream) == 3
    assert (stream.traffic.requests, stream.traffic.retries) == (3, 2)
    first, second = clock.waits
    assert 0.5 <= first <= 1 <= second <= 2


@pytest.mark.parametrize("fault", ["slow", "drip", "drip headers"])
def test_a_server_that_is_silent_or_drips_is_not_waited_for(
    open_stream: OpenStream, fake: FakeStockTwits, fault: str
):
    fake.slowness = {"slow": 60.0, "drip": 0.02, "drip headers": 0.02}[fault]
    fake.faults.extend([fault, None])
    stream = open_stream(timeout_seconds=SILENT)
    assert n_posts(stream) == 3
    assert stream.traffic.retries >= 1  # a busy machine may miss the short time-out once more


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("500", r"an error of its own \(500\)"),
        ("502 html", r"an error of its own \(502\)"),
        ("cut", "the connection was cut after 0 bytes"),
        ("slow", "no whole answer within 0.3 s"),
    ],
)
def test_after_all_attempts_it_says_what_was_wrong(
    open_stream: OpenStream, fake: FakeStockTwits, fault: str, words: str
):
    fake.fault = lambda asked: fault
    fake.slowness = 60.0
    stream = open_stream(timeout_seconds=SILENT, attempts=2)
    with pytest.raises(SourceFailed, match=rf"StockTwits gave no answer \(attempts: 2\): {words}"):
        n_posts(stream)
    assert (stream.traffic.requests, stream.traffic.retries) == (2, 1)


def test_a_server_that_is_down_is_told_from_one_that_cuts(open_stream: OpenStream):
    with serving(Handler) as address:
        pass  # nobody listens at the address any more
    with pytest.raises(SourceFailed, match="no connection: it is down, or this machine has no network"):
        n_posts(open_stream(base_url=address, attempts=2))


def test_a_429_without_a_word_is_given_a_minute_and_more(
    stream: StockTwitsStream, fake: FakeStockTwits, clock: FakeClock
):
    fake.faults.extend(["429", "429", None])
    assert n_posts(stream) == 3
    first, second = (wait for wait in clock.waits if wait > 1)
    assert 60 <= first <= 75
    assert 120 <= second <= 150


@pytest.mark.parametrize("fault", ["429 retry-after", "429 retry-at", "429 reset", "503 retry-after"])
def test_a_server_that_says_how_long_is_obeyed(
    stream: StockTwitsStream, fake: FakeStockTwits, clock: FakeClock, fault: str
):
    # Its own clock runs two hours ahead, and the dates that it names are by that clock.
    fake.now += timedelta(hours=2)
    fake.retry_after = 7
    fake.faults.extend([fault, None])
    assert n_posts(stream) == 3
    assert sum(clock.waits) == pytest.approx(7, abs=0.05)


def test_a_wait_that_a_server_asks_for_binds_the_next_run_too(
    open_stream: OpenStream, fake: FakeStockTwits, clock: FakeClock
):
    fake.retry_after = 7200
    fake.faults.append("429 retry-after")
    with pytest.raises(AllowanceSpent, match=r"no more requests for now .* than 2026-06-01 14:00:00 UTC"):
        n_posts(open_stream())
    with pytest.raises(AllowanceSpent, match=r"no sooner than 2026-06-01 14:00:0\d"):
        n_posts(open_stream())
    assert len(fake.asked) == 1
    clock.pass_time(7200)
    assert n_posts(open_stream()) == 3


def test_429_again_and_again_is_given_up(stream: StockTwitsStream, fake: FakeStockTwits):
    fake.fault = lambda asked: "429"
    with pytest.raises(AllowanceSpent, match="429"):
        n_posts(stream)
    assert len(fake.asked) == 4


def test_waits_share_the_patience_of_the_run(
    open_stream: OpenStream, fake: FakeStockTwits, clock: FakeClock, patience: Patience
):
    fake.faults.extend(["429", None, "429 retry-after"])
    n_posts(open_stream())
    assert patience.left == pytest.approx(3300 - sum(clock.waits))
    fake.retry_after = int(patience.left) + 2
    with pytest.raises(AllowanceSpent):
        n_posts(open_stream())
    assert patience.left > 0


def test_without_patience_an_error_is_given_up_at_once(
    open_stream: OpenStream, fake: FakeStockTwits, patience
):
    patience.left = 0.1
    fake.faults.append("500")
    with pytest.raises(SourceFailed, match=r"attempts: 1"):
        n_posts(open_stream())


def test_its_own_allowance_keeps_it_below_what_the_platform_counts(
    open_stream: OpenStream, fake: FakeStockTwits, clock: FakeClock, patience: Patience
):
    fake.requests_per_hour = 20
    patience.left = 1e9
    stream = open_stream(requests_per_hour=20)
    fake.tell_time = clock.now
    for _ in range(100):
        stream.page("AAPL", None, LONG_AGO)
    assert not fake.met["429"]
    assert stream.traffic.retries == 0
    assert clock.elapsed() > 4 * 3600


def test_a_stop_is_obeyed_while_it_waits(stream: StockTwitsStream, fake: FakeStockTwits, clock: FakeClock):
    def stop(asked: object) -> str:
        clock.ask_to_stop("SIGTERM")
        return "429"

    fake.fault = stop
    with pytest.raises(Stopped):
        n_posts(stream)
    assert len(fake.asked) == 1


def test_a_403_of_the_cdn_is_one_sentence_and_leaves_the_source_alone(
    open_stream: OpenStream, fake: FakeStockTwits, clock: FakeClock
):
    fake.faults.append("403 html")
    with pytest.raises(SourceRefused) as refused:
        n_posts(open_stream())
    assert str(refused.value) == (
        "StockTwits turned this address away (403, text/html in place of JSON: it came from its CDN); it is "
        "left alone until 2026-06-01 12:15 UTC, and posts in files can be loaded meanwhile."
    )
    with pytest.raises(SourceRefused, match="left alone until 2026-06-01 12:15 UTC"):
        n_posts(open_stream())
    assert len(fake.asked) == 1
    clock.pass_time(15 * 60)
    assert n_posts(open_stream()) == 3


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (
            "401",
            SourceRefused,
            r"not accept the token \(401: Invalid access token\).*EMOTAPE_STOCKTWITS_TOKEN",
        ),
        ("403 json", SourceRefused, r"refuses what was asked \(403: Forbidden\)"),
        ("404", UnknownSymbol, r"knows no symbol AAPL \(404: Symbol not found\)"),
        ("422", SourceFailed, r"does not take the request \(422: Unprocessable\)"),
        ("moved", SourceFailed, r"sends on to elsewhere.test \(301\).*stocktwits.base_url"),
    ],
)
def test_what_would_not_pass_is_not_asked_again(
    stream: StockTwitsStream,
    fake: FakeStockTwits,
    fault: str,
    error: type[EmotapeError],
    words: str,
):
    fake.faults.append(fault)
    with pytest.raises(error, match=words) as raised:
        n_posts(stream)
    assert type(raised.value) is error
    assert len(fake.asked) == 1
    assert n_posts(stream) == 3  # no breaker was opened


@pytest.mark.parametrize("fault", ["truncated", "cut body", "html"])
def test_json_that_stays_broken_is_handed_on_whole(
    stream: StockTwitsStream, fake: FakeStockTwits, fault: str
):
    fake.fault = lambda asked: fault
    page = stream.page("AAPL", None, LONG_AGO)
    assert page.broken
    assert page.broken.startswith("no whole JSON in ")
    assert len(fake.asked) == 4
    assert page.batch.posts.is_empty()
    assert page.batch.rejects["raw"].to_list()[0][:20] in ('{"response": {"statu', "<!DOCTYPE html><html")


def test_an_answer_without_end_is_not_taken_in():
    class Endless(Handler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            while True:
                self.wfile.write(b" " * (1 << 20))

    with serving(Endless) as address:
        reply = Wire(timeout=30).ask(address)
    assert reply.failure == f"an answer of more than {LARGEST:,} bytes"


def test_compressed_and_chunked_answers_are_read():
    import gzip

    class Packed(Handler):
        def do_GET(self) -> None:
            packed = gzip.compress(b'{"messages": []}')
            self.send_response(200)
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for byte in packed:
                self.wfile.write(b"1\r\n" + bytes([byte]) + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")

    with serving(Packed) as address:
        assert Wire(timeout=30).ask(address).body == b'{"messages": []}'


def test_the_moment_of_an_answer_is_the_servers(stream: StockTwitsStream, fake: FakeStockTwits):
    fake.now = datetime(2026, 5, 3, 10, 11, 12, tzinfo=UTC)
    assert stream.page("AAPL", None, LONG_AGO).asked_at == fake.now


TROUBLES = [
    "429 retry-after",
    "500",
    "cut",
    "slow",
    "drip",
    "403 html",
    "401",
    "422",
    "moved",
    "truncated",
    None,
]


@pytest.mark.parametrize("fault", TROUBLES)
def test_the_token_is_in_the_request_and_nowhere_else(
    open_stream: OpenStream,
    fake: FakeStockTwits,
    home: Home,
    caplog: pytest.LogCaptureFixture,
    fault: str | None,
):
    caplog.set_level(logging.DEBUG)
    fake.write("AAPL", fake.now - timedelta(seconds=1), f"somebody repeats {TOKEN}")
    fake.slowness = 60.0
    fake.fault = lambda asked: fault
    stream = open_stream(token=TOKEN, timeout_seconds=SILENT, attempts=2)
    seen = [repr(stream), repr(vars(stream))]
    try:
        page = stream.page("AAPL", None, LONG_AGO)
        seen += [repr(page), page.address, page.batch.posts.write_json(), page.batch.rejects.write_json()]
    except EmotapeError as error:
        link: BaseException | None = error
        seen += traceback.format_exception(error)
        while link is not None:
            seen += [repr(link), repr(vars(link))]
            link = link.__cause__ or link.__context__
    assert TOKEN in fake.asked[0].path
    assert not [text for text in (*seen, caplog.text) if TOKEN in text]
    with sqlite3.connect(home.journal) as journal:
        assert not [line for line in journal.iterdump() if TOKEN in line]
    assert not [
        path for path in home.path.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()
    ]


def test_a_server_of_another_name_never_sees_the_token(open_stream: OpenStream, fake: FakeStockTwits):
    seen = []

    class Elsewhere(Handler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.answer_json(200, {"messages": []})

    with serving(Elsewhere) as elsewhere:

        class Redirecting(Handler):
            def do_GET(self) -> None:
                self.answer(302, b"", headers={"Location": f"{elsewhere}{self.path}"})

        with (
            serving(Redirecting) as address,
            pytest.raises(SourceFailed, match=r"sends on to 127.0.0.1 \(302\)") as raised,
        ):
            n_posts(open_stream(base_url=address, token=TOKEN))
    assert seen == []
    assert TOKEN not in str(raised.value)
