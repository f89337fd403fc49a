"""The inbox: what a file is taken for, by its folder or its content."""

from refresh.inboxes import ONE_PRICE, SHORT, FakeClock, drop, lines, post, take, tree

from etl.configuration.sections import Inbox
from etl.refresh.inbox_files import find_dropped
from etl.warehouse.load import LoadCount


def summary(results):
    return [(result.name, result.kind, result.source, result.outcome) for result in results]


def test_the_content_tells_posts_from_prices(home, store):
    drop(home, "messages.jsonl", lines(post(1)), age=50)
    drop(home, "table.csv", "id,text,created_at,ticker\n1,hm,2016-11-21,QZRA\n", age=40)
    drop(home, "rows.jsonl", '{"id": 2, "text": "hm", "created_at": "2016-11-21"}\n', age=30)
    drop(home, "history.csv", ONE_PRICE, age=20)
    results = take(store, home)
    assert summary(results) == [
        ("messages.jsonl", "posts", "stocktwits", "done"),
        ("table.csv", "posts", "table", "done"),
        ("rows.jsonl", "posts", "table", "done"),
        ("history.csv", "prices", None, "done"),
    ]
    assert all(result.count == LoadCount(1, 0, 0, 0) for result in results)
    assert list(home.inbox.iterdir()) == []
    assert sorted(tree(home.done)) == sorted(result.name for result in results)
    assert [folder.name for folder in home.done.iterdir()] == [f"{FakeClock().now():%Y-%m-%d}"]


def test_folders_force_the_kind_and_name_the_source(home, store):
    factors = "about\n\n,Mkt-RF,SMB,HML,RF\n20160104, -1.59, -0.83, 0.53, 0.000\n\nCopyright\n"
    files = {
        "posts/plain.csv": "id,text,created_at\n1,hm,2016-11-21\n",
        "posts/reddit/a.csv": "id,text,created_at\n1,hm,2016-11-21\n",
        "posts/elsewhere/b.jsonl": lines(post(1)),
        "prices/c.csv": ONE_PRICE,
        "short-interest/d.csv": f"{SHORT}QZRA,2016-03-31,2016-04-12,5,100\n",
        "ownership/e.csv": "ticker,quarter_end,known_on,inst_own\nQZRA,2016-03-31,2016-05-13,0.5\n",
        "shares/f.csv": "ticker,as_of,filed,shares_outstanding\nQZRA,2016-03-31,2016-05-13,100\n",
        "ipos/g.csv": "ticker,ipo_date\nQZRA,2016-01-05\n",
        "factors/h.csv": factors,
        "vix/i.csv": "DATE,OPEN,HIGH,LOW,CLOSE\n01/04/2016,22.48,23.36,20.67,20.70\n",
    }
    for name, content in files.items():
        drop(home, name, content)
    results = {result.name: result for result in take(store, home)}
    assert {name: (each.kind, each.source) for name, each in results.items()} == {
        "posts/plain.csv": ("posts", "table"),
        "posts/reddit/a.csv": ("posts", "reddit"),
        "posts/elsewhere/b.jsonl": ("posts", "elsewhere"),
        "prices/c.csv": ("prices", None),
        "short-interest/d.csv": ("short_interest", None),
        "ownership/e.csv": ("ownership", None),
        "shares/f.csv": ("shares", None),
        "ipos/g.csv": ("ipos", None),
        "factors/h.csv": ("factors", None),
        "vix/i.csv": ("vix", None),
    }
    assert {each.outcome for each in results.values()} == {"done"}
    assert tree(home.done) == sorted(files)
    assert store.sql("select source from raw_posts order by source").fetchall() == [
        ("elsewhere",),
        ("reddit",),
        ("table",),
    ]


def test_a_folder_that_is_unknown_or_too_deep_is_told(home, store):
    drop(home, "tweets/a.csv", "id,text,created_at\n1,hm,2016-11-21\n")
    drop(home, "prices/2016/b.csv", ONE_PRICE)
    drop(home, "posts/reddit/wsb/c.csv", "id,text,created_at\n1,hm,2016-11-21\n")
    reasons = {each.name: each.reason for each in take(store, home)}
    assert "no folder 'tweets'; expected posts, prices, short-interest" in reasons["tweets/a.csv"]
    assert "too deep" in reasons["prices/2016/b.csv"]
    assert "too deep" in reasons["posts/reddit/wsb/c.csv"]
    assert "posts/reddit/wsb/c.csv" in tree(home.failed)


def test_what_will_be_taken_is_known_before(home):
    drop(home, "posts/reddit/a.csv", "id\n1\n")
    (dropped,) = find_dropped(home, Inbox(), FakeClock())
    assert (dropped.name, dropped.kind, dropped.source) == ("posts/reddit/a.csv", "posts", "reddit")
