"""What came of a run, judged by its steps."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from etl.journal import Step
from etl.refresh.recorder import NOT_DONE

# What a run does by itself: that goes well on a day on which no source gives anything, too.
OWN_STEPS = ("tag", "build", "regress", "publish")


@dataclass(frozen=True)
class Ran:
    """What came of a run.

    Parameters
    ----------
    outcome
        done; partial (something failed, the rest is done); failed (no source gave anything, or the store or
        the disk could not go on); or stopped.
    message
        A sentence, where it was not simply done.
    version
        What was published; None where nothing was new.
    """

    run_id: int
    outcome: str
    message: str | None
    version: int | None
    steps: Sequence[Step]

    @property
    def not_done(self) -> list[Step]:
        """The steps that make it less than done."""
        return [step for step in self.steps if step.outcome in NOT_DONE]


def judge(run_id: int, steps: Sequence[Step], version: int | None) -> Ran:
    """Say what came of a run that went through all of its steps."""
    wrong = [step for step in steps if step.outcome in NOT_DONE]
    if not wrong:
        return Ran(run_id, "done", None, version, steps)
    gave = any(
        step.kind not in OWN_STEPS and step.outcome in {"done", "unchanged", "partial"} for step in steps
    )
    message = f"{len(wrong):,} of {len(steps):,} steps were not done in full: {_name_kinds(wrong)}."
    return Ran(run_id, "partial" if gave or version else "failed", message, version, steps)


def _name_kinds(steps: Sequence[Step]) -> str:
    """Say what was not done, in short: `posts of stocktwits (3), build`."""
    counts = Counter(f"{step.kind} of {step.source}" if step.source else step.kind for step in steps)
    return ", ".join(f"{what} ({number:,})" if number > 1 else what for what, number in counts.items())
