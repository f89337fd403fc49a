"""A Yahoo of our own: answers what yfinance asks as Yahoo does, its ways of failing among them."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from live.loopback import Handler, serving
from live.yahoo_market import Security, all_sessions

FAULTS = ("delisted", "empty", "limited", "refused", "broken", "truncated", "cut", "short", "hangs")
HTML = "text/html; charset=utf-8"
KINDS = {
    "/v8/finance/chart/": "chart",
    "/v10/finance/quoteSummary/": "figures",
    "/v7/finance/quote": "quote",
    "/ws/fundamentals-timeseries/": "shares",
    "/v1/finance/visualization": "calendar",
}


class FakeYahoo:
    """Yahoo at the moment `now`, which whoever has it may set.

    Its answers depend on `now` and on nothing that was asked before, so all ways to the same moment see the
    same series. A session that is hidden for longer than it is asked for again is lost on some of them.

    Parameters
    ----------
    faults
        Symbol, or `*` for all -> what happens to every question about it: one of `FAULTS`.
    fault
        Called for each question with its kind (`chart`, `figures`, `quote`, `shares`, `calendar`) and
        symbol, may name a fault for it. yfinance repeats a question once that was answered with 400 or more.
    asked
        Kind, symbol and parameters of each question that was asked.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.securities: dict[str, Security] = {}
        self.figures: dict[str, dict[str, Any]] = {}
        self.share_counts: dict[str, dict[date, float]] = {}
        self.offerings: list[dict[str, Any]] = []
        self.faults: dict[str, str] = {}
        self.fault: Callable[[str, str], str | None] = lambda kind, symbol: None
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.requests = 0
        self.closing = threading.Event()
        self.add("SPY", date(2015, 1, 2), kind="ETF")

    def add(self, symbol: str, first: date, **more: Any) -> Security:
        """Add a security, under Yahoo's name for it."""
        self.securities[symbol] = Security(symbol, first, **more)
        return self.securities[symbol]

    def count(self, kind: str, symbol: str | None = None) -> int:
        """Count what was asked."""
        return sum(k == kind and symbol in (None, s) for k, s, _ in self.asked)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve until the block ends; yields the address for `yahoo.base_url`."""
        handler = type("YahooHandler", (_Handler,), {"yahoo": self})
        try:
            with serving(handler) as address:
                yield address
        finally:
            self.closing.set()


class _Handler(Handler):
    yahoo: FakeYahoo

    def now(self) -> datetime:
        return self.yahoo.now.astimezone(UTC)

    def do_GET(self) -> None:
        self.yahoo.requests += 1
        address = urlsplit(self.path)
        parameters = {name: values[-1] for name, values in parse_qs(address.query).items()}
        kind = next((kind for path, kind in KINDS.items() if address.path.startswith(path)), None)
        if kind is None:
            self._cookie_or_crumb(address.path)
            return
        symbol = parameters.get("symbols") or unquote(address.path.rsplit("/", 1)[-1])
        symbol = "" if kind == "calendar" else symbol
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if body:
            parameters["body"] = json.loads(body)
        self.yahoo.asked.append((kind, symbol, parameters))
        faults = self.yahoo.faults
        fault = faults.get(symbol) or faults.get("*") or self.yahoo.fault(kind, symbol)
        if not self._fail(fault, kind, symbol):
            self._answer(kind, symbol, parameters, fault)

    do_POST = do_GET

    def _cookie_or_crumb(self, path: str) -> None:
        if path.endswith("getcrumb"):
            self.answer(200, b"Cr.umb/1", "text/plain")
        elif path == "/":
            # Yahoo sends its cookie with a 404.
            self.answer(404, b"", HTML, {"Set-Cookie": "A3=d=AQABBI; Path=/; HttpOnly"})
        else:
            self.answer(200, b"<html><body>consent</body></html>", HTML)

    def _fail(self, fault: str | None, kind: str, symbol: str) -> bool:
        """Answer with a fault; True where that was the answer."""
        if fault == "limited":
            self.answer(429, b"Too Many Requests\r\n", "text/plain")
        elif fault == "refused":
            self.answer(403, b"<html><head><title>Access Denied</title></head></html>", HTML)
        elif fault == "broken":
            self.answer(500, b"<html><body>Internal Server Error</body></html>", HTML)
        elif fault == "truncated":
            self.answer(200, b'{"chart":{"result":[{"meta":{"currency":"USD","symbol":"')
        elif fault == "cut":
            self.answer(200, b'{"chart":', headers={"Content-Length": "9000"})
            self.close_connection = True
        elif fault == "hangs":
            self.yahoo.closing.wait(60)
            self.close_connection = True
        elif fault == "empty" and kind == "chart":
            self.answer_json(200, {"chart": {"result": [], "error": None}})
        elif fault == "delisted" or (kind == "chart" and symbol not in self.yahoo.securities):
            root = "quoteSummary" if kind == "figures" else "chart"
            error = {"code": "Not Found", "description": "No data found, symbol may be delisted"}
            self.answer_json(404, {root: {"result": None, "error": error}})
        else:
            return False
        return True

    def _answer(self, kind: str, symbol: str, parameters: dict[str, Any], fault: str | None) -> None:
        yahoo = self.yahoo
        if kind == "chart":
            self.answer_json(200, self._chart(yahoo.securities[symbol], parameters, fault == "short"))
        elif kind == "figures" and symbol in yahoo.figures:
            statistics = {"maxAge": 1, **yahoo.figures[symbol]}
            result = [{"defaultKeyStatistics": statistics, "quoteType": {"symbol": symbol}}]
            self.answer_json(200, {"quoteSummary": {"result": result, "error": None}})
        elif kind == "figures":
            error = {"code": "Not Found", "description": f"Quote not found for symbol: {symbol}"}
            self.answer_json(404, {"quoteSummary": {"result": None, "error": error}})
        elif kind == "quote":
            self.answer_json(200, {"quoteResponse": {"result": [{"symbol": symbol}], "error": None}})
        elif kind == "shares":
            self.answer_json(
                200, {"timeseries": {"result": [self._shares(symbol, parameters)], "error": None}}
            )
        else:
            self.answer_json(200, self._calendar(parameters["body"]))

    def _chart(self, security: Security, parameters: dict[str, Any], short: bool) -> dict[str, Any]:
        now = self.yahoo.now
        every = security.rows(now)
        start, end = int(parameters.get("period1", 0)), int(parameters.get("period2", 2**40))
        rows = [row for row in every if start <= row["at"] < end]
        if "range" in parameters:
            rows = every[-1:]
        if short:
            rows = rows[len(rows) // 2 :]
        session = max((s for s in all_sessions() if s.open_at <= now), key=lambda s: s.day)
        hours = {
            "timezone": "EST",
            "start": int(session.open_at.timestamp()),
            "end": int(session.close_at.timestamp()),
            "gmtoffset": -18000,
        }
        meta = {
            "currency": "USD",
            "symbol": security.symbol,
            "exchangeName": "NYQ",
            "instrumentType": security.kind,
            "firstTradeDate": next((row["at"] for row in every), None),
            "regularMarketTime": int(now.timestamp()),
            "hasPrePostMarketData": True,
            "gmtoffset": -18000,
            "timezone": "EST",
            "exchangeTimezoneName": "America/New_York",
            "regularMarketPrice": every[-1]["close"] if every else None,
            "priceHint": 2,
            "currentTradingPeriod": {name: dict(hours) for name in ("pre", "regular", "post")},
            "dataGranularity": "1d",
            "range": "",
            "validRanges": ["1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max"],
        }
        result: dict[str, Any] = {"meta": meta, "indicators": {"quote": [{}], "adjclose": [{}]}}
        if rows:
            result["timestamp"] = [row["at"] for row in rows]
            names = ("open", "high", "low", "close", "volume")
            result["indicators"] = {
                "quote": [{name: [row[name] for row in rows] for name in names}],
                "adjclose": [{"adjclose": [row["adjclose"] for row in rows]}],
            }
            result["events"] = security.events(now, start)
        return {"chart": {"result": [result], "error": None}}

    def _shares(self, symbol: str, parameters: dict[str, Any]) -> dict[str, Any]:
        if "type" in parameters:
            return {"meta": {"symbol": [symbol], "type": [parameters["type"]]}}
        start = int(parameters["period1"])
        seconds = {
            int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()): count
            for day, count in sorted(self.yahoo.share_counts.get(symbol, {}).items())
            if day <= self.yahoo.now.date()
        }
        since = {second: count for second, count in seconds.items() if second >= start}
        found: dict[str, Any] = {"meta": {"symbol": [symbol]}}
        return {**found, "timestamp": list(since), "shares_out": list(since.values())} if since else found

    def _calendar(self, asked: dict[str, Any]) -> dict[str, Any]:
        _, start, end = asked["query"]["operands"][0]["operands"]
        labels = {
            "Symbol": "ticker",
            "Company": "companyshortname",
            "Exchange Short Name": "exchange_short_name",
            "Filing Date": "filingdate",
            "Date": "startdatetime",
            "Amended Date": "amendeddate",
            "Price From": "pricefrom",
            "Price To": "priceto",
            "Price": "offerprice",
            "Currency": "currencyname",
            "Shares": "shares",
            "Action": "dealtype",
        }
        rows = [
            [offering.get(field) for field in labels.values()]
            for offering in self.yahoo.offerings
            if start <= str(offering["startdatetime"])[:10] <= end
        ][asked["offset"] :][: asked["size"]]
        columns = [{"label": label, "type": "STRING"} for label in labels]
        return {"finance": {"result": [{"documents": [{"columns": columns, "rows": rows}]}], "error": None}}


def market_close(day: date, *, after: timedelta = timedelta(hours=1)) -> datetime:
    """Return the moment so long after the close of a session."""
    return next(s.close_at for s in all_sessions() if s.day == day) + after
