import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.errors import BadInput
from etl.sources.archive.grammar import is_whole, split_records
from etl.warehouse.archive_csv import find_lines, read_rows
from etl.warehouse.store import open_store

HEADER = b"message_id,message_body\n"
BODIES = st.text(st.sampled_from(list("1a,\"\n\r \\#'\x00é🚀\u2028;|\t&")), max_size=12)


def _read(store, tmp_path, content: bytes):
    path = tmp_path / "msg_000.csv"
    path.write_bytes(content)
    refused = read_rows(store, path, "messages", tmp_path)
    rows = store.sql("select message_id, message_body from archive_rows order by rowid").fetchall()
    return rows, refused.rows()


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    from etl.settings import open_home

    with open_store(open_home(tmp_path_factory.mktemp("home"))) as opened:
        yield opened


@settings(suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.integers(0, 10**9).map(str), BODIES), max_size=6), st.sampled_from(["\n", "\r\n"])
)
def test_texts_of_any_signs_are_read_as_they_were_written(store, tmp_path, rows, line_end):
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=line_end)
    writer.writerow(["message_id", "message_body"])
    writer.writerows(rows)
    content = text.getvalue().encode()
    got, refused = _read(store, tmp_path, content)
    assert got == [(key, body or None) for key, body in rows]
    assert refused == []
    if "\r" not in "".join(body for _, body in rows):  # what csv may leave without quotes is mended
        assert is_whole(content, content.index(b"\n") + 1, 2, line_end.encode())


FIELDS = st.lists(
    st.sampled_from(
        [b"1", b"a", b",", b'"', b"\n", b"\r\n", b"\r", b" ", b'""', b"\xff", b"\xc3\xa9", b"\x00"]
    ),
    max_size=14,
).map(b"".join)


@settings(suppress_health_check=list(HealthCheck))
@given(FIELDS, FIELDS)
def test_between_whatever_is_broken_whole_records_are_kept_and_nothing_vanishes(
    store, tmp_path, before, after
):
    # A record of its own line, after anything that leaves no quote open.
    content = HEADER + before.replace(b'"', b"") + b'\n17,"a whole, ""one"""\n' + after
    got, refused = _read(store, tmp_path, content)
    assert ("17", 'a whole, "one"') in got
    records = list(split_records(content, len(HEADER), 2, 2, b"\n"))
    assert len(got) == sum(record.reason is None for record in records)
    assert len(refused) == sum(record.reason is not None for record in records)
    kept = b"".join(content[record.start : record.end] for record in records)
    assert kept.replace(b"\r", b"").replace(b"\n", b"") == content[len(HEADER) :].replace(b"\r", b"").replace(
        b"\n", b""
    )


def test_each_broken_row_is_refused_with_its_line_and_reason(store, tmp_path):
    rows, refused = _read(
        store,
        tmp_path,
        HEADER
        + b'1,"two\nlines, ""quoted"" \r\nand CRLF"\n'
        + b"3,too,many\n"
        + b"4\n"
        + b"\n"
        + b'5,"bad \xff byte"\n'
        + b'6,"closed" early\n'
        + b'7,a "quote" inside\n'
        + b"8,ends in CRLF\r\n"
        + b'9,"never closed\n'
        + b"10,after it\n"
        + b'11,"last"',
    )
    assert rows == [
        ("1", 'two\nlines, "quoted" \r\nand CRLF'),
        ("8", "ends in CRLF\r"),
        ("10", "after it"),
        ("11", "last"),
    ]
    open_quote = "a quote is not closed, or stands inside a field"
    assert [(line, reason) for line, reason, _ in refused] == [
        (5, "not 2 fields"),
        (6, "not 2 fields"),
        (8, "not UTF-8"),
        (9, open_quote),
        (10, open_quote),
        (12, open_quote),
    ]
    assert refused[0][2] == "3,too,many"
    find_lines(store)
    lines = store.sql(
        "select archive_rows.rowid + 2 + coalesce(shifts.lines, 0) from archive_rows"
        " asof left join archive_shifts as shifts on archive_rows.rowid >= shifts.position order by 1"
    ).fetchall()
    assert lines == [(2,), (11,), (13,), (14,)]


def test_a_record_without_an_end_is_not_looked_for_for_ever(store, tmp_path):
    rows, refused = _read(store, tmp_path, HEADER + b'1,"' + b"x" * 2_100_000 + b'"\n2,short\n')
    assert rows == [("2", "short")]
    assert [(line, reason) for line, reason, _ in refused] == [(2, "longer than 2,000,000 bytes")]


@pytest.mark.parametrize("content", [b"", b"id,text\n1,a\n", b"message_id,message_body,extra\n1,a,b\n"])
def test_a_file_with_other_columns_is_a_sentence(store, tmp_path, content):
    with pytest.raises(BadInput, match="expected message_id, message_body"):
        _read(store, tmp_path, content)


def test_columns_may_stand_in_another_order_and_after_a_byte_order_mark(store, tmp_path):
    rows, refused = _read(store, tmp_path, b"\xef\xbb\xbfmessage_body,message_id\nhello,1\n")
    assert (rows, refused) == ([("1", "hello")], [])


@pytest.mark.slow
def test_texts_that_look_like_rows_are_read_right_wherever_a_reader_might_begin(store, tmp_path):
    body = "".join(f"\n{n},a row that is none" for n in range(40_000))
    rows = [(str(n), f"{n}{body}") for n in range(80)]
    path = tmp_path / "msg_000.csv"
    with path.open("w", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([("message_id", "message_body"), *rows])
    assert path.stat().st_size > 64_000_000
    refused = read_rows(store, path, "messages", tmp_path)
    got = store.sql("select message_id, md5(message_body) from archive_rows order by rowid").fetchall()
    import hashlib

    assert got == [(key, hashlib.md5(text.encode()).hexdigest()) for key, text in rows]
    assert refused.is_empty()
