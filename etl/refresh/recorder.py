"""Steps as they happen: each is written to the journal and the log, and its failure stops nothing else."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

import duckdb

from etl.clock import Clock
from etl.errors import EmotapeError, Stopped
from etl.journal import Journal, Step
from etl.refresh.logs import Log

# Outcomes of a step that make a run partial.
NOT_DONE = ("failed", "partial", "stopped")


@dataclass
class Recorder:
    """The steps of one run, in the order in which they ended."""

    journal: Journal
    log: Log
    clock: Clock
    run_id: int
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
            self._log_traceback(step)
            # DuckDB shuts a database whose disk refused it; nothing more can be stored in this run.
            if isinstance(error, duckdb.FatalException | duckdb.IOException):
                raise EmotapeError(step.reason) from error
        except Exception as error:
            first = (str(error) or "no message").split("\n", 1)[0]
            step.outcome, step.reason = "failed", f"Unexpected {type(error).__name__}: {first}"
            self._log_traceback(step)
        finally:
            self.journal.end_step(step)
            self.steps.append(step)
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

    def skip(self, kind: str, source: str, subject: str, reason: str) -> None:
        """Note a step that was not tried."""
        with self.step(kind, source, subject) as step:
            step.outcome, step.reason = "skipped", reason

    def not_done(self) -> list[Step]:
        """Return the steps that make the run partial."""
        return [step for step in self.steps if step.outcome in NOT_DONE]

    def _log_traceback(self, step: Step) -> None:
        self.log.event("traceback", level="error", kind=step.kind, text=traceback.format_exc())


def _explain_store(error: duckdb.Error) -> str:
    first = str(error).split("\n", 1)[0]
    return (
        f"The store refused: {first} What was committed before is kept. If the disk is full, free some "
        "space; the next run goes on from here."
    )
