import random
from datetime import date, datetime
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stocktwits_archives import (
    COMPARED,
    TEXT,
    load_archive,
    read_plainly,
    stored_posts,
    whole_state,
    write_archive,
)

from etl.errors import BadInput
from etl.settings import open_home
from etl.sources.archive.filters import Filters, make_filters
from etl.sources.archive.layout import find_local
from etl.warehouse.store import open_store

IDS = st.one_of(
    st.integers(1, 12).map(str),
    st.integers(1, 12).map("{}.0".format),
    st.sampled_from(["", "x", "-3", "1.5", "007"]),
)
TIMES = st.one_of(
    st.datetimes(datetime(2009, 1, 1), datetime(2022, 1, 1)).map(lambda t: f"{t:%Y-%m-%d %H:%M:%S}"),
    st.datetimes(datetime(2009, 1, 1), datetime(2022, 1, 1)).map(lambda t: f"{t:%Y-%m-%dT%H:%M:%SZ}"),
    st.sampled_from(
        [
            "",
            "never",
            "2016-02-30 10:00:00",
            "1999-12-31 10:00:00",
            "2016-11-21",
            "2016-11-21 10:00:00.25 UTC",
            "2016-11-21 10:00:00+02:00",
            "2016-11-21 24:00:00",
            "1479722400",
            "2150-01-01 00:00:00",
        ]
    ),
)
SYMBOL_LISTS = st.sampled_from(
    ["['QZRA']", "['QZRA', 'qzrb']", "['BRK-B', '$QZRC', 'QZRC']", "[]", "", "['not a symbol!', 'QZRD.X']"]
)
OPTIONAL_IDS = st.sampled_from(["", "5", "5.0", "17.0"])
RECORDS = st.lists(
    st.tuples(
        IDS, OPTIONAL_IDS, TIMES, st.sampled_from(["", "1.0", "-1.0", "0.0", "1"]), OPTIONAL_IDS
    ).flatmap(lambda row: st.tuples(*map(st.just, row), OPTIONAL_IDS, SYMBOL_LISTS)),
    min_size=4,
    max_size=24,
)
BODIES = st.one_of(
    st.text(st.sampled_from(list('a,"\n\r é🚀')), max_size=6),
    st.sampled_from(
        ["", " \u200b\ufeff\u3000", "it&#39;s &amp;amp; &quot;so&quot;", "&copy=1 & &#xD800; &lt;b&gt;"]
    ),
)
TEXTS = st.lists(st.tuples(IDS, BODIES), min_size=4, max_size=24)


def _cut(rows, cuts):
    places = [0, *sorted(cut % (len(rows) + 1) for cut in cuts), len(rows)]
    return [rows[begin:end] for begin, end in pairwise(places)]


CUTS = st.lists(st.integers(0, 12), max_size=2)


ARCHIVES = (RECORDS, TEXTS, CUTS, CUTS)


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(*ARCHIVES)
def test_files_cut_anywhere_in_any_order_of_ids_equal_a_plain_reading(
    tmp_path_factory, records, texts, record_cuts, text_cuts
):
    _compare(tmp_path_factory, records, texts, record_cuts, text_cuts)


@pytest.mark.slow
@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(*ARCHIVES)
def test_many_archives_equal_a_plain_reading(tmp_path_factory, records, texts, record_cuts, text_cuts):
    _compare(tmp_path_factory, records, texts, record_cuts, text_cuts)


def _compare(tmp_path_factory, records, texts, record_cuts, text_cuts):
    folder = tmp_path_factory.mktemp("archive")
    write_archive(folder, _cut(records, record_cuts), _cut(texts, text_cuts))
    home = open_home(folder / "home")
    load_archive(home, folder)
    posts, reasons = read_plainly(records, texts)
    with open_store(home) as store:
        got = stored_posts(store)
        quarantined = sorted(
            reason for (reason,) in store.execute("select reason from quarantine").fetchall()
        )
        ((counted,),) = store.execute("select sum(rows_quarantined)::bigint from loads").fetchall()
    wanted = [name.strip() for name in COMPARED.split(",")]
    for post in posts.values():
        moment = post["created_at"]
        post["created_at"] = moment.replace(tzinfo=None) if moment else None
    assert got == {key: {name: post[name] for name in wanted} for key, post in posts.items()}
    assert quarantined == reasons
    assert counted == len(reasons)


