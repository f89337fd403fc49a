"""What was not done, put together: what has one reason is said once."""

from collections.abc import Iterable
from dataclasses import dataclass, field

MOST_NAMES = 5


@dataclass
class Trouble:
    """Steps of one kind, source, outcome and reason."""

    kind: str
    source: str
    outcome: str
    reason: str
    subjects: list[str] = field(default_factory=list)

    def names(self) -> str:
        """Name the symbols or files, the first of many; empty where there are none."""
        named = [subject for subject in self.subjects if subject]
        more = f" and {len(named) - MOST_NAMES:,} more" if len(named) > MOST_NAMES else ""
        return ", ".join(named[:MOST_NAMES]) + more


def gather(steps: Iterable[tuple[str, str, str, str, str | None]]) -> list[Trouble]:
    """Put steps (kind, source, subject, outcome, reason) together, in the order in which they came."""
    troubles: dict[tuple[str, str, str, str], Trouble] = {}
    for kind, source, subject, outcome, reason in steps:
        key = (kind, source, outcome, reason or "no reason was noted")
        troubles.setdefault(key, Trouble(*key)).subjects.append(subject)
    return list(troubles.values())
