"""A StockTwits on loopback that answers as the real one does, on good days and on bad ones."""

import html
import json
import random
import re
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from live.loopback import Handler, serving
from live.stocktwits_messages import dress, spoil

PAGE_SIZE = 30
FIRST_DAY = datetime(2008, 1, 1, tzinfo=UTC)
WALL = "<!DOCTYPE html><html><title>Attention Required!</title><h1>Sorry, you have been blocked</h1></html>"

# What may go wrong with one answer. Those of `PASSING` are over when the client asks again.
PASSING = (
    "429",  # one request too many, without a word on when
    "429 retry-after",
    "429 retry-at",  # the same as an HTTP date
    "429 reset",  # X-RateLimit-Reset
    "500",
    "502 html",
    "503 retry-after",
    "truncated",  # JSON that breaks off, its length told rightly
    "cut body",  # the connection ends before the length that was told
    "cut",  # the connection ends without an answer
    "slow",  # nothing for `slowness` seconds, then the end of the connection
    "html",  # a page of HTML as if all were well
)
LASTING = (
    "401",
    "403 html",
    "403 json",
    "404",
    "422",
    "drip",  # a byte at a time, for ever
    "drip headers",
    "empty",  # an empty list, as beyond what can be reached
    "moved",
)
BROKEN = (
    "no messages",
    "messages a dict",
    "renamed ids",  # no message has an id
    "not moving",  # the cursor is disregarded
    "list",  # not even an envelope
)
ODD = (
    "no id",  # one message without
    "a text",  # one message that is no object
    "unknown keys",
    "repeats",  # each message twice
    "pinned",  # an old message at the top
    "no cursor",
    "no optional keys",
)


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    number: int  # from 1

    @property
    def parameters(self) -> dict[str, str]:
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.path).query).items()}

    @property
    def kind(self) -> str:
        return "stream" if "/streams/symbol/" in self.path else "trending"


Fault = str | None


@dataclass
class FakeStockTwits:
    """Messages by symbol, the moment it is, and what goes wrong.

    Parameters
    ----------
    now
        Only messages written before it are there; its `Date` header tells it. Set it as time goes by, or
        let `tell_time` do so.
    schema
        Whose optional keys messages have: "2016" or "2026".
    reachable
        So many of a symbol's newest messages can be paged to; below is an empty list. None: all.
    inclusive
        Whether `max` gives the message of that id again.
    faults
        Faults of the next answers, used up one a request; None among them is a good answer.
    fault
        Decides on the fault of each request for which none is queued.
    requests_per_hour
        More in an hour of `now` are answered with 429. None: never.
    slowness
        Seconds for which a slow answer is silent, and between two bytes of one that drips.
    """

    now: datetime = datetime(2026, 6, 1, 12, tzinfo=UTC)
    tell_time: Callable[[], datetime] | None = None
    schema: str = "2026"
    reachable: int | None = None
    inclusive: bool = False
    trending: Sequence[str] = ()
    faults: deque[Fault] = field(default_factory=deque)
    fault: Callable[[Asked], Fault] = lambda asked: None
    requests_per_hour: int | None = None
    retry_after: int = 7
    slowness: float = 0.05
    asked: list[Asked] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._moments: deque[datetime] = deque()
        self._n_written = 0

    @property
    def requests(self) -> Counter[str]:
        """How often each kind was asked for: stream, trending."""
        return Counter(asked.kind for asked in self.asked)

    def moment(self) -> datetime:
        return self.tell_time() if self.tell_time else self.now

    @contextmanager
    def running(self) -> Iterator[str]:
        """Serve until the block ends; yields what `stocktwits.base_url` is to be."""
        fake = self

        class Bound(_Answers):
            stocktwits = fake

        try:
            with serving(Bound) as address:
                yield f"{address}/api/2"
        finally:
            self._closing.set()  # lets go of answers that are slow

    def write(
        self, symbols: str | Sequence[str], at: datetime, body: str = "", **more: Any
    ) -> dict[str, Any]:
        """Write a message; it appears in the streams of its symbols from its moment on.

        Ids rise with time, as the platform's do, so that messages may be written in any order of time.
        """
        named = [symbols] if isinstance(symbols, str) else list(symbols)
        self._n_written += 1
        seconds = int((at - FIRST_DAY).total_seconds())
        message = {
            "id": seconds * 100_000 + self._n_written,
            "body": html.escape(body or f"{' '.join('$' + s for s in named)} looks fine", quote=True),
            "created_at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            "symbols": named,
            **more,
        }
        for symbol in named:
            stream = self.messages.setdefault(symbol, [])
            stream.append(message)
            stream.sort(key=lambda other: -other["id"])
        return message

    def write_many(self, symbol: str, n: int, until: datetime, every: timedelta) -> list[dict[str, Any]]:
        """Write messages that end before a moment, at an even pace; the newest first."""
        return [self.write(symbol, until - every * (k + 1), f"${symbol} thought {n - k}") for k in range(n)]

    def next_fault(self, asked: Asked) -> Fault:
        with self._lock:
            found = self.faults.popleft() if self.faults else self.fault(asked)
            if found:
                self.met[found] += 1
            return found

    def is_one_too_many(self) -> bool:
        if self.requests_per_hour is None:
            return False
        now = self.moment()
        with self._lock:
            while self._moments and self._moments[0] < now - timedelta(hours=1):
                self._moments.popleft()
            if len(self._moments) >= self.requests_per_hour:
                return True
            self._moments.append(now)
            return False

    def pause(self) -> bool:
        """Wait as a slow server does; returns False when the test is over."""
        return not self._closing.wait(self.slowness)

    def page(self, symbol: str, below: int | None, fault: Fault) -> dict[str, Any]:
        """Make a page of a symbol's stream."""
        born = f"{self.moment():%Y-%m-%dT%H:%M:%SZ}"
        visible = [message for message in self.messages[symbol] if message["created_at"] < born]
        in_reach = visible if self.reachable is None else visible[: self.reachable]
        if below is not None and fault != "not moving":
            allowed = below + 1 if self.inclusive else below
            visible = [message for message in visible if message["id"] < allowed]
            in_reach = [message for message in in_reach if message["id"] < allowed]
        shown = [] if fault == "empty" else in_reach[:PAGE_SIZE]
        cursor = {
            "more": bool(shown) and len(visible) > len(shown),
            "since": shown[0]["id"] if shown else None,
            "max": shown[-1]["id"] if shown else None,
        }
        messages: list[Any] = [dress(message, self.schema) for message in shown]
        envelope: dict[str, Any] = {
            "response": {"status": 200},
            "symbol": {"id": 686, "symbol": symbol, "title": f"{symbol} Inc.", "watchlist_count": 1204},
            "cursor": cursor,
            "messages": messages,
        }
        spoil(envelope, fault, self.messages[symbol], self.schema)
        return envelope


