"""The log of runs: lines of JSON that machines read, without secrets, and never a reason to stop."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from etl.configuration import Settings
from etl.configuration.sections import Feed, StockTwits, Webhook
from etl.errors import EmotapeError
from etl.refresh.logs import FILES, LARGEST, log_path, open_log

TOKEN, FEED_TOKEN = "tok-5f3a/9", "feed-77aa"
HOOK = "https://hooks.example.org/services/T01/B02?key=s3cr3t"
SECRETIVE = Settings(
    stocktwits=StockTwits(token=TOKEN),
    webhook=Webhook(url=HOOK),
    feeds={"forum": Feed(url="https://forum.example.org/{symbol}", token=FEED_TOKEN)},
)


def lines(home):
    return [json.loads(line) for line in log_path(home).read_text(encoding="utf-8").splitlines()]


def test_an_event_is_a_line_with_its_time_its_run_and_its_fields(home):
    with open_log(home, 7, Settings()) as log:
        log.event("page_stored", source="stocktwits", symbol="BRK.B", rows_new=30, older=None, whole=True)
        log.event("step_ended", level="warning", reason="a 🚀 and\na second line")
    first, second = lines(home)
    moment = datetime.fromisoformat(first.pop("time"))
    assert moment.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - moment) < timedelta(hours=1)
    assert first == {
        "level": "info",
        "event": "page_stored",
        "run_id": 7,
        "source": "stocktwits",
        "symbol": "BRK.B",
        "rows_new": 30,
        "older": None,
        "whole": True,
    }
    assert (second["level"], second["reason"]) == ("warning", "a 🚀 and\na second line")
    assert list(second)[:4] == ["time", "level", "event", "run_id"]


def test_fields_that_no_json_holds_are_written_as_text(home, tmp_path):
    with open_log(home, 1, Settings()) as log:
        log.event(
            "odd", when=datetime(2026, 1, 2, tzinfo=UTC), where=tmp_path, ratio=float("nan"), event="no"
        )
    (odd,) = lines(home)
    assert (odd["when"], odd["where"], odd["ratio"]) == ("2026-01-02 00:00:00+00:00", str(tmp_path), "nan")
    assert odd["event"] == "odd"


def test_a_lone_surrogate_spoils_no_line(home):
    with open_log(home, 1, Settings()) as log:
        log.event("odd", file="post\udcff.csv")
    assert lines(home)[0]["file"] == "post\udcff.csv"


def test_the_next_run_goes_on_in_the_same_file(home):
    for run in (1, 2):
        with open_log(home, run, Settings()) as log:
            log.event("run_began")
    assert [line["run_id"] for line in lines(home)] == [1, 2]


def test_a_line_that_a_killed_run_left_in_its_middle_spoils_no_other(home):
    with open_log(home, 1, Settings()) as log:
        log.event("run_began")
    with log_path(home).open("a") as stream:
        stream.write('{"time": "2026-')
    with open_log(home, 2, Settings()) as log:
        log.event("run_began")
    first, broken, last = log_path(home).read_text().splitlines()
    assert json.loads(first)["run_id"] == 1
    assert broken == '{"time": "2026-'
    assert json.loads(last)["run_id"] == 2


@pytest.mark.parametrize(
    "value",
    [
        f"Bearer {TOKEN}",
        [{"headers": ("Authorization", FEED_TOKEN)}],
        {TOKEN: 1},
        f"GET /x?token={TOKEN.replace('/', '%2F')}",
        f"HTTPSConnectionPool(host='hooks.example.org'): url: {HOOK.removeprefix('https://hooks.example.org')}",
        f"posting to {HOOK} failed",
        RuntimeError(f"refused: {TOKEN}"),
    ],
    ids=["text", "nested", "name", "quoted", "without host", "address", "exception"],
)
def test_secrets_do_not_get_in(home, value):
    with open_log(home, 1, SECRETIVE) as log:
        log.event("failed", level="error", reason=value)
    text = log_path(home).read_text()
    assert "[secret]" in text
    for secret in (TOKEN, TOKEN.replace("/", "%2F"), FEED_TOKEN, HOOK, "/services/T01", "s3cr3t"):
        assert secret not in text


def test_settings_without_secrets_hide_nothing(home):
    with open_log(home, 1, Settings()) as log:
        log.event("failed", reason="a token of thanks")
    assert lines(home)[0]["reason"] == "a token of thanks"


def test_old_lines_make_room_for_new_ones(home):
    text = "x" * 100_000
    with open_log(home, 1, Settings()) as log:
        for number in range(140):
            log.event("big", number=number, text=text)
    files = sorted(log_path(home).parent.iterdir())
    assert len(files) == FILES
    assert all(file.stat().st_size <= LARGEST for file in files)
    assert lines(home)[-1]["number"] == 139


def test_a_folder_that_cannot_be_made_stops_nothing(home):
    (home.path / "logs").write_text("a file in the way")
    with open_log(home, 1, Settings()) as log:
        log.event("run_began")
    assert (home.path / "logs").read_text() == "a file in the way"


def test_a_full_disk_stops_nothing(home):
    log_path(home).parent.mkdir()
    log_path(home).symlink_to("/dev/full")
    with open_log(home, 1, Settings()) as log:
        log.event("run_began")
        log.event("big", text="x" * 100_000)
    assert log_path(home).is_symlink()


def test_what_the_block_raises_is_raised(home):
    def run() -> None:
        with open_log(home, 1, Settings()) as log:
            log.event("run_began")
            raise EmotapeError("It ended.")

    with pytest.raises(EmotapeError, match="It ended"):
        run()
    assert len(lines(home)) == 1