def _many(seed: int, n: int = 400):
    deal = random.Random(seed)
    lists = ["['QZRA']", "['QZRB']", "['QZRA', 'QZRB']", "['QZRC', 'BRK-B']"]
    records, texts = [], []
    for key in deal.sample(range(1, 10 * n), n):
        moment = f"2016-{deal.randint(1, 12):02d}-{deal.randint(1, 28):02d} {deal.randint(0, 23):02d}:30:00"
        records.append((str(key), "7", moment, "1.0", "", "", deal.choice(lists)))
        texts.append((str(key), f"text {key}, of\n{deal.choice(['one', 'another'])}"))
    deal.shuffle(texts)
    return records, texts


@pytest.mark.parametrize(
    "filters",
    [
        Filters(frozenset({"QZRA"})),
        Filters(None, date(2016, 3, 5), date(2016, 6, 7)),
        Filters(frozenset({"BRK.B", "QZRB"}), date(2016, 3, 5), None),
    ],
    ids=["symbols", "days", "both"],
)
def test_filters_equal_filtering_afterwards(tmp_path, filters):
    records, texts = _many(3)
    folder = write_archive(tmp_path, _cut(records, [130, 260]), _cut(texts, [100, 300]))
    load_archive(open_home(tmp_path / "all"), folder)
    load_archive(open_home(tmp_path / "some"), folder, filters)
    with open_store(open_home(tmp_path / "all")) as store:
        everything = stored_posts(store)
    with open_store(open_home(tmp_path / "some")) as store:
        chosen = stored_posts(store)
        assert store.execute("select count(*) from quarantine").fetchall() == [(0,)]
    begin = datetime.combine(filters.first_day or date.min, datetime.min.time())
    end = datetime.combine(filters.last_day or date.max, datetime.max.time())
    expected = {
        key: post
        for key, post in everything.items()
        if filters.wants(post["symbols"]) and begin <= post["created_at"] <= end
    }
    assert 0 < len(expected) < len(everything)
    assert chosen == expected


def test_the_quarantine_counts_each_kind_of_fault_with_file_and_line(tmp_path):
    time = "2016-11-21 10:00:00"
    folder = write_archive(
        tmp_path,
        [
            [
                ("1", "7", time, "", "", "", "['QZRA']"),
                ("2", "7", "some day", "", "", "", "['QZRA']"),
                ("3", "7", time, "", "", "", "['QZRA',\n 'QZRB']"),
                ("4", "7", time, "", "", "", "['QZRA']"),
                ("five", "7", time, "", "", "", "['QZRA']"),
                ("6", "7", time, "", "", "", "['QZRA']"),
            ]
        ],
        [[("1", "one\nand more"), ("4", " "), ("9", "nine"), ("", "whose?"), ("6", "six")]],
    )
    path = folder / "messages" / "msg_000.csv"
    path.write_bytes(path.read_bytes() + b"10,too,many\n\xff,\n")
    home = open_home(tmp_path / "home")
    load_archive(home, folder)
    with open_store(home) as store:
        rows = store.execute(
            "select parse_filename(file), line, reason from quarantine order by file, position"
        ).fetchall()
        assert set(stored_posts(store)) == {"1", "6"}
    first, second = "feature_wo_messages_000.csv", "msg_000.csv"
    assert rows == [
        (first, 3, "bad time: 'some day'"),
        (first, 4, "no text"),
        (first, 7, "bad id: 'five'"),
        (second, 4, "empty body"),
        (second, 5, "no record of this message"),
        (second, 6, "no id"),
        (second, 8, "not 2 fields"),
        (second, 9, "not UTF-8"),
    ]


def test_loading_twice_adds_nothing_and_reads_no_file(home, tmp_path, monkeypatch):
    records, texts = _many(5, 50)
    folder = write_archive(tmp_path, _cut(records, [20]), _cut(texts, [30]))
    load_archive(home, folder)
    before = whole_state(home)
    monkeypatch.setattr("etl.warehouse.archive_csv._mapped", None)
    with open_store(home) as store:
        from etl.warehouse.load_archive import ArchiveLoad

        assert ArchiveLoad(store, home, find_local(folder), Filters()).is_done
    assert whole_state(home) == before
    assert not any((home.path / ".archive").glob("*"))


