"""The stream inside an archive: in small pieces, whole to its last byte, never more than announced."""

from typing import IO

import zstandard

from etl.errors import BadInput

PIECE = 2**10  # bytes: the most that so few can unpack to is 32 MiB
LARGEST_WINDOW = 2**27  # bytes that the packing may look back, and so keep in memory


class Unpacked:
    """A stream to read from.

    `zstandard`'s own reader takes a stream that was cut short for one that is over.

    Parameters
    ----------
    name
        What the file is called in sentences.
    """

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file, self._name = file, name
        self._frame = zstandard.ZstdDecompressor(max_window_size=LARGEST_WINDOW).decompressobj()
        self._ready = bytearray()
        self._allowed = 0

    def allow(self, size: int) -> None:
        """Allow so many bytes more to be read: what asks for more than was announced is no honest archive."""
        self._allowed += size

    def read(self, size: int) -> bytes:
        """Return so many bytes, fewer at the end only.

        Raises
        ------
        BadInput
            The file is cut short or damaged, or goes on beyond what was allowed.
        """
        while len(self._ready) < size and not self._frame.eof:
            piece = self._file.read(PIECE)
            if not piece:
                raise damaged(self._name, "it ends too early")
            try:
                self._ready += self._frame.decompress(piece)
            except zstandard.ZstdError as error:
                raise damaged(self._name, "it cannot be unpacked") from error
        given = bytes(self._ready[:size])
        del self._ready[:size]
        self._allowed -= len(given)
        if self._allowed < 0:
            raise damaged(self._name, "it holds more than its manifest says")
        return given

    def finish(self) -> None:
        """Read what is left, which is padding, and check that nothing follows.

        Raises
        ------
        BadInput
            Something else follows, or the end is missing.
        """
        while rest := self.read(2**16):
            if rest.strip(b"\0"):
                raise damaged(self._name, "it holds more than its manifest says")
        if self._frame.unused_data or self._file.read(1):
            raise damaged(self._name, "something follows its end")


def damaged(archive: str, how: str) -> BadInput:
    """Return the error of an archive that is not whole."""
    return BadInput(
        f"{archive} is damaged or no backup of emotape: {how}. Nothing was changed; take another file of "
        "`emotape backup`."
    )