def random_faults(seed: int, rate: float, kinds: Sequence[str] = PASSING) -> Callable[[Asked], Fault]:
    """Return a decision that strikes a share of the requests, in an order that the seed fixes."""
    chance = random.Random(seed)
    return lambda asked: chance.choice(kinds) if chance.random() < rate else None


class _Answers(Handler):
    stocktwits: FakeStockTwits

    def now(self) -> datetime:
        return self.stocktwits.moment()

    def do_GET(self) -> None:
        fake = self.stocktwits
        asked = Asked(self.path, dict(self.headers.items()), len(fake.asked) + 1)
        fake.asked.append(asked)
        fault = "429" if fake.is_one_too_many() else fake.next_fault(asked)
        if fault in _TROUBLES:
            _TROUBLES[fault](self)
            return
        if "trending/symbols" in self.path:
            listed = [{"id": n, "symbol": symbol, "title": symbol} for n, symbol in enumerate(fake.trending)]
            value: Any = {"response": {"status": 200}, "symbols": listed}
        else:
            found = re.search(r"/streams/symbol/([^/?]+)\.json", self.path)
            symbol = unquote(found[1]) if found else ""
            if symbol not in fake.messages:
                self._error(404, "Symbol not found")
                return
            below = asked.parameters.get("max")
            value = fake.page(symbol, None if below is None else int(below), fault)
            value = [value] if fault == "list" else value
        body = json.dumps(value).encode()
        if fault == "truncated":
            self.answer(200, body[: len(body) * 2 // 3])
        elif fault == "cut body":
            self.answer(200, body[: len(body) * 2 // 3], headers={"Content-Length": str(len(body))})
            self.close_connection = True
        else:
            self.answer(200, body)

    def _error(self, status: int, message: str, **headers: str) -> None:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        value = {"response": {"status": status}, "errors": [{"message": message}]}
        self.answer_json(status, value, names)

    def _too_many(self, **headers: str) -> None:
        self._error(
            429, "Rate limit exceeded. Client may not make more than 200 requests an hour.", **headers
        )

    def _retry_at(self) -> None:
        at = self.now() + timedelta(seconds=self.stocktwits.retry_after)
        self._too_many(Retry_After=format_datetime(at, usegmt=True))

    def _reset(self) -> None:
        at = self.now() + timedelta(seconds=self.stocktwits.retry_after)
        self._too_many(X_RateLimit_Reset=str(int(at.timestamp())))

    def _html(self, status: int) -> None:
        self.answer(status, WALL.encode(), "text/html; charset=UTF-8")

    def _cut(self) -> None:
        self.close_connection = True

    def _slow(self) -> None:
        self.stocktwits.pause()
        self.close_connection = True

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "100000")
        self.end_headers()
        while self.stocktwits.pause():
            self.wfile.write(b" ")

    def _drip_headers(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while self.stocktwits.pause():
            self.wfile.write(b"x")


def _after(answers: _Answers) -> str:
    return str(answers.stocktwits.retry_after)


_TROUBLES: dict[str | None, Callable[[Any], None]] = {
    "401": lambda it: it._error(401, "Invalid access token"),
    "403 html": lambda it: it._html(403),
    "403 json": lambda it: it._error(403, "Forbidden"),
    "404": lambda it: it._error(404, "Symbol not found"),
    "422": lambda it: it._error(422, "Unprocessable"),
    "429": lambda it: it._too_many(),
    "429 retry-after": lambda it: it._too_many(Retry_After=_after(it)),
    "429 retry-at": lambda it: it._retry_at(),
    "429 reset": lambda it: it._reset(),
    "500": lambda it: it._error(500, "Internal error"),
    "502 html": lambda it: it._html(502),
    "503 retry-after": lambda it: it._error(503, "Unavailable", Retry_After=_after(it)),
    "html": lambda it: it._html(200),
    "cut": lambda it: it._cut(),
    "slow": lambda it: it._slow(),
    "drip": lambda it: it._drip(),
    "drip headers": lambda it: it._drip_headers(),
    "moved": lambda it: it.answer(301, b"", headers={"Location": f"http://elsewhere.test{it.path}"}),
}
