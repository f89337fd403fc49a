"""Following a symbol: whatever interrupts it, in the end every post is there once and no gap is forgotten."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refresh.streams import MemoryStream, broken_page, empty_page, moment, stored_minutes

from etl.clock import Clock
from etl.errors import SourceFailed, Stopped
from etl.live.posts import Mark
from etl.refresh.follow import fill_gaps, follow_newest, has_open_gaps
from etl.settings import open_home
from etl.warehouse.store import open_store
from etl.warehouse.streams import MOST_TRIES, read_followed, read_gaps


class FixedClock(Clock):
    """A clock at the stream's own time."""

    def __init__(self, stream):
        super().__init__()
        self.stream = stream

    def now(self):
        return moment(self.stream.now)


def run(store, stream, since=None, clock=None):
    """One run as `ask_for_posts` does it: the newest page, then the gaps; a failure ends either."""
    clock = clock or FixedClock(stream)
    counts, reasons = [], []
    try:
        reasons += follow_newest(store, stream, "QZRA", since, clock, counts.append).reasons
        reasons += fill_gaps(store, stream, "QZRA", clock, counts.append).reasons
    except SourceFailed as error:
        reasons.append(str(error))
    return counts, reasons


def stored(store):
    return stored_minutes(store.sql("select post_id from raw_posts").pl())


@pytest.fixture
def store(home):
    with open_store(home) as store:
        yield store


def test_a_new_symbol_is_followed_from_its_backfill_on(store):
    stream = MemoryStream()
    stream.now = 23
    counts, reasons = run(store, stream, since=moment(4))
    # The page that reaches the floor is stored whole.
    assert stored(store) == list(range(3, 23))
    assert reasons == []
    assert sum(count.new for count in counts) == 20
    followed = read_followed(store, "memory", "QZRA")
    assert (followed.begin_at, followed.checked_at) == (moment(4), moment(23))
    assert followed.newest.post_id == "22"
    assert read_gaps(store, "memory", "QZRA") == []


def test_the_next_run_asks_down_to_what_is_stored_and_no_further(store):
    stream = MemoryStream()
    stream.now = 10
    run(store, stream)
    stream.now = 22
    before = stream.traffic.requests
    counts, _ = run(store, stream)
    assert stored(store) == list(range(22))
    assert stream.traffic.requests - before == 3  # 21..17, 16..12, 11..7 with posts 9 to 7 known
    assert sum(count.new for count in counts) == 12
    assert sum(count.unchanged for count in counts) == 3


def test_a_run_with_nothing_new_asks_once_and_moves_only_what_is_known(store):
    stream = MemoryStream()
    stream.now = 8
    run(store, stream)
    loads = store.execute("select count(*) from loads").fetchone()
    stream.removed = set(range(8, 20))
    stream.now = 20
    before = stream.traffic.requests
    counts, reasons = run(store, stream)
    assert stream.traffic.requests - before == 1
    assert [(count.new, count.updated, count.unchanged) for count in counts] == [(0, 0, 5)]
    assert reasons == []
    assert read_followed(store, "memory", "QZRA").checked_at == moment(20)
    assert store.execute("select count(*) from loads").fetchone() == loads


def test_an_empty_answer_is_no_silence_where_there_were_posts(store):
    stream = MemoryStream()
    stream.now = 8
    run(store, stream)
    stream.now = 30
    stream.before_page = lambda number: empty_page(moment(30))
    _, reasons = run(store, stream)
    assert "that is no silence" in reasons[0]
    assert read_followed(store, "memory", "QZRA").checked_at == moment(8)
    stream.before_page = lambda number: None
    run(store, stream)
    assert stored(store) == list(range(30))


def test_a_symbol_without_any_post_is_not_followed_yet_and_no_failure(store):
    stream = MemoryStream()
    _, reasons = run(store, stream)
    assert reasons == []
    assert read_followed(store, "memory", "QZRA") is None


def test_pages_that_stay_broken_keep_their_gap_open(store):
    stream = MemoryStream()
    stream.now = 30
    stream.before_page = lambda number: broken_page(moment(30)) if number > 1 else None
    run(store, stream)
    stream.before_page = lambda number: broken_page(moment(30)) if stream.broken else None
    for _ in range(MOST_TRIES + 1):
        # The newest page is good, the one below it is not.
        stream.broken = False
        follow_newest(store, stream, "QZRA", None, FixedClock(stream), lambda count: None)
        stream.broken = True
        fill_gaps(store, stream, "QZRA", FixedClock(stream), lambda count: None)
    assert has_open_gaps(store, "memory", "QZRA")


def test_a_broken_page_is_quarantined_whole_and_the_next_run_mends_it(store):
    stream = MemoryStream()
    stream.now = 30
    stream.before_page = lambda number: broken_page(moment(30)) if number == 3 else None
    _, reasons = run(store, stream)
    assert "quarantined whole" in reasons[0]
    assert store.sql("select reason from quarantine").fetchall() == [("no list of messages",)]
    assert stored(store) == list(range(20, 30))
    assert has_open_gaps(store, "memory", "QZRA")
    run(store, stream)
    assert stored(store) == list(range(30))
    assert read_gaps(store, "memory", "QZRA") == []