def test_another_file_of_texts_is_read_alone_and_lets_its_records_out_of_the_quarantine(
    home, tmp_path, monkeypatch
):
    records, texts = _many(7, 60)
    folder = write_archive(tmp_path, _cut(records, [20]), [texts[:25]])
    load_archive(home, folder)
    with open_store(home) as store:
        assert store.execute("select count(*) from quarantine where reason = 'no text'").fetchall() == [(35,)]
    write_archive(folder, _cut(records, [20]), [])  # the same content, another time of modification
    load_archive(home, folder)
    with open_store(home) as store:
        assert store.execute("select count(*) from quarantine where reason = 'no text'").fetchall() == [(35,)]
    (folder / "messages" / "msg_001.csv").write_text(
        ",".join(TEXT) + "\n" + "".join(f'{key},"{body}"\n' for key, body in texts[25:50])
    )
    from etl.warehouse import load_archive as loading

    read = []
    gather = loading.gather_texts
    monkeypatch.setattr(
        loading,
        "gather_texts",
        lambda store, path, *a, **k: read.append(path.name) or gather(store, path, *a, **k),
    )
    load_archive(home, folder)
    assert read == ["msg_001.csv"]
    with open_store(home) as store:
        assert store.execute("select count(*) from quarantine where reason = 'no text'").fetchall() == [(10,)]
        assert len(stored_posts(store)) == 50


def test_a_changed_text_is_an_update(home, tmp_path):
    records, texts = _many(9, 30)
    folder = write_archive(tmp_path, [records], [texts])
    load_archive(home, folder)
    write_archive(folder, [], [[(texts[0][0], "corrected"), *texts[1:]]])
    load_archive(home, folder)
    with open_store(home) as store:
        assert stored_posts(store)[texts[0][0]]["body"] == "corrected"
        counts = store.execute(
            "select rows_new, rows_updated, rows_unchanged from loads order by load_id"
        ).fetchall()
    assert counts[-1] == (0, 1, 29)


def test_a_folder_that_is_no_archive_is_a_sentence(tmp_path):
    with pytest.raises(BadInput, match="is no folder"):
        find_local(tmp_path / "nowhere")
    with pytest.raises(BadInput, match=r"no file feature_wo_messages/\*\.csv"):
        find_local(tmp_path)
    folder = write_archive(tmp_path, [[]], [[]])
    (folder / "messages" / "msg_001.csv").write_text("id,body\n")
    with pytest.raises(
        BadInput, match=r"messages/msg_001\.csv has the columns id, body; expected message_id"
    ):
        find_local(folder)


def test_symbols_are_read_from_lines_and_from_a_column(home, tmp_path):
    (tmp_path / "s.txt").write_text("$qzra # the first\nBRK-B\n")
    (tmp_path / "s.csv").write_text("name,Ticker\nSome firm,qzra\nAnother,BRK.B\n")
    (tmp_path / "bare.csv").write_text("QZRA\nBRK/B\n")
    for name in ("s.txt", "s.csv", "bare.csv"):
        assert make_filters(home, tmp_path / name, None, None).symbols == {"QZRA", "BRK.B"}
    (tmp_path / "none.txt").write_text("# nobody\n")
    with pytest.raises(BadInput, match="names no symbol"):
        make_filters(home, tmp_path / "none.txt", None, None)
    with pytest.raises(BadInput, match="exchange them"):
        make_filters(home, None, date(2016, 2, 1), date(2016, 1, 1))


def test_large_files_become_segments_of_months(home, tmp_path):
    n = 21_000
    records = [(str(n - k), "7", "2016-11-21 10:00:00", "", "", "", "['QZRA']") for k in range(n)]
    texts = [(str(k), f"&gt; {k}") for k in range(1, n + 1)]
    load_archive(home, write_archive(tmp_path, [records], [texts]))
    with open_store(home) as store:
        (segment,) = store.execute("select month, n_posts from segments").fetchall()
        assert segment == ("2016-11", n)
    frame = pl.read_parquet(home.path / "posts" / "2016-11" / "*.parquet")
    assert frame["body"].str.starts_with("> ").all()
    assert frame["created_at"].unique().to_list() == [datetime(2016, 11, 21, 10)]
