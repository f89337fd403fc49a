"""A real HTTP server on loopback, for sources that cannot be asked while developing."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Handler(BaseHTTPRequestHandler):
    """A handler that writes no log and keeps connections open, as the servers it stands for do."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are sent apart, and the second would wait for an answer

    def log_message(self, format: str, *arguments: object) -> None:
        pass

    def now(self) -> datetime:
        """The moment that its `Date` header tells; a subclass may live at another."""
        return datetime.now(UTC)

    def date_time_string(self, timestamp: float | None = None) -> str:
        return format_datetime(self.now(), usegmt=True)

    def answer(
        self,
        status: int,
        body: bytes,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Send a whole answer. A `Content-Length` among the headers replaces the true one."""
        self.send_response(status)
        for name, value in {
            "Content-Type": content_type,
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def answer_json(self, status: int, value: Any, headers: Mapping[str, str] | None = None) -> None:
        self.answer(status, json.dumps(value).encode(), headers=headers)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a handler that answers slowly must not hold up the end of a test

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the tests."""


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve on a free port of 127.0.0.1 until the block ends; yields `http://127.0.0.1:PORT`."""
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