def test_the_same_refused_record_is_quarantined_once_and_never_displaced(store):
    stream = MemoryStream()
    stream.now = 3
    stream.before_page = lambda number: broken_page(moment(3))
    run(store, stream)
    run(store, stream)
    assert store.execute("select count(*) from quarantine").fetchone() == (1,)


def test_a_stretch_that_the_source_gives_no_more_is_asked_for_some_runs_and_then_said(store):
    stream = MemoryStream()
    stream.now = 40
    stream.before_page = lambda number: empty_page(moment(40)) if number % 2 == 0 else None
    for _ in range(MOST_TRIES):
        _, reasons = run(store, stream)
        assert "asked again" in reasons[0] or "any more" in reasons[-1]
    (gap,) = read_gaps(store, "memory", "QZRA")
    assert not gap.reachable
    assert (gap.floor.at, gap.ceiling_at) == (moment(40) - timedelta(days=7), moment(35))
    requests = stream.traffic.requests
    stream.before_page = lambda number: None
    _, reasons = run(store, stream)
    assert stream.traffic.requests == requests + 1  # the gap is left alone
    assert "marked as incomplete" in reasons[0]


def test_the_most_pages_of_a_run_are_a_pause_and_not_an_end(store):
    stream = MemoryStream()
    stream.pages_per_symbol = 2
    stream.now = 30
    _, reasons = run(store, stream)
    assert "follow in the next run" in reasons[0]
    for _ in range(3):
        run(store, stream)
    assert stored(store) == list(range(30))


def test_an_earlier_since_fills_what_lies_before(store):
    stream = MemoryStream()
    stream.now = 40
    run(store, stream, since=moment(30))
    assert min(stored(store)) > 20
    run(store, stream, since=moment(5))
    assert stored(store)[0] <= 5
    assert stored(store) == list(range(stored(store)[0], 40))
    assert read_followed(store, "memory", "QZRA").begin_at == moment(5)


def test_a_stop_is_obeyed_after_the_page_is_stored(store):
    stream = MemoryStream()
    stream.now = 30
    clock = FixedClock(stream)

    def stop(number):
        if number == 3:
            clock.ask_to_stop("SIGTERM")

    stream.before_page = stop
    with pytest.raises(Stopped, match="SIGTERM"):
        run(store, stream, clock=clock)
    assert stored(store) == list(range(15, 30))
    run(store, stream)
    assert stored(store) == list(range(30))


def test_a_clock_that_goes_backwards_makes_nothing_unknown(store):
    stream = MemoryStream()
    stream.now = 20
    run(store, stream)

    def answer_with_an_old_date(number):
        page = stream.as_page("QZRA", [19, 18, 17], Mark("19", moment(19)), more=True)
        return replace(page, asked_at=moment(5))

    stream.before_page = answer_with_an_old_date
    run(store, stream)
    assert read_followed(store, "memory", "QZRA").checked_at == moment(20)


RUNS = st.lists(
    st.tuples(
        st.integers(0, 25),  # new posts since the run before
        st.dictionaries(
            st.integers(1, 6), st.sampled_from(["fails", "empty", "broken", "stops"]), max_size=3
        ),
        st.sets(st.integers(0, 120), max_size=3),  # posts that their authors take down
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=20)
@given(runs=RUNS, most=st.integers(1, 6))
def test_whatever_interrupts_it_the_end_is_as_if_nothing_had(tmp_path_factory, runs, most):
    stream = MemoryStream()
    home = open_home(tmp_path_factory.mktemp("follow") / "home")
    seen: set[int] = set()
    with open_store(home) as store:
        for new, faults, removed in runs:
            stream.now += new
            stream.pages_per_symbol = most
            first = stream.traffic.requests
            clock = FixedClock(stream)

            def fail(number, first=first, faults=faults, clock=clock):
                match faults.get(number - first):
                    case "fails":
                        raise SourceFailed("the source did not answer.")
                    case "empty":
                        return empty_page(moment(stream.now))
                    case "broken":
                        return broken_page(moment(stream.now))
                    case "stops":
                        clock.ask_to_stop("SIGTERM")
                return None

            stream.before_page = fail
            with suppress(Stopped):
                run(store, stream, clock=clock)
            seen |= set(stored(store))
            # What the marks claim to be known is known, at every moment.
            followed = read_followed(store, "memory", "QZRA")
            gaps = read_gaps(store, "memory", "QZRA")
            for minute in stream.visible():
                at = moment(minute)
                if followed and followed.begin_at <= at < followed.checked_at:
                    hidden = any(gap.floor.at <= at < gap.ceiling_at for gap in gaps)
                    assert hidden or minute in seen, minute
            stream.removed |= {minute for minute in removed if minute < stream.now}
        stream.before_page = lambda number: None
        stream.pages_per_symbol = 1000
        run(store, stream)
        run(store, stream)
        closed = all(not gap.reachable for gap in read_gaps(store, "memory", "QZRA"))
        assert closed
        unreachable = read_gaps(store, "memory", "QZRA")
        for minute in stream.visible():
            lost = any(gap.floor.at <= moment(minute) < gap.ceiling_at for gap in unreachable)
            assert lost or minute in stored(store)
