"""A step of a run: what was asked of whom, and what came of it."""

from dataclasses import dataclass, field


@dataclass
class Counts:
    """What a step moved. Requests include retries."""

    rows_new: int = 0
    rows_updated: int = 0
    rows_duplicate: int = 0
    rows_quarantined: int = 0
    requests: int = 0
    retries: int = 0


@dataclass
class Step:
    """A step while it runs. Whoever does the work adds to `counts`, and says what is not simply done.

    Parameters
    ----------
    outcome
        done, unchanged (nothing was new), partial, failed, skipped or stopped.
    reason
        A sentence, where the outcome is partial, failed, skipped or stopped.
    """

    step_id: int
    kind: str
    source: str
    subject: str
    counts: Counts = field(default_factory=Counts)
    outcome: str = "done"
    reason: str | None = None
