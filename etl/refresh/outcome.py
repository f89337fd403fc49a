"""What came of asking Yahoo for one thing."""

from dataclasses import astuple, dataclass

from etl.warehouse.load import LoadCount

NOTHING = LoadCount(new=0, updated=0, unchanged=0, quarantined=0)


@dataclass(frozen=True)
class Refreshed:
    """What came of it; the words are those of a step in the journal.

    Parameters
    ----------
    outcome
        done, unchanged (nothing was new, or nothing had to be asked), partial or skipped.
    reason
        A sentence, where the outcome is partial or skipped.
    """

    count: LoadCount
    outcome: str
    reason: str | None = None


def summarise(count: LoadCount, reason: str | None = None) -> Refreshed:
    """Say what came of an answer: it is partial where there is a reason, or something was refused."""
    if reason is None and count.quarantined:
        reason = f"{count.quarantined:,} rows of the answer cannot be used; the quarantine says why."
    if reason is not None:
        return Refreshed(count, "partial", reason)
    return Refreshed(count, "done" if count.new or count.updated else "unchanged")


def add(one: LoadCount, other: LoadCount) -> LoadCount:
    """Add the rows of two loads."""
    return LoadCount(*(a + b for a, b in zip(astuple(one), astuple(other), strict=True)))
