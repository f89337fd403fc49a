"""A webhook, a real receiver on loopback, is told of a run that failed; its own failures stop nothing."""

import json
import socket
from dataclasses import dataclass, field
from threading import Event

import pytest
from live.clocks import FakeClock
from live.loopback import Handler, serving

from etl.journal import Step
from etl.refresh.webhook import run_facts, tell
from etl.version import code_version

FACTS = {"home": "emotape", "run_id": 3, "outcome": "failed"}
SECRET = "/services/T01/B02?key=s3cr3t"


@dataclass
class Receiver:
    """A webhook: `statuses` are its next answers (None hangs, then 200 for ever); `got` is what came."""

    url: str = ""
    statuses: list[int | None] = field(default_factory=list)
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    closing: Event = field(default_factory=Event)


@pytest.fixture
def receiver():
    receiver = Receiver()

    class Hook(Handler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append((self.path, dict(self.headers), body))
            status = receiver.statuses.pop(0) if receiver.statuses else 200
            if status is None:
                receiver.closing.wait(30)
            else:
                self.answer(status, b"x" * 10_000, headers={"Location": "/elsewhere"})

        def do_GET(self) -> None:
            receiver.got.append((self.path, {}, b""))
            self.answer(200, b"")

    with serving(Hook) as address:
        receiver.url = address + SECRET
        yield receiver
        receiver.closing.set()


def test_facts_arrive_as_json_once(receiver):
    clock = FakeClock()
    assert tell(receiver.url, 5, FACTS, clock) is None
    ((path, headers, body),) = receiver.got
    assert path == SECRET
    assert headers["Content-Type"] == "application/json"
    assert headers["User-Agent"].startswith("emotape/")
    assert json.loads(body) == FACTS
    assert clock.waits == []


def test_an_error_that_passes_is_outwaited(receiver):
    clock = FakeClock()
    receiver.statuses = [500, 429]
    assert tell(receiver.url, 5, FACTS, clock) is None
    assert len(receiver.got) == 3
    assert clock.waits == [1.0, 2.0]


def no_secret(sentence):
    assert sentence is not None
    assert "127.0.0.1" not in sentence
    assert "s3cr3t" not in sentence
    assert "services" not in sentence
    return sentence


def test_an_error_that_stays_is_said_after_three_attempts(receiver):
    receiver.statuses = [500] * 3
    sentence = no_secret(tell(receiver.url, 5, FACTS, FakeClock()))
    assert sentence == "The webhook was not told (attempts: 3): it answered 500. Check EMOTAPE_WEBHOOK_URL."
    assert len(receiver.got) == 3


def test_a_receiver_that_hangs_is_given_up(receiver):
    receiver.statuses = [None] * 3
    clock = FakeClock()
    assert "(attempts: 3): no answer within 0.2 s" in no_secret(tell(receiver.url, 0.2, FACTS, clock))
    assert clock.waits == [1.0, 2.0]


@pytest.mark.parametrize(
    ("status", "words"), [(302, "sends on to another address (302)"), (404, "it answered 404")]
)
def test_what_will_not_pass_is_not_tried_again_and_redirects_are_not_followed(receiver, status, words):
    receiver.statuses = [status]
    assert words in no_secret(tell(receiver.url, 5, FACTS, FakeClock()))
    assert len(receiver.got) == 1


def test_nobody_there_is_a_sentence():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}{SECRET}"
    assert "(attempts: 3): it cannot be reached." in no_secret(tell(url, 5, FACTS, FakeClock()))


@pytest.mark.parametrize("url", ["", "no address", "http://", "ftp://127.0.0.1/services", "http://[/s3cr3t"])
def test_an_address_that_is_none_is_a_sentence(url):
    assert "its address cannot be used" in no_secret(tell(url, 5, FACTS, FakeClock()))


def test_facts_that_no_json_holds_raise_nothing(receiver):
    loop: dict[str, object] = {}
    loop["loop"] = loop
    assert "unexpected ValueError" in no_secret(tell(receiver.url, 5, loop, FakeClock()))
    assert receiver.got == []


def test_a_wish_to_stop_ends_the_waiting(receiver):
    clock = FakeClock()
    clock.ask_to_stop("SIGTERM")
    receiver.statuses = [500] * 3
    assert "(attempts: 1): it answered 500" in no_secret(tell(receiver.url, 5, FACTS, clock))


def test_what_is_told_of_a_run_names_no_place_of_this_machine(home):
    run = {
        "run_id": 3,
        "started_at": "2026-06-01T12:00:00+00:00",
        "ended_at": "2026-06-01T12:05:00+00:00",
        "outcome": "partial",
        "message": "1 of 9 steps were not done in full.",
        "pid": 1234,
        "host": "here",
    }
    step = Step(5, "posts", "stocktwits", "AAPL", outcome="failed", reason="It did not answer.")
    assert run_facts(home, run, [step]) == {
        "home": "home",
        "run_id": 3,
        "outcome": "partial",
        "started_at": "2026-06-01T12:00:00+00:00",
        "ended_at": "2026-06-01T12:05:00+00:00",
        "message": "1 of 9 steps were not done in full.",
        "failures": [
            {"kind": "posts", "source": "stocktwits", "subject": "AAPL", "reason": "It did not answer."}
        ],
        "emotape_version": code_version(),
    }
