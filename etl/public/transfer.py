"""One file on its way: resumed where it was cut, and given its name when its checksum is right."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from etl.clock import Clock
from etl.errors import EmotapeError, SourceFailed
from etl.live.backoff import read_date, retry_after
from etl.public.manifest import DataSet, PublicFile

if TYPE_CHECKING:
    from requests import Response, Session

TRIES = 4
PAUSE = 0.5  # seconds before the second try; each pause is twice the one before
LONGEST_PAUSE = 60.0  # seconds that a server may ask us to wait
CHUNK = 8192  # a connection that is cut loses at most so many bytes
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Origin:
    """Where files are asked for, and how long a part of one may take, in seconds."""

    base_url: str
    timeout: float
    clock: Clock


def is_there(target: Path, file: PublicFile) -> bool:
    """Tell whether a file lies in its place and is what it must be."""
    return target.is_file() and target.stat().st_size == file.bytes and _sha256(target) == file.sha256


class _Cut(Exception):
    """The answer ended early, or did not come: worth another try."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


class Transfer:
    """One file on its way. What has arrived lies in a partial file, which outlives an interruption."""

    def __init__(
        self,
        session: "Session",
        data_set: DataSet,
        file: PublicFile,
        target: Path,
        origin: Origin,
        progress: Progress,
    ) -> None:
        self.session, self.data_set, self.file, self.target = session, data_set, file, target
        self.origin, self.progress = origin, progress
        self.address = data_set.address(origin.base_url, file)
        self.partial = target.with_name(f".{target.name}.partial")

    def run(self) -> None:
        """Bring the file; see `etl.public.download.fetch_files` for what is raised."""
        try:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            resumed = self._arrived() > 0
            self.progress(self._arrived())
            self._bring()
            # The beginning may be of another file, from a try long ago.
            if resumed and not is_there(self.partial, self.file):
                self._start_anew()
                self._bring()
            self._take_its_name()
        except OSError as error:
            raise EmotapeError(
                f"{self.target} cannot be written: {error.strerror or error}. Free some space or make the "
                "folder writable, then run the same command again: it goes on from there."
            ) from error

    def _bring(self) -> None:
        """Ask until all bytes have arrived."""
        for number in range(1, TRIES + 1):
            try:
                if self._arrived() != self.file.bytes:
                    self._ask()
            except _Cut as cut:
                if number == TRIES:
                    raise SourceFailed(
                        f"{self.address} did not come in {TRIES} tries: {cut}. Check the network, then run "
                        "the same command again: it goes on from there."
                    ) from cut
                self.origin.clock.sleep(min(max(cut.wait, PAUSE * 2 ** (number - 1)), LONGEST_PAUSE))
            else:
                return

    def _ask(self) -> None:
        """Ask for the bytes that are missing, and append them."""
        import requests

        arrived = self._arrived()
        headers = {"Range": f"bytes={arrived}-"} if arrived else {}
        try:
            with self.session.get(
                self.address, headers=headers, stream=True, timeout=self.origin.timeout
            ) as answer:
                self._refuse(answer)
                continues = answer.status_code == 206
                if continues and not answer.headers.get("Content-Range", "").startswith(f"bytes {arrived}-"):
                    self._start_anew()
                    raise _Cut("its home sent another part than was asked for")
                if arrived and not continues:  # a home that knows no ranges sends the whole
                    self._start_anew()
                self._store(answer)
        except requests.RequestException as error:
            raise _Cut(_reason(error)) from error
        if self._arrived() < self.file.bytes:
            raise _Cut(f"it ended after {self._arrived():,} of {self.file.bytes:,} bytes")

    def _store(self, answer: "Response") -> None:
        with self.partial.open("ab") as stream:
            for part in answer.iter_content(CHUNK):
                stream.write(part)
                stream.flush()  # a run that is killed leaves what it had
                self.progress(len(part))
                # Whatever this is, it is not the file; do not let it fill the disk.
                if stream.tell() > self.file.bytes:
                    break
        if self._arrived() > self.file.bytes:
            self._start_anew()
            raise self._other(f"is longer than the {self.file.bytes:,} bytes of")

    def _refuse(self, answer: "Response") -> None:
        status = answer.status_code
        if status in {200, 206}:
            return
        if status == 416:
            self._start_anew()
            raise _Cut("its home has no such part of it (416)")
        if status == 429 or status >= 500:
            now = read_date(answer.headers.get("Date")) or self.origin.clock.now()
            raise _Cut(f"its home answered {status}", retry_after(answer.headers, now) or 0.0)
        if status in {404, 410}:
            raise SourceFailed(
                f"{self.address} is not there ({status}): the data set was moved or taken away; look for it "
                f"at https://github.com/{self.data_set.repository}. Nothing that is stored has changed."
            )
        raise SourceFailed(
            f"{self.address} was refused ({status}); a proxy may stand in between, or the home may have had "
            "enough of this address. Try again later. Nothing that is stored has changed."
        )

    def _take_its_name(self) -> None:
        if not is_there(self.partial, self.file):
            found = _sha256(self.partial)
            self._start_anew()
            raise self._other(f"has the SHA-256 {found[:12]}..., not the {self.file.sha256[:12]}... of")
        self.partial.replace(self.target)

    def _other(self, what: str) -> SourceFailed:
        return SourceFailed(
            f"{self.address} {what} the file that emotape knows: it was changed at its home or on the way. "
            "It was thrown away, and nothing that is stored has changed; try again, from another network if "
            "need be."
        )

    def _arrived(self) -> int:
        return self.partial.stat().st_size if self.partial.exists() else 0

    def _start_anew(self) -> None:
        self.progress(-self._arrived())
        self.partial.unlink(missing_ok=True)


def _reason(error: Exception) -> str:
    """Say in a few words why a connection failed; the library's own words are a chain of wrappings."""
    import requests

    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return "no answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate cannot be trusted"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection was cut"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy did not let it through"
    if isinstance(error, requests.ConnectionError):
        return "its home cannot be reached"
    return type(error).__name__


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
