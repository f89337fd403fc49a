"""An analyst's family estimated in a process of its own, with a time limit, and nothing stored."""

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

from etl.errors import BadInput, EmotapeError
from etl.estimate import Made, estimate
from etl.own_specs import read_own_specs
from etl.warehouse.published import Published
from etl.warehouse.versions import Version

SPECS, MODELS, TERMS, REASONS = "my_table.toml", "models.arrow", "terms.arrow", "unestimated.json"
SENTENCE = "sentence.txt"  # why nothing came of it
BETWEEN_LOOKS = 0.1  # seconds
GRACE = 5  # seconds after which a process whose parent is gone ends itself


class TimeLimitReached(EmotapeError):
    """An estimation took longer than it may, and was killed."""


def estimate_apart(
    version: Version,
    specs: str,
    tagger_name: str,
    seconds: float,
    waiting: Callable[[float], None] = lambda spent: None,
) -> Made:
    """Estimate the specs of a TOML text on a published version, in a process that is killed at the limit.

    It is the estimation of `emotape regress --specs`, on the same relations, to the last digit.

    Parameters
    ----------
    seconds
        The most it may take, its start counted.
    waiting
        Called about ten times a second with the seconds spent. If it raises, the process is killed and the
        exception goes on.

    Raises
    ------
    TimeLimitReached
        It took longer; the process is dead.
    BadInput
        The specs are wrong.
    EmotapeError
        Nothing can be estimated, or the process ended without an answer.
    """
    with tempfile.TemporaryDirectory(prefix="emotape-apart-") as name:
        folder = Path(name)
        (folder / SPECS).write_text(specs, encoding="utf-8")
        order = [str(version.folder.absolute()), tagger_name, str(int(seconds) + GRACE)]
        process = subprocess.Popen(
            [sys.executable, "-m", "etl.estimate_apart", *order],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait(process, seconds, waiting)
        finally:
            # Also where the reader went away in the meantime.
            process.kill()
            process.wait()
        return _read_answer(folder, process.returncode)


def _wait(process: "subprocess.Popen[bytes]", seconds: float, waiting: Callable[[float], None]) -> None:
    start = time.monotonic()
    while (spent := time.monotonic() - start) < seconds:
        waiting(spent)
        try:
            process.wait(BETWEEN_LOOKS)
        except subprocess.TimeoutExpired:
            continue
        return
    raise TimeLimitReached(f"It was not done after {seconds:g} seconds and was stopped.")


def _read_answer(folder: Path, code: int) -> Made:
    if (said := folder / SENTENCE).exists():
        kind, _, sentence = said.read_text(encoding="utf-8").partition("\n")
        raise (BadInput if kind == BadInput.__name__ else EmotapeError)(sentence)
    if code or not (folder / REASONS).exists():
        how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        raise EmotapeError(
            f"The estimation {how} and left no answer. It may have run out of memory; the terminal of "
            "`emotape serve` may say more."
        )
    reasons = json.loads((folder / REASONS).read_text(encoding="utf-8"))
    # Read whole, not mapped: the folder goes.
    models, terms = (pl.read_ipc((folder / name).read_bytes()) for name in (MODELS, TERMS))
    return Made(models, terms, reasons)


def main(folder: str, tagger_name: str, alarm: str) -> int:
    """Estimate the specs of the working folder on the version in `folder` and write the answer beside them.

    Parameters
    ----------
    alarm
        Seconds after which the system ends the process, should nobody be left to do it.
    """
    if hasattr(signal, "alarm"):  # not on Windows
        signal.alarm(int(alarm))
    from models.estimation import FAMILIES

    published = Published(Version(Path(folder)))
    try:
        columns = published.query("panel_columns").columns
        family = read_own_specs(Path(SPECS), columns, FAMILIES)
        made = estimate(published, family, tagger_name)
    except EmotapeError as error:
        Path(SENTENCE).write_text(f"{type(error).__name__}\n{error}", encoding="utf-8")
        return 1
    finally:
        published.close()
    made.models.write_ipc(MODELS)
    made.terms.write_ipc(TERMS)
    Path(REASONS).write_text(json.dumps(made.unestimated), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
