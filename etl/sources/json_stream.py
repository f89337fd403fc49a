"""JSON values of a file one after the other: a value a line, one long array, or whole documents."""

import codecs
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

CHUNK = 1 << 20
_SEPARATORS = " \t\r\n,"
_BLANK = b"\xef\xbb\xbf \t\r\n"


@dataclass(frozen=True)
class Value:
    """A JSON value and the line it begins on; `error` says why there is none."""

    line: int
    text: str
    value: Any = None
    error: str | None = None


def stream_json(stream: IO[bytes]) -> Iterator[Value]:
    """Yield the values of a file of JSON lines, of an array, or of documents that follow each other.

    A broken line costs that line. A broken document costs the rest of the file, since nothing says
    where the next value begins; both are yielded with their error.
    """
    if _first_character(stream) == b"[":
        # The array may be one line of gigabytes, so it is not read as a line.
        yield from _stream_document(b"", stream)
        return
    first, number = stream.readline(), 1
    while first and not first.strip(_BLANK):
        first, number = stream.readline(), number + 1
    if _is_a_value(first) or not _opens_document(first):
        yield from _stream_lines(number, first, stream)
    else:
        yield from _stream_document(b"\n" * (number - 1) + first, stream)


def _first_character(stream: IO[bytes]) -> bytes:
    """Look at the first character without reading it."""
    head: bytes = stream.peek(64)  # type: ignore[attr-defined]
    return head.lstrip(_BLANK)[:1]


def _is_a_value(line: bytes) -> bool:
    try:
        json.loads(line.decode("utf-8-sig"))
    except ValueError:
        return False
    return True


def _opens_document(line: bytes) -> bool:
    """Tell whether a first line that is no value itself looks like the head of a printed-out object."""
    try:
        json.loads(line.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        # Only what ends too early can go on in the next line.
        text = line.decode("utf-8-sig").rstrip()
        return text.lstrip().startswith("{") and error.pos >= len(text)
    except UnicodeDecodeError:
        return False
    return False


def _stream_lines(number: int, line: bytes, stream: IO[bytes]) -> Iterator[Value]:
    while line:
        if line.strip():
            yield _read_line(number, line)
        line, number = stream.readline(), number + 1


def _read_line(number: int, line: bytes) -> Value:
    try:
        text = line.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return Value(number, line.decode("utf-8", "replace"), error="wrong encoding: not UTF-8")
    try:
        return Value(number, text, json.loads(text))
    except ValueError:
        return Value(number, text, error="not JSON")
    except RecursionError:
        return Value(number, text, error="not JSON: nested too deeply")


def _stream_document(head: bytes, stream: IO[bytes]) -> Iterator[Value]:
    decoder = json.JSONDecoder()
    utf8 = codecs.getincrementaldecoder("utf-8-sig")("replace")
    buffer, line, at_end, inside_array = utf8.decode(head), 1, False, False
    while True:
        stripped = buffer.lstrip(_SEPARATORS)
        line += buffer[: len(buffer) - len(stripped)].count("\n")
        buffer = stripped
        if not inside_array and buffer.startswith("["):
            inside_array, buffer = True, buffer[1:]
            continue
        if inside_array and buffer.startswith("]"):
            inside_array, buffer = False, buffer[1:]
            continue
        try:
            if not buffer:
                raise json.JSONDecodeError("end", "", 0)
            value, end = decoder.raw_decode(buffer)
            # A number or word at the very end of the buffer may go on in the next chunk.
            if end == len(buffer) and not at_end and not isinstance(value, dict | list):
                raise json.JSONDecodeError("may go on", buffer, end)
        except (json.JSONDecodeError, RecursionError) as error:
            if not at_end:
                # Grow with the buffer, so that a long value is parsed a few times and not often.
                chunk = stream.read(max(CHUNK, len(buffer)))
                at_end = not chunk
                buffer += utf8.decode(chunk, final=at_end)
                continue
            if buffer:
                reason = getattr(error, "msg", "nested too deeply")
                yield Value(line, buffer, error=f"not JSON: {reason}; the rest of the file is not read")
            elif inside_array:
                yield Value(line, "", error="not JSON: the array is cut off before its end")
            return
        yield Value(line, buffer[:end], value)
        line += buffer[:end].count("\n")
        buffer = buffer[end:]
