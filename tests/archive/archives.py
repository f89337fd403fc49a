"""Archives taken apart, changed and packed again, and what a journal holds."""

import io
import json
import sqlite3
import tarfile
from datetime import UTC, datetime

import zstandard
from used_home import FixedClock

NOON = FixedClock(datetime(2016, 11, 25, 12, tzinfo=UTC))


def unpack(archive):
    """Members of an archive as (TarInfo, content)."""
    with archive.open("rb") as file:
        content = zstandard.ZstdDecompressor().stream_reader(file).read()
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        return [(member, tar.extractfile(member).read()) for member in tar]


def pack(target, members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for member, content in members:
            tar.addfile(member, io.BytesIO(content))
    target.write_bytes(zstandard.ZstdCompressor(write_checksum=True).compress(buffer.getvalue()))
    return target


def with_manifest(members, **changes):
    """The same archive with another manifest."""
    (first, text), *rest = members
    text = json.dumps({**json.loads(text), **changes}).encode()
    first.size = len(text)
    return [(first, text), *rest]


def plain(name, content=b"x"):
    member = tarfile.TarInfo(name)
    member.size = len(content)
    return member, content


def special(name, kind, target="/etc/passwd"):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member, b""


def read_journal(home):
    connection = sqlite3.connect(home.journal)
    rows = {t: connection.execute(f"select * from {t}").fetchall() for t in ("runs", "steps", "successes")}
    connection.close()
    return rows
