"""The grammar of CSV (RFC 4180) on bytes: which records of a file are whole, and where each begins.

DuckDB's reader is quick, but it guesses where a file is not quite right: it drops empty fields too many
and text after a closing quote without a word. So it is given nothing but records that this grammar knows.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from mmap import mmap

LONGEST_RECORD = 2_000_000  # bytes; an unclosed quote is not looked for further than that
CHUNK = 1 << 20

_QUOTED = rb'"(?:[^"]++|"")*+"'
_FIELD = rb"(?:" + _QUOTED + rb'|[^",\r\n]*+)'
# Where lines end in a line feed alone, some writers leave a carriage return in a text without quotes.
_LOOSE_FIELD = rb"(?:" + _QUOTED + rb'|[^",\n]*+)'
_BLANK_LINE = re.compile(rb"\r?\n")


@dataclass(frozen=True)
class Record:
    """A record, whole or refused.

    Attributes
    ----------
    line
        The line of the file on which it begins, from 1.
    start, end
        Its bytes; `end` is where the next record is looked for.
    reason
        Why it is refused; None where it is whole.
    """

    line: int
    start: int
    end: int
    reason: str | None = None


def _field(newline: bytes) -> bytes:
    return _LOOSE_FIELD if newline == b"\n" else _FIELD


@cache
def _record(n_fields: int | None, newline: bytes) -> re.Pattern[bytes]:
    times = b"*+" if n_fields is None else b"{%d}+" % (n_fields - 1)
    field = _field(newline)
    return re.compile(field + rb"(?:," + field + rb")" + times + rb"(?:\r?\n|\Z)")


@cache
def _records(n_fields: int, newline: bytes) -> re.Pattern[bytes]:
    # A line may not be blank: a record of one empty field would be none to DuckDB.
    one = rb"(?!\r?\n)" + _FIELD + (rb"," + _FIELD) * (n_fields - 1)
    return re.compile(rb"(?:" + one + newline + rb")*+(?:" + one + rb")?+\Z")


def is_whole(content: mmap | bytes, start: int, n_fields: int, newline: bytes) -> bool:
    """Tell whether all after `start` are records of so many fields, in UTF-8, their lines ending alike."""
    return _records(n_fields, newline).match(content, start) is not None and _is_utf8(content)


def _is_utf8(content: mmap | bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for begin in range(0, len(content), CHUNK):
            decoder.decode(content[begin : begin + CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def split_records(
    content: mmap | bytes, start: int, line: int, n_fields: int, newline: bytes
) -> Iterator[Record]:
    """Yield the records that follow `start`, and what is none.

    What is no record by the grammar is refused up to the end of its line, and reading goes on with the next
    line: a quote that somebody forgot to close swallows nothing that is whole. Blank lines are passed over.
    """
    size = len(content)
    position = start
    while position < size:
        if blank := _BLANK_LINE.match(content, position):
            position, line = blank.end(), line + 1
            continue
        end, reason = _read_one(content, position, n_fields, newline)
        yield Record(line, position, end, reason)
        line += content[position:end].count(b"\n")
        position = end


def _read_one(content: mmap | bytes, position: int, n_fields: int, newline: bytes) -> tuple[int, str | None]:
    size = len(content)
    limit = min(size, position + LONGEST_RECORD)
    found = _match(_record(n_fields, newline), content, position, limit)
    if found is not None:
        try:
            content[position:found].decode("utf-8")
        except UnicodeDecodeError:
            return found, "not UTF-8"
        return found, None
    other = _match(_record(None, newline), content, position, limit)
    if other is not None:
        return other, f"not {n_fields} fields"
    end = content.find(b"\n", position)
    end = size if end < 0 else end + 1
    if end - position > LONGEST_RECORD:
        return end, f"longer than {LONGEST_RECORD:,} bytes"
    return end, "a quote is not closed, or stands inside a field"


def _match(pattern: re.Pattern[bytes], content: mmap | bytes, position: int, limit: int) -> int | None:
    found = pattern.match(content, position, limit)
    # The pattern takes the limit for the end of the file.
    if found is None or (found.end() == limit < len(content) and content[limit - 1 : limit] != b"\n"):
        return None
    return found.end()


def write_plainly(record: bytes, newline: bytes) -> bytes:
    """Return a whole record as DuckDB reads it for sure: ended by a line feed, carriage returns in quotes."""
    if b"\r" not in record:
        return record.removesuffix(b"\n") + b"\n"
    fields, position = [], 0
    pattern = re.compile(_field(newline))
    while True:
        found = pattern.match(record, position)
        assert found is not None  # the record is whole
        field = found.group()
        fields.append(field if field.startswith(b'"') else b'"' + field + b'"')
        if record[found.end() : found.end() + 1] != b",":
            return b",".join(fields) + b"\n"
        position = found.end() + 1
