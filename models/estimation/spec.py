"""Every regression is a row of data."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

# The words that applied economists use. `cluster` names its dimensions: "cluster:ticker+session".
Inference = Literal["iid", "HC1", "cluster:ticker", "cluster:session", "cluster:ticker+session"]
DEFAULT_INFERENCE: Inference = "cluster:ticker+session"
EFFECTS = ("ticker", "session")


@dataclass(frozen=True)
class Sample:
    """Which firm-days are used.

    Parameters
    ----------
    window
        The window whose posts are counted: pre_open or intraday.
    min_posts
        Fewest posts of that window that a firm-day must have.
    winsorise
        Lower and upper quantile, over the sample, beyond which returns are set to the quantile;
        None for no winsorising.
    """

    window: Literal["pre_open", "intraday"] = "pre_open"
    min_posts: int = 1
    winsorise: tuple[float, float] | None = (0.001, 0.999)

    def __post_init__(self) -> None:
        if self.min_posts < 0:
            raise ValueError(f"min_posts is {self.min_posts}; expected 0 or more.")
        if self.winsorise is not None and not 0 <= self.winsorise[0] < self.winsorise[1] <= 1:
            raise ValueError(f"winsorise is {self.winsorise}; expected two quantiles such as (0.001, 0.999).")


@dataclass(frozen=True)
class Spec:
    """One column of a table.

    Parameters
    ----------
    column_no, title
        Its place in the family's table, from 1, and its heading.
    outcome
        The dependent variable.
    regressors
        The terms of interest: they are tested jointly, and their gain in R2 over the controls is given.
    controls
        The other terms.
    effects
        Absorbed effects, of `EFFECTS`; without any there is an intercept.
    inference
        How standard errors are computed.
    weights
        A column of weights, or None.
    winsorised
        The variables to which the sample's winsorising applies.
    needs
        Variables that must be present although they are no terms: so columns share one sample.
    """

    family: str
    column_no: int
    title: str
    outcome: str
    regressors: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    effects: tuple[str, ...] = EFFECTS
    inference: Inference = DEFAULT_INFERENCE
    weights: str | None = None
    winsorised: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    sample: Sample = field(default_factory=Sample)

    def __post_init__(self) -> None:
        if unknown := set(self.effects) - set(EFFECTS):
            raise ValueError(f"effects {sorted(unknown)} are unknown; expected some of {EFFECTS}.")
        if repeated := {t for t in self.terms if self.terms.count(t) > 1}:
            raise ValueError(f"{sorted(repeated)} stands twice in the spec '{self.title}'.")

    @property
    def terms(self) -> tuple[str, ...]:
        """Regressors, then controls."""
        return self.regressors + self.controls

    @property
    def variables(self) -> tuple[str, ...]:
        """All that must be present in a firm-day, in a fixed order."""
        named = (self.outcome, *self.terms, *self.needs, *((self.weights,) if self.weights else ()))
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True)
class Family:
    """Regressions that answer one question: the columns of a table."""

    name: str
    explanation: str
    specs: tuple[Spec, ...]
    caution: str = "Associations, not effects: emotions and returns may share causes."

    def select(self, keep: Callable[[Spec], bool]) -> "Family":
        """Return the family with some of its columns only."""
        return Family(self.name, self.explanation, tuple(s for s in self.specs if keep(s)), self.caution)
