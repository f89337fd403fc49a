import csv
import gzip
import json

import polars as pl
import pytest
import zstandard
from samples import message, write_lines

from etl.errors import BadInput
from etl.sources.formats import choose_source
from etl.sources.json_stream import stream_json
from etl.sources.stocktwits import StockTwits
from etl.sources.table import Table

NOON = "2016-11-21T17:00:00Z"


def read(source, path):
    batches = list(source.read(path))
    return pl.concat([b.posts for b in batches]), pl.concat([b.rejects for b in batches])


def envelope(*messages):
    return {
        "response": {"status": 200},
        "symbol": {"symbol": "QZRA"},
        "cursor": {"more": True, "since": 2, "max": 1},
        "messages": list(messages),
    }


ONE = message(1, NOON, "up &amp; away 🚀", "QZRA")
TWO = message(2, NOON, "down we go", "QZRA", "QZRB")


@pytest.mark.parametrize(
    "content",
    [
        f"{json.dumps(ONE)}\n{json.dumps(TWO)}\n",
        json.dumps([ONE, TWO]),
        json.dumps([ONE, TWO], indent=2),
        json.dumps(envelope(ONE, TWO)),
        json.dumps(envelope(ONE, TWO), indent=1),
        f"{json.dumps(envelope(ONE))}\n{json.dumps(envelope(TWO))}\n",
        json.dumps([envelope(ONE), envelope(TWO)]),
        "\ufeff\n" + json.dumps(ONE) + "\n\n" + json.dumps(TWO),
    ],
    ids=[
        "lines",
        "array",
        "printed array",
        "envelope",
        "printed envelope",
        "envelopes",
        "array of envelopes",
        "bom",
    ],
)
def test_every_shape_of_stocktwits_json_gives_the_same_posts(tmp_path, content):
    path = tmp_path / "posts.json"
    path.write_text(content, encoding="utf-8")
    source = choose_source(path, "auto", {}, None)
    posts, rejects = read(source, path)
    assert isinstance(source, StockTwits)
    assert posts["post_id"].to_list() == ["1", "2"]
    assert posts["body"].to_list() == ["up & away 🚀", "down we go"]
    assert posts["symbols"].to_list() == [["QZRA"], ["QZRA", "QZRB"]]
    assert [json.loads(raw) for raw in posts["raw"]] == [ONE, TWO]
    assert rejects.is_empty()


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_compressed_files_are_read(tmp_path, suffix):
    path = tmp_path / f"posts.jsonl{suffix}"
    content = f"{json.dumps(ONE)}\n{json.dumps(TWO)}\n".encode()
    path.write_bytes(gzip.compress(content) if suffix == ".gz" else zstandard.compress(content))
    posts, _ = read(choose_source(path, "auto", {}, None), path)
    assert posts.height == 2


def test_optional_keys_are_kept_where_present_and_null_where_not(tmp_path):
    full = message(
        3,
        NOON,
        "thread",
        "QZRA",
        entities={"sentiment": {"basic": "Bullish"}},
        likes={"total": 4, "user_ids": [1]},
        reshares={"reshared_count": 2},
        conversation={"parent_message_id": 9, "in_reply_to_message_id": 8},
        source={"id": 1, "title": "Zapier"},
        user={"id": 5, "username": "a", "followers": 12},
        something_new={"of": "2027"},
    )
    bare = {"id": 4, "body": "bare", "created_at": NOON, "user": None, "entities": None}
    posts, _ = read(StockTwits(), write_lines(tmp_path / "p.jsonl", [full, bare]))
    got = posts.select(
        "sentiment", "likes", "reshares", "thread_id", "reply_to", "client", "user_id", "followers"
    )
    assert got.row(0) == ("Bullish", 4, 2, "9", "8", "Zapier", "5", 12)
    assert got.row(1) == (None,) * 8
    assert "something_new" in posts["raw"][0]


def test_bad_lines_are_quarantined_with_line_and_reason(tmp_path):
    path = tmp_path / "posts.jsonl"
    lines = [
        json.dumps(ONE).encode(),
        b'{"id": 5, "body": "cut off',
        b"\xff\xfe not utf-8",
        json.dumps({**ONE, "id": None}).encode(),
        json.dumps(message(6, "soon", "when?")).encode(),
        json.dumps(message(7, NOON, " \u200b ")).encode(),
        b'"a string"',
        json.dumps(TWO).encode(),
    ]
    path.write_bytes(b"\n".join(lines))
    posts, rejects = read(StockTwits(), path)
    assert posts["post_id"].to_list() == ["1", "2"]
    assert rejects["line"].to_list() == [2, 3, 4, 5, 6, 7]
    reasons = rejects["reason"].to_list()
    assert reasons[0] == "not JSON"
    assert reasons[1].startswith("wrong encoding")
    assert reasons[2] == "no id"
    assert reasons[3].startswith("bad time")
    assert reasons[4] == "empty body"
    assert reasons[5].startswith("not a message")


