"""The HTTP session that yfinance is given: its requests are counted, and end when the call must end."""

import time
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from curl_cffi.requests import Response, Session

from etl.live.traffic import Traffic


class BoundedSession(Session[Response]):
    """A session that looks like Chrome's, as yfinance's own does.

    yfinance makes up to six requests for one answer (cookie, crumb, the answer itself, and these again where
    it was refused), each with a timeout of its own, so a server that hangs would hold it for minutes.

    Parameters
    ----------
    mirror
        Another host to ask in Yahoo's place, for all of its hosts; empty for Yahoo itself.
    traffic
        Where requests are counted.
    """

    def __init__(self, mirror: str, traffic: Traffic) -> None:
        super().__init__(impersonate="chrome")
        self._mirror = urlsplit(mirror) if mirror else None
        self._traffic = traffic
        self.ends_at = float("inf")
        """The moment (`time.monotonic`) at which no request may be under way any more."""
        self.status: int | None = None
        """Status of the last answer about a security; those about cookies and crumbs do not count."""

    def request(self, method: Any, url: str, *arguments: Any, **options: Any) -> Response:
        """Ask, for no longer than is left.

        Raises
        ------
        TimeoutError
            Nothing is left.
        """
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time for this call is over")
        given = options.get("timeout")
        options["timeout"] = min(given, left) if isinstance(given, int | float) else left
        self._traffic.requests += 1
        answer = super().request(method, self._address(url), *arguments, **options)
        if "/finance/" in url:
            self.status = answer.status_code
        return answer

    def _address(self, url: str) -> str:
        if self._mirror is None:
            return url
        asked = urlsplit(url)
        path = self._mirror.path.rstrip("/") + (asked.path or "/")
        return urlunsplit((self._mirror.scheme, self._mirror.netloc, path, asked.query, ""))
