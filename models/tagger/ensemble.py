"""Several taggers as one: the mean of their probabilities."""

import hashlib
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.emotions import EMOTIONS
from models.tagger.scoring import Tagger


@dataclass(frozen=True)
class EnsembleTagger:
    """The plain mean of its members' probabilities, each member counting the same.

    Parameters
    ----------
    members
        Two or more; none twice.

    Raises
    ------
    ValueError
        There are fewer than two members, or one of them twice.
    """

    members: tuple[Tagger, ...]
    classes_: tuple[str, ...] = field(default=EMOTIONS, init=False)

    def __post_init__(self) -> None:
        names = [member.name for member in self.members]
        if len(names) < 2 or len(set(names)) < len(names):
            raise ValueError(
                f"an ensemble of '{'+'.join(names)}' is none; expected two or more different taggers, "
                "such as ensemble:linear+lexicon."
            )

    @property
    def name(self) -> str:
        """`ensemble:` and the members' names."""
        return "ensemble:" + "+".join(member.name for member in self.members)

    @property
    def version(self) -> str:
        """Hash of the members' names and versions."""
        members = "+".join(f"{member.name} {member.version}" for member in self.members)
        return hashlib.sha256(members.encode()).hexdigest()[:12]

    def predict_proba(self, texts: pl.Series) -> NDArray[np.float32]:
        """Return the mean probability of each emotion, (n texts, 7), in the order of `classes_`."""
        total = np.zeros((len(texts), len(EMOTIONS)), np.float32)
        for member in self.members:
            total += member.predict_proba(texts)
        return total / np.float32(len(self.members))
