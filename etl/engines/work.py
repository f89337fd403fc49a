"""Work for an engine: which function, over which files.

Work is a few words that travel to a process or a machine; what they name is opened there, once.
"""

import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from etl.errors import BadInput

# From Arrow record batch to record batch: see `models.tagger.record_batches`. (pyarrow has no types.)
Transform = Callable[[Any], Any]


@dataclass(frozen=True)
class Task:
    """One file to make: `source` a segment of `posts` posts, `target` what is derived of it."""

    source: Path
    target: Path
    posts: int


class Work(Protocol):
    """What is to be made of every segment."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a segment that are read."""

    @property
    def parallel(self) -> bool:
        """Whether several processes of one machine do it faster than one."""

    def open(self) -> Transform:
        """Return the function, ready for batches.

        Raises
        ------
        BadInput
            It cannot be opened here, or is another version here than where the work was given out.
        """


@dataclass(frozen=True)
class Scores:
    """Scores of a tagger.

    Parameters
    ----------
    tagger
        Its name as after `--tagger`.
    version
        Expected wherever it is opened; None takes any.
    """

    tagger: str
    version: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Which post, which text of it, and the text."""
        from models.tagger.record_batches import SCORED_COLUMNS

        return SCORED_COLUMNS

    @property
    def parallel(self) -> bool:
        """Not for transformers: they take all cores or the graphics card by themselves."""
        return "transformer:" not in self.tagger

    def open(self) -> Transform:
        """Return the function that scores a batch; raises as `Work.open` says."""
        from functools import partial

        from etl.taggers import open_tagger
        from models.tagger.record_batches import score_batch

        tagger = open_tagger(self.tagger)
        _expect_version(f"tagger {self.tagger}", tagger.version, self.version)
        return partial(score_batch, tagger)


@dataclass(frozen=True)
class Traits:
    """Traits of posts by the rules of `models/posts`; `version` as in `Scores`."""

    version: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Which post, which text of it, whether its source calls it a reshare, and the text."""
        from models.tagger.record_batches import DESCRIBED_COLUMNS

        return DESCRIBED_COLUMNS

    @property
    def parallel(self) -> bool:
        """The rules keep one core busy."""
        return True

    def open(self) -> Transform:
        """Return the function that describes a batch; raises as `Work.open` says."""
        from models.posts import TRAITS_VERSION
        from models.tagger.record_batches import describe_batch

        _expect_version("rules for traits of posts", TRAITS_VERSION, self.version)
        return describe_batch


def _expect_version(what: str, found: str, expected: str | None) -> None:
    if expected is not None and found != expected:
        raise BadInput(
            f"The {what} of version {found} was found on {platform.node()}, expected version {expected}; "
            "install the same emotape on every machine."
        )
