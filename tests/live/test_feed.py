"""JSON feeds of any shape, described by settings: what is read, and what is not believed."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from live.clocks import FakeClock
from live.loopback import Handler, serving

from etl.configuration import Feed
from etl.configuration.sections import Settings, StockTwits
from etl.errors import BadInput, SourceRefused, UnknownSymbol
from etl.journal import Journal
from etl.live.feed import JsonFeed
from etl.live.patience import Patience
from etl.live.posts import Mark
from etl.live.streams import open_streams

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
OpenFeed = Callable[..., JsonFeed]


@dataclass
class Feeds:
    """What a server answers, by path and query."""

    address: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    feeds = Feeds()

    class Answers(Handler):
        def do_GET(self) -> None:
            feeds.asked.append(self.path)
            feeds.headers.append(dict(self.headers.items()))
            if self.path in feeds.answers:
                self.answer_json(200, feeds.answers[self.path])
            else:
                self.answer(404, b"<html>not here</html>", "text/html")

    with serving(Answers) as address:
        feeds.address = address
        yield feeds


@pytest.fixture
def open_feed(feeds: Feeds, journal: Journal, clock: FakeClock) -> OpenFeed:
    """Open the feed `news` at /posts/SYMBOL; settings may be given by name."""

    def open_with(**settings: Any) -> JsonFeed:
        feed = Feed(**{"url": f"{feeds.address}/posts/{{symbol}}", "items": "data.posts", **settings})
        only = Settings(stocktwits=StockTwits(enabled=False), feeds={"news": feed})
        (stream,) = open_streams(only, journal, clock, Patience(60, clock))
        assert isinstance(stream, JsonFeed)
        return stream

    return open_with


def post(number: int, **more: Any) -> dict[str, Any]:
    """The post written so many minutes before noon."""
    at = NOON - timedelta(minutes=number)
    return {"id": f"p{number}", "created_at": at.isoformat(), "text": f"thought {number}", **more}


def posts(*numbers: int) -> dict[str, Any]:
    return {"data": {"posts": [post(number) for number in numbers]}}


def ago(minutes: float, post_id: str | None = None) -> Mark:
    return Mark(post_id, NOON - timedelta(minutes=minutes))


def test_usual_names_need_no_settings(feeds: Feeds, open_feed: OpenFeed):
    feeds.answers["/posts/AAPL"] = posts(1, 2)
    feed = open_feed()
    page = feed.page("aapl", None, ago(100))
    assert feed.name == "news"
    assert feed.symbols_are_complete is False
    assert page.batch.posts.select("post_id", "body", "symbols").rows() == [
        ("p1", "thought 1", ["AAPL"]),
        ("p2", "thought 2", ["AAPL"]),
    ]
    assert json.loads(page.batch.posts["raw"][0]) == post(1)
    assert (page.newest, page.oldest) == (ago(1, "p1"), ago(2, "p2"))
    assert page.address == f"{feeds.address}/posts/AAPL"


def test_other_names_are_found_by_their_paths(feeds: Feeds, open_feed: OpenFeed):
    item = {
        "key": 7,
        "when": 1780315200,
        "content": {"text": "up &amp; away", "text_old": "down"},
        "tags": ["$TSLA", "AAPL"],
        "authors": [{"name": "ann"}],
        "text": "not this one",
    }
    feeds.answers["/posts/AAPL"] = [item]
    names = ("id=key", "created_at=when", "body=content.text", "symbol=tags", "user_name=authors.0.name")
    page = open_feed(items="", fields=names).page("AAPL", None, ago(100))
    (row,) = page.batch.posts.iter_rows(named=True)
    assert (row["post_id"], row["created_at"], row["body"]) == ("7", NOON, "up & away")
    assert (row["symbols"], row["user_name"]) == (["TSLA", "AAPL"], "ann")


def test_a_field_that_posts_do_not_have_is_refused_before_anything_is_asked(open_feed: OpenFeed):
    with pytest.raises(BadInput, match=r"feeds.news.fields has 'mood=x'; expected FIELD=PATH.*one of id"):
        open_feed(fields=("mood=x",))
    with pytest.raises(BadInput, match="'body'"):
        open_feed(fields=("body",))


@pytest.mark.parametrize("absolute", [True, False])
def test_next_pages_are_followed_down_to_the_floor(feeds: Feeds, open_feed: OpenFeed, absolute: bool):
    home = feeds.address if absolute else ""
    feeds.answers["/posts/AAPL"] = {**posts(1, 2), "next": f"{home}/posts/AAPL?page=2"}
    feeds.answers["/posts/AAPL?page=2"] = {**posts(3, 4), "next": None}
    feed = open_feed(next="next")
    first = feed.page("AAPL", None, ago(3, "p3"))
    assert first.older == f"{feeds.address}/posts/AAPL?page=2"
    assert not first.reached
    second = feed.page("AAPL", first.older, ago(3, "p3"))
    assert second.reached
    assert second.older is None


@pytest.mark.parametrize(
    ("floor", "reached"), [(ago(3, "p3"), True), (ago(3, "deleted"), True), (ago(2.5), True), (ago(4), False)]
)
def test_the_floor_is_reached_by_its_post_or_an_older_one(
    feeds: Feeds, open_feed: OpenFeed, floor: Mark, reached: bool
):
    feeds.answers["/posts/AAPL"] = posts(1, 2, 3) if floor.post_id == "p3" else posts(1, 2, 3, 4)
    assert open_feed().page("AAPL", None, floor).reached is reached


def test_a_feed_of_one_page_that_ends_above_the_floor_has_not_reached_it(feeds: Feeds, open_feed: OpenFeed):
    feeds.answers["/posts/AAPL"] = posts(1, 2)
    page = open_feed().page("AAPL", None, ago(100))
    assert (page.reached, page.older) == (False, None)


def test_the_last_of_several_pages_has_reached_the_end(feeds: Feeds, open_feed: OpenFeed):
    feeds.answers["/posts/AAPL"] = posts(1, 2)
    assert open_feed(next="next").page("AAPL", None, ago(100)).reached


@pytest.mark.parametrize(
    ("order", "reached"),
    [
        ((3, 1, 2), False),  # pinned above the newest: says nothing of what lies between
        ((1, 3, 2), True),
        ((3, 2, 1), True),  # the oldest first
    ],
)
def test_a_page_out_of_order_is_tolerated(
    feeds: Feeds, open_feed: OpenFeed, order: tuple[int, ...], reached: bool
):
    feeds.answers["/posts/AAPL"] = posts(*order)
    page = open_feed().page("AAPL", None, ago(2.5))
    assert (page.newest, page.oldest) == (ago(1, "p1"), ago(3, "p3"))
    assert page.reached is reached


def test_an_empty_page_proves_nothing(feeds: Feeds, open_feed: OpenFeed):
    feeds.answers["/posts/AAPL"] = posts()
    page = open_feed(next="next").page("AAPL", None, ago(100))
    assert not page.reached
    assert [page.newest, page.older, page.broken] == [None] * 3


def test_a_post_with_a_day_only_counts_from_the_end_of_the_day(feeds: Feeds, open_feed: OpenFeed):
    feeds.answers["/posts/AAPL"] = {"data": {"posts": [post(1, created_at="2026-05-31")]}}
    page = open_feed().page("AAPL", None, Mark(None, datetime(2026, 5, 31, 18, tzinfo=UTC)))
    assert page.newest == Mark("p1", datetime(2026, 6, 1, tzinfo=UTC))
    assert not page.reached


def test_a_bad_post_is_quarantined_alone(feeds: Feeds, open_feed: OpenFeed):
    answer = posts(1, 2, 3)
    answer["data"]["posts"][1] = {"text": "no id"}
    answer["data"]["posts"].append("gone")
    feeds.answers["/posts/AAPL"] = answer
    page = open_feed().page("AAPL", None, ago(100))
    assert page.batch.posts["post_id"].to_list() == ["p1", "p3"]
    assert page.batch.rejects.select("line", "reason").rows() == [
        (2, "no id"),
        (4, "not a post: a JSON object was expected"),
    ]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"data": {}}, "there is no list of posts at data.posts"),
        ([], "there is no list of posts at data.posts"),
        ({"data": {"posts": {"1": {}}}}, "there is no list of posts at data.posts"),
        ({"data": {"posts": [{"a": 1}, {"a": 2}]}}, "none of the page's 2 posts can be used"),
        ({**posts(1), "next": 2}, "next is 2; an address was expected"),
        ({**posts(1), "next": "http://[bad/"}, "next is 'http://[bad/'; an address was expected"),
        ({**posts(1), "next": "/posts/AAPL"}, "the next page (next) is the page itself"),
        (
            {**posts(1), "next": "http://elsewhere.test/2"},
            "the next page (next) is at elsewhere.test; expected 127.0.0.1:",
        ),
        ({**posts(1), "next": "file:///etc/passwd"}, "the next page (next) is at no host; expected"),
    ],
)
def test_a_page_that_breaks_the_schema_is_quarantined_whole(
    feeds: Feeds, open_feed: OpenFeed, answer: Any, words: str
):
    feeds.answers["/posts/AAPL"] = answer
    page = open_feed(next="next").page("AAPL", None, ago(100))
    assert page.broken is not None
    assert page.broken.startswith(words)
    assert page.batch.posts.is_empty()
    assert page.batch.rejects["raw"].to_list() == [json.dumps(answer)]


def test_a_cursor_from_before_the_feed_moved_begins_anew(feeds: Feeds, open_feed: OpenFeed):
    feeds.answers["/posts/AAPL"] = posts(1, 2)
    page = open_feed(token="t0ken").page("AAPL", "http://elsewhere.test/posts/AAPL?page=2", ago(100))
    assert page.batch.posts.height == 2
    assert feeds.asked == ["/posts/AAPL"]


def test_the_token_goes_as_a_bearer_token(feeds: Feeds, open_feed: OpenFeed):
    feeds.answers["/posts/AAPL"] = posts(1)
    page = open_feed(token="t0ken").page("AAPL", None, ago(100))
    assert feeds.headers[0]["Authorization"] == "Bearer t0ken"
    assert "t0ken" not in page.address
    open_feed().page("AAPL", None, ago(100))
    assert "Authorization" not in feeds.headers[1]


def test_a_password_in_the_address_goes_as_one_and_is_stored_nowhere(feeds: Feeds, open_feed: OpenFeed):
    feeds.answers["/posts/AAPL"] = {**posts(1), "next": "/posts/AAPL?page=2", "you are": "ann:pa55"}
    feeds.answers["/posts/AAPL?page=2"] = posts(2)
    url = f"{feeds.address}/posts/{{symbol}}".replace("//", "//ann:pa55@")
    feed = open_feed(url=url, next="next")
    first = feed.page("AAPL", None, ago(100))
    second = feed.page("AAPL", first.older, ago(100))
    assert [headers["Authorization"] for headers in feeds.headers] == ["Basic YW5uOnBhNTU="] * 2
    assert "pa55" not in repr((first, second)) + repr(vars(feed))


def test_an_unknown_symbol_is_named(feeds: Feeds, open_feed: OpenFeed):
    with pytest.raises(UnknownSymbol, match=r"The feed news knows no symbol MSFT \(404\)"):
        open_feed().page("MSFT", None, ago(100))
    with pytest.raises(UnknownSymbol, match="cannot be a symbol"):
        open_feed().page("no symbol", None, ago(100))
    assert [urlsplit(path).path for path in feeds.asked] == ["/posts/MSFT"]


def test_each_feed_has_its_own_allowance_and_breaker(journal: Journal, clock: FakeClock):
    class Wall(Handler):
        def do_GET(self) -> None:
            self.answer(403, b"<html>", "text/html")

    class Good(Handler):
        def do_GET(self) -> None:
            self.answer_json(200, posts(1))

    with serving(Wall) as wall, serving(Good) as good:
        feeds = {
            "walled": Feed(url=f"{wall}/{{symbol}}"),
            "good": Feed(url=f"{good}/{{symbol}}", items="data.posts"),
        }
        streams = open_streams(Settings(feeds=feeds), journal, clock, Patience(60, clock))
        assert [stream.name for stream in streams] == ["stocktwits", "good", "walled"]
        with pytest.raises(SourceRefused, match="The feed walled turned this address away"):
            streams[2].page("AAPL", None, ago(100))
        assert streams[1].page("AAPL", None, ago(100)).batch.posts.height == 1
