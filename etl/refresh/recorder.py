"""Steps as they happen: each is written to the journal and the log, and its failure stops nothing else."""

import errno
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

import duckdb

from etl.clock import Clock
from etl.errors import EmotapeError, Stopped
from etl.journal import Journal, Step
from etl.refresh.logs import Log
from etl.refresh.redaction import Redaction

# Outcomes of a step that make a run partial.
NOT_DONE = ("failed", "partial", "stopped")
# With them a disk refuses whatever is written next, too.
_REFUSED_BY_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO)


@dataclass
class Recorder:
    """The steps of one run, in the order in which they ended. Secrets are kept out of their reasons."""

    journal: Journal
    log: Log
    clock: Clock
    run_id: int
    redact: Redaction
    steps: list[Step] = field(default_factory=list)

    @contextmanager
    def step(self, kind: str, source: str = "", subject: str = "") -> Iterator[Step]:
        """Run the block as a step. An error of the block is the step's reason, and the run goes on.

        Raises
        ------
        Stopped
            Somebody asked the run to stop.
        EmotapeError
            The store cannot go on (its disk is full, say), or the journal cannot be written.
        """
        step = self.journal.begin_step(self.run_id, kind, source, subject)
        try:
            yield step
        except Stopped as stopped:
            step.outcome, step.reason = "stopped", str(stopped)
            raise
        except EmotapeError as error:
            step.outcome, step.reason = "failed", str(error)
        except duckdb.Error as error:
            step.outcome, step.reason = "failed", _explain_store(error)
            self.log_traceback(step.kind)
            # DuckDB shuts a database whose disk refused it; nothing more can be stored in this run.
            if isinstance(error, duckdb.FatalException | duckdb.IOException):
                raise EmotapeError(step.reason) from error
        except Exception as error:
            step.outcome, step.reason = "failed", explain(error)
            self.log_traceback(step.kind)
            if isinstance(error, OSError) and error.errno in _REFUSED_BY_DISK:
                raise EmotapeError(self.redact(step.reason)) from error
        finally:
            # Errors that nobody foresaw may quote an address with all that it holds.
            step.reason = self.redact(step.reason)
            self.steps.append(step)
            self.journal.end_step(step)
            self.log.event(
                "step_ended",
                level="warning" if step.outcome in NOT_DONE else "info",
                kind=step.kind,
                source=step.source,
                subject=step.subject,
                outcome=step.outcome,
                reason=step.reason,
                **asdict(step.counts),
            )

    def log_traceback(self, kind: str) -> None:
        """Write the traceback of the error that is being handled to the log."""
        self.log.event("traceback", level="error", kind=kind, text=traceback.format_exc())


def explain(error: Exception) -> str:
    """Say in a sentence what nobody foresaw; a disk that refuses is foreseen."""
    first = (str(error) or "no message").split("\n", 1)[0]
    if isinstance(error, OSError) and error.errno in _REFUSED_BY_DISK:
        return (
            f"The disk refused: {first}. What was committed before is kept. Free some space, or make the "
            "home writable; the next run goes on from here."
        )
    return f"Unexpected {type(error).__name__}: {first} (the traceback is in the log)"


def _explain_store(error: duckdb.Error) -> str:
    first = str(error).split("\n", 1)[0]
    return (
        f"The store refused: {first} What was committed before is kept. If the disk is full, free some "
        "space; the next run goes on from here."
    )
