"""Every regression is a row of data."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

Option = str | int | float | tuple[Any, ...]

DEFAULT_INFERENCE = "cluster:ticker+session"
EFFECTS = ("ticker", "session", "quarter")
# The words that applied economists use: dimensions of clusters, and lags after the colon.
_INFERENCE = re.compile(
    r"iid|HC1|HC3|cluster:[a-z_]+(\+[a-z_]+)?|driscoll-kraay(:\d+)?|newey-west(:\d+)?",
)
INFERENCE_WORDS = (
    "iid, HC1, HC3, cluster:ticker, cluster:session, cluster:ticker+session, driscoll-kraay:LAGS, "
    "newey-west:LAGS"
)


@dataclass(frozen=True)
class Sample:
    """Which rows are used.

    Parameters
    ----------
    window
        The window whose posts are counted: pre_open or intraday.
    min_posts
        Fewest posts of that window that a firm-day must have.
    winsorise
        Lower and upper quantile, over the sample, beyond which returns are set to the quantile;
        None for no winsorising.
    price_floor
        Lowest close of the session before, in dollars; None for any.
    start, end
        First and last session used ("2020-01-31"); None for all.
    without
        Tickers left out.
    without_most_posted
        How many of the most posted tickers are left out.
    part
        The part of the sessions that is used: (0, 0.5) is the first half; None for all.
    min_coverage
        The least share of a window's time, 0 to 1, over which its live sources must have been observed; rows
        of which that is not known stay. It holds for every window whose posts are counted or are variables.
        Counts of posts are null wherever it is below 1, so a spec with counts among its variables leaves
        those rows out in any case.
    """

    window: Literal["pre_open", "intraday"] = "pre_open"
    min_posts: int = 1
    winsorise: tuple[float, float] | None = (0.001, 0.999)
    price_floor: float | None = None
    start: str | None = None
    end: str | None = None
    without: tuple[str, ...] = ()
    without_most_posted: int = 0
    part: tuple[float, float] | None = None
    min_coverage: float = 1.0

    def __post_init__(self) -> None:
        if self.window not in {"pre_open", "intraday"}:
            raise ValueError(f"window is '{self.window}'; expected pre_open or intraday.")
        if self.min_posts < 0:
            raise ValueError(f"min_posts is {self.min_posts}; expected 0 or more.")
        if self.winsorise is not None and not 0 <= self.winsorise[0] < self.winsorise[1] <= 1:
            raise ValueError(f"winsorise is {self.winsorise}; expected two quantiles such as (0.001, 0.999).")
        if self.part is not None and not 0 <= self.part[0] < self.part[1] <= 1:
            raise ValueError(f"part is {self.part}; expected two shares such as (0, 0.5), the first half.")
        if self.without_most_posted < 0:
            raise ValueError(f"without_most_posted is {self.without_most_posted}; expected 0 or more.")
        if not 0 <= self.min_coverage <= 1:
            raise ValueError(
                f"min_coverage is {self.min_coverage}; expected a share from 0 to 1, such as 0.9."
            )
        if self.price_floor is not None and not self.price_floor >= 0:
            raise ValueError(f"price_floor is {self.price_floor}; expected dollars, 0 or more.")


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
        The terms of interest: they are tested jointly, and their gain in R2 over the controls is
        given. "a:b" is the product of a and b.
    controls
        The other terms.
    effects
        Absorbed effects, of `EFFECTS`; without any there is an intercept.
    inference
        How standard errors are computed: see `INFERENCE_WORDS`.
    weights
        A column of weights, or None.
    winsorised
        The variables to which the sample's winsorising applies.
    needs
        Variables that must be present although they are no terms: so columns share one sample.
    estimator
        A key of `models.estimation.estimators.ESTIMATORS`.
    frame
        The relation that is read: "panel" has one row a ticker and session.
    options
        Settings of the estimator by name, such as ("lags", 5).
    """

    family: str
    column_no: int
    title: str
    outcome: str
    regressors: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    effects: tuple[str, ...] = ("ticker", "session")
    inference: str = DEFAULT_INFERENCE
    weights: str | None = None
    winsorised: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    sample: Sample = field(default_factory=Sample)
    estimator: str = "least_squares"
    frame: str = "panel"
    options: tuple[tuple[str, Option], ...] = ()

    def __post_init__(self) -> None:
        if unknown := set(self.effects) - set(EFFECTS):
            raise ValueError(f"effects {sorted(unknown)} are unknown; expected some of {EFFECTS}.")
        if repeated := {t for t in self.terms if self.terms.count(t) > 1}:
            raise ValueError(f"{sorted(repeated)} stands twice in the spec '{self.title}'.")
        if looking_ahead := [term for term in self.terms if re.search(r"_lead\d+\b", term)]:
            raise ValueError(
                f"{looking_ahead[0]} lies in the future of the session, so it may be an outcome only; "
                f"'{self.title}' has it among its terms."
            )
        if not _INFERENCE.fullmatch(self.inference):
            raise ValueError(f"inference '{self.inference}' is unknown; expected one of {INFERENCE_WORDS}.")

    @property
    def terms(self) -> tuple[str, ...]:
        """Regressors, then controls."""
        return self.regressors + self.controls

    @property
    def variables(self) -> tuple[str, ...]:
        """All that must be present in a row, in a fixed order; of a product, its factors."""
        factors = [name for term in self.terms for name in term.split(":")]
        named = (self.outcome, *factors, *self.needs, *((self.weights,) if self.weights else ()))
        return tuple(dict.fromkeys(named))

    def as_json(self) -> str:
        """Return all fields as JSON, from which `read_spec` makes the spec again."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)

    def option(self, name: str, default: Option) -> Any:
        """Return a setting of the estimator."""
        return dict(self.options).get(name, default)


def read_spec(text: str) -> Spec:
    """Make a spec from what `Spec.as_json` wrote.

    Raises
    ------
    ValueError
        It is no such JSON, or its values are refused.
    """
    fields = _as_tuples(json.loads(text))
    try:
        return Spec(**{**fields, "sample": Sample(**fields["sample"])})
    except (TypeError, KeyError) as error:
        raise ValueError(f"The text is no spec of a regression: {error}.") from error


def _as_tuples(value: Any) -> Any:
    """JSON knows lists only."""
    if isinstance(value, dict):
        return {key: _as_tuples(item) for key, item in value.items()}
    return tuple(map(_as_tuples, value)) if isinstance(value, list) else value


@dataclass(frozen=True)
class Family:
    """Regressions that answer one question: the columns of a table."""

    name: str
    explanation: str
    specs: tuple[Spec, ...]
    caution: str = "Associations, not effects: emotions and returns may share causes."
    layout: str = "a column a model"  # or "a row a model", for many choices of one regression

    def select(self, keep: Callable[[Spec], bool]) -> "Family":
        """Return the family with some of its columns only."""
        return replace(self, specs=tuple(spec for spec in self.specs if keep(spec)))

    def change(self, **changes: Any) -> "Family":
        """Return the family with the same changes made to every column, such as another inference."""
        return replace(self, specs=tuple(replace(spec, **changes) for spec in self.specs))
