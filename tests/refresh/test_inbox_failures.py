"""The inbox: a file that fails lies beside its reason, and stops no other."""

import polars as pl
from refresh.inboxes import drop, lines, post, take

from etl.warehouse.load import LoadCount


def test_a_file_that_fails_lies_beside_its_reason_and_stops_no_other(home, store):
    drop(
        home,
        "short-interest/s.csv",
        "symbol,settlement_date,shares_short,public_float\nQZRA,2016-03-31,5,9\n",
    )
    drop(home, "notes.pdf", b"%PDF")
    drop(home, "table.csv", "id,name\n1,x\n")
    drop(home, "VIX.csv", "DATE,OPEN,HIGH,LOW,CLOSE\n01/04/2016,22.48,23.36,20.67,20.70\n")
    drop(home, "broken.parquet", b"PAR1 no more")
    drop(home, "nothing.jsonl", "")
    drop(home, "header.csv", "id,text,created_at\n")
    drop(home, "posts/good.jsonl", lines(post(1)))
    results = {result.name: result for result in take(store, home)}
    assert results.pop("posts/good.jsonl").outcome == "done"
    assert {each.outcome for each in results.values()} == {"failed"}
    assert all(each.count == LoadCount(0, 0, 0, 0) for each in results.values())
    words = {
        "short-interest/s.csv": "no column that says when each row became known",
        "notes.pdf": "'.pdf' is not a table",
        "table.csv": "neither a text, as posts have, nor open, high, low and close; it has: id, name.",
        "VIX.csv": "It was taken for prices. If it holds something else, put it into a folder",
        "broken.parquet": "no Parquet file that can be read",
        "nothing.jsonl": "holds no rows",
        "header.csv": "holds no rows",
    }
    failed = next(home.failed.iterdir())
    for name, word in words.items():
        assert word in results[name].reason
        assert (failed / f"{name}.reason.txt").read_text() == f"{results[name].reason}\n"
        assert (failed / name).exists()
    assert [path for path in home.inbox.rglob("*") if path.is_file()] == []
    assert take(store, home) == []


def test_a_parquet_file_that_breaks_in_its_middle_fails_and_stores_nothing(home, store, tmp_path):
    rows = pl.DataFrame({"id": range(50_000), "text": [f"post {n}" for n in range(50_000)]})
    rows.with_columns(created_at=pl.lit("2016-11-21")).write_parquet(
        tmp_path / "a.parquet", row_group_size=10_000
    )
    content = bytearray((tmp_path / "a.parquet").read_bytes())
    third = len(content) // 3
    content[third : 2 * third] = bytes(third)
    drop(home, "a.parquet", bytes(content), age=50)
    drop(home, "b.jsonl", lines(post(1)), age=40)
    broken, good = take(store, home)
    assert (broken.outcome, good.outcome) == ("failed", "done")
    assert "a.parquet cannot be read" in broken.reason
    assert store.sql("select count(*) from raw_posts").fetchall() == [(1,)]


def test_some_bad_rows_are_done_and_counted_and_only_bad_rows_are_failed(home, store):
    drop(home, "some.jsonl", lines(post(1), {"nothing": 1}), age=50)
    drop(home, "none.jsonl", lines(*({**post(n), "created_at": "never"} for n in (1, 2))), age=40)
    some, none = take(store, home)
    assert (some.outcome, some.count) == ("done", LoadCount(1, 0, 0, 1))
    assert none.outcome == "failed"
    assert none.reason.startswith("none.jsonl: none of its 2 rows can be used")
    assert store.sql("select count(*) from quarantine").fetchall() == [(1,)]


def test_another_file_of_the_same_name_leaves_the_quarantine_of_the_earlier_one(home, store):
    first = lines(post(1), {"bad": "monday"})
    drop(home, "posts.jsonl", first)
    take(store, home)
    drop(home, "posts.jsonl", lines(post(2), {"bad": "tuesday"}))
    take(store, home)
    drop(home, "posts.jsonl", first)
    (again,) = take(store, home)
    assert (again.outcome, again.count) == ("unchanged", LoadCount(0, 0, 1, 1))
    rows = store.sql("select file, line, raw from quarantine order by raw").fetchall()
    assert [(line, raw) for _, line, raw in rows] == [(2, '{"bad": "monday"}'), (2, '{"bad": "tuesday"}')]
    assert all(file.startswith("inbox/posts.jsonl (") for file, _, _ in rows)


def test_a_bad_file_that_cannot_be_moved_leaves_no_reasons_behind(home, store):
    drop(home, "bad.csv", "nothing\n1\n")
    home.failed.write_text("in the way")
    for _ in range(2):
        (result,) = take(store, home)
        assert result.outcome == "failed"
        assert "neither a text" in result.reason
        assert "cannot be moved" in result.reason
    assert sorted(path.name for path in home.path.rglob("*reason*")) == []


def test_an_inbox_that_is_no_folder_is_told_and_left(home, store):
    home.inbox.write_text("a file")
    (result,) = take(store, home)
    assert (result.name, result.outcome) == ("inbox", "failed")
    assert "cannot be looked into" in result.reason
    assert home.inbox.read_text() == "a file"
