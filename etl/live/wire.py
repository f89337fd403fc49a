"""One request over HTTP: an answer, whole or not, or the reason why there is none. Never an exception."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, metadata
from typing import TYPE_CHECKING, Any

from etl.live.deadline import TooLate, within
from etl.version import code_version

if TYPE_CHECKING:
    import requests

LARGEST = 32 << 20  # bytes of an answer; a page of posts has some hundred thousand
_CHUNK = 1 << 16


@dataclass
class Reply:
    """What came of a request.

    Parameters
    ----------
    status
        None where no answer came.
    headers
        Looked up in any case.
    body
        As far as it came, secrets taken out should the server repeat them.
    failure
        Why there is no answer, or only a part of one, to go on with in a sentence.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    failure: str | None = None

    @property
    def content_type(self) -> str:
        """What the body is said to be, without its parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def is_json(self) -> bool:
        """Whether the body is said to be JSON."""
        return "json" in self.content_type


class Wire:
    """Connections to a source.

    Parameters
    ----------
    timeout
        Seconds from the wish to ask until the last byte of the answer, however slowly those come.
    parameter
        The name of the parameter that carries the token; empty where it goes as a bearer token.
    login
        Name and password, where the source asks for these in place of a token.
    """

    def __init__(
        self, timeout: float, token: str = "", parameter: str = "", login: tuple[str, str] | None = None
    ) -> None:
        self.timeout = timeout
        self._token = token
        self._parameter = parameter
        self._login = login
        self._session: requests.Session | None = None
        # At DEBUG it would log whole addresses, the token's parameter among them.
        logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

    def ask(self, address: str) -> Reply:
        """Get an address, once. Where it sends on to another, that is the reply."""
        session = self._session = self._session or self._connect()
        try:
            reply = within(self.timeout, lambda: self._exchange(session, address))
        except TooLate:
            # The thread that was given up still holds the session.
            self._session = None
            reply = self._too_late()
        for secret in (self._token, self._login[1] if self._login else ""):
            if secret:
                reply.body = reply.body.replace(secret.encode(), b"[secret]")
        return reply

    def _connect(self) -> "requests.Session":
        import requests

        session = requests.Session()
        session.headers.update({"User-Agent": user_agent(), "Accept": "application/json"})
        # As `auth`, so that a .netrc of this machine puts nothing else in its place.
        session.auth = self._authorise
        return session

    def _authorise(self, request: "requests.PreparedRequest") -> "requests.PreparedRequest":
        from requests.auth import HTTPBasicAuth

        if self._login:
            HTTPBasicAuth(*self._login)(request)
        if self._token and self._parameter:
            request.prepare_url(str(request.url), {self._parameter: self._token})
        elif self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def _exchange(self, session: "requests.Session", address: str) -> Reply:
        import requests
        import urllib3

        reply, body = Reply(), bytearray()
        deadline = time.monotonic() + self.timeout
        try:
            with session.get(address, stream=True, timeout=self.timeout, allow_redirects=False) as response:
                reply.status, reply.headers = response.status_code, response.headers
                # One read of the socket at a time: a server that drips would hold up any larger read.
                while chunk := response.raw.read1(_CHUNK, decode_content=True):
                    body += chunk
                    if len(body) > LARGEST:
                        reply.failure = f"an answer of more than {LARGEST:,} bytes"
                        break
                    if time.monotonic() > deadline:
                        raise TooLate
        except (TooLate, requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError):
            return self._too_late()
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            reply.failure = _describe(error, len(body))
        reply.body = bytes(body)
        return reply

    def _too_late(self) -> Reply:
        return Reply(failure=f"no whole answer within {self.timeout:g} s")


def _describe(error: Exception, n_bytes: int) -> str:
    """Say what went wrong, in words of our own: those of the library hold whole addresses."""
    import requests
    import urllib3

    if isinstance(error, requests.exceptions.SSLError):
        return "no secure connection: its certificate or encryption is not accepted"
    reason: Any = error.args[0] if error.args else None
    if isinstance(getattr(reason, "reason", None), urllib3.exceptions.NewConnectionError):
        return "no connection: it is down, or this machine has no network"
    if isinstance(error, requests.ConnectionError | urllib3.exceptions.ProtocolError | OSError):
        return f"the connection was cut after {n_bytes:,} bytes of the answer"
    return f"the request failed ({type(error).__name__})"


def split_login(address: str) -> tuple[str, tuple[str, str] | None]:
    """Take name and password out of an address such as https://name:password@host: addresses are stored."""
    from requests.utils import get_auth_from_url, urldefragauth

    login = get_auth_from_url(address)
    return (urldefragauth(address), login) if any(login) else (address, None)


def user_agent() -> str:
    """Return what emotape calls itself: its name and version, and its home where the package names one."""
    try:
        addresses = metadata("emotape").get_all("Project-URL") or []
    except PackageNotFoundError:
        addresses = []
    home = f" (+{addresses[0].partition(',')[2].strip()})" if addresses else ""
    return f"emotape/{code_version()}{home}"