def test_an_array_that_is_cut_off_gives_what_came_before_and_says_so(tmp_path):
    path = tmp_path / "posts.json"
    path.write_text(json.dumps([ONE, TWO], indent=1)[:-40])
    posts, rejects = read(StockTwits(), path)
    assert posts["post_id"].to_list() == ["1"]
    assert "rest of the file" in rejects["reason"][0]


def test_a_long_array_is_read_across_chunks(tmp_path):
    path = tmp_path / "posts.json"
    many = [message(n, NOON, "x" * 3000, "QZRA") for n in range(1, 1001)]  # 3 MB: several chunks
    path.write_text(json.dumps(many))
    with path.open("rb") as stream:
        assert [v.value["id"] for v in stream_json(stream)] == list(range(1, 1001))


def test_lone_surrogates_do_not_stop_a_file(tmp_path):
    path = tmp_path / "posts.jsonl"
    path.write_text(
        '{"id": 1, "body": "half \\ud83d an emoji", "created_at": "2016-11-21T17:00:00Z", "user": {}}\n'
    )
    posts, _ = read(StockTwits(), path)
    assert posts["body"].to_list() == ["half � an emoji"]


def write_csv(path, header, rows):
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([header, *rows])
    return path


def test_a_table_is_read_by_its_usual_names_or_by_a_mapping(tmp_path):
    usual = write_csv(
        tmp_path / "a.csv", ["id", "text", "time", "ticker"], [["1", "so happy", NOON, "$qzra"]]
    )
    named = write_csv(
        tmp_path / "b.csv", ["row", "original", "day", "firm"], [["1", "so happy", "2016-11-21", "QZRA"]]
    )
    posts, _ = read(choose_source(usual, "auto", {}, None), usual)
    assert posts.select("post_id", "body", "symbols").row(0) == ("1", "so happy", ["QZRA"])
    mapping = {"id": "row", "body": "original", "created_at": "day", "symbol": "firm"}
    posts, _ = read(Table("mine", mapping), named)
    assert posts["created_at"].to_list() == [None]
    assert str(posts["created_on"][0]) == "2016-11-21"
    assert posts["symbols"].to_list() == [["QZRA"]]


def test_multi_line_fields_and_ragged_rows(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(
        b"id,body,created_at\n"
        b'1,"two\nlines",2016-11-21T17:00:00Z\n'
        b"2,too,few,or,many\n"
        b"3,caf\xe9,2016-11-21T17:00:00Z\n"
        b"4,fine,2016-11-21T17:00:00Z\n"
    )
    posts, rejects = read(Table(), path)
    assert posts["post_id"].to_list() == ["1", "4"]
    assert posts["body"][0] == "two\nlines"
    assert rejects["line"].to_list() == [4, 5]
    assert "5 fields, the header 3" in rejects["reason"][0]
    assert "encoding" in rejects["reason"][1]


def test_parquet_with_lists_and_nulls(tmp_path):
    path = tmp_path / "a.parquet"
    pl.DataFrame(
        {
            "id": [1, None],
            "body": ["x", "y"],
            "created_at": [NOON, NOON],
            "symbols": [["A", "B"], []],
            "likes": [3, None],
        }
    ).write_parquet(path)
    posts, rejects = read(Table(), path)
    assert posts.select("post_id", "symbols", "likes").row(0) == ("1", ["A", "B"], 3)
    assert rejects["reason"].to_list() == ["no id"]


def test_missing_columns_are_named_with_what_is_there(tmp_path):
    path = write_csv(tmp_path / "a.csv", ["id", "words", "time"], [["1", "x", NOON]])
    with pytest.raises(BadInput, match=r"no column for the post's body.*id, words, time.*--map body="):
        list(Table().read(path))
    with pytest.raises(BadInput, match="no column 'wrods'"):
        list(Table("t", {"body": "wrods"}).read(path))
    with pytest.raises(BadInput, match="no field 'bdoy'"):
        Table("t", {"bdoy": "words"})


def test_unknown_formats_are_refused(tmp_path):
    path = tmp_path / "posts.xlsx"
    path.write_bytes(b"PK")
    with pytest.raises(BadInput, match="not a table"):
        list(choose_source(path, "auto", {}, None).read(path))


def test_a_truncated_gzip_is_a_sentence(tmp_path):
    path = tmp_path / "posts.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(ONE).encode() * 500)[:60])
    with pytest.raises(BadInput, match="cannot be read"):
        list(StockTwits().read(path))
