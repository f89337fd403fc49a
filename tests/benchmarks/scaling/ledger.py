"""What was measured so far, in one file that is written anew after each stage, so that a rerun goes on."""

import json
from pathlib import Path
from typing import Any

RUNNING = "running"


class Ledger:
    """Figures by size and stage.

    Parameters
    ----------
    file
        Where they are kept; what is there is read.
    conditions
        What must be equal for figures to stand beside each other (firms, sessions, seed, commit, machine).

    Raises
    ------
    SystemExit
        The file holds figures of other conditions.
    """

    def __init__(self, file: Path, conditions: dict[str, Any]) -> None:
        self.file = file
        self.sizes: dict[str, dict[str, dict[str, Any]]] = {}
        self.conditions = conditions
        if file.exists():
            kept = json.loads(file.read_text(encoding="utf-8"))
            other = [key for key in conditions if kept["conditions"].get(key) != conditions[key]]
            if other:
                raise SystemExit(
                    f"{file} holds figures of another {', '.join(other)}; they cannot stand beside new ones. "
                    "Name another folder with --out."
                )
            self.sizes = kept["sizes"]

    def find(self, size: str, stage: str) -> dict[str, Any] | None:
        """Return the figures of a stage that succeeded, else None."""
        found = self.sizes.get(size, {}).get(stage)
        return found if found and "failed" not in found and RUNNING not in found else None

    def was_interrupted(self, size: str) -> bool:
        """Tell whether a stage of this size began and never ended, or failed."""
        return any(RUNNING in found or "failed" in found for found in self.sizes.get(size, {}).values())

    def write(self, size: str, stage: str, figures: dict[str, Any]) -> None:
        """Keep the figures of a stage, or that it is `RUNNING`."""
        self.sizes.setdefault(size, {})[stage] = figures
        self._save()

    def forget(self, size: str, stages: list[str]) -> None:
        """Drop the figures of stages whose files are gone."""
        for stage in stages:
            self.sizes.get(size, {}).pop(stage, None)
        self._save()

    def _save(self) -> None:
        unfinished = self.file.with_suffix(".unfinished")
        content = {"conditions": self.conditions, "sizes": self.sizes}
        unfinished.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        unfinished.replace(self.file)
