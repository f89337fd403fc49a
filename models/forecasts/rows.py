"""The rows that forecasts are made of."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.estimation.results import Data, EstimationError
from models.estimation.sample import select_rows
from models.estimation.spec import Spec

Matrix = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """A sample as arrays of n rows; firms are all 0 where the relation has one series."""

    frame: pl.DataFrame
    outcome: Matrix
    firms: Codes
    sessions: Codes
    one_series: bool

    def read(self, terms: tuple[str, ...]) -> Matrix:
        """Return the terms (n, k); "a:b" is the product of a and b."""
        columns = [np.prod(self.frame.select(term.split(":")).to_numpy(), axis=1) for term in terms]
        return np.column_stack(columns) if columns else np.empty((self.frame.height, 0))

    def describe(self, made: NDArray[np.bool_]) -> dict[str, int | date | None]:
        """Count firms and sessions with a forecast, and give the first and last of them."""
        session = self.frame["session"].filter(pl.Series(made))
        return {
            "n_obs": int(made.sum()),
            "n_firms": None if self.one_series else len(np.unique(self.firms[made])),
            "n_sessions": session.n_unique(),
            "sample_start": session.min(),  # type: ignore[dict-item]  # a date column
            "sample_end": session.max(),  # type: ignore[dict-item]
        }


def read_rows(spec: Spec, data: Data) -> Rows:
    """Apply the sample's rules, and nothing that looks ahead.

    Raises
    ------
    EstimationError
        Variables are to be winsorised, no row is left, or a firm has two rows a session.
    """
    if spec.winsorised and spec.sample.winsorise:
        raise EstimationError(
            f"'{spec.title}' winsorises {', '.join(spec.winsorised)} at quantiles of the whole sample, which "
            "a forecast cannot know; leave `winsorised` empty."
        )
    frame = select_rows(spec, data)
    one_series = "ticker" not in frame.columns
    firm = pl.lit(0) if one_series else pl.col("ticker").rank("dense") - 1
    codes = frame.select(firm=firm.cast(pl.Int64), session=pl.col("session").rank("dense").cast(pl.Int64) - 1)
    if codes.is_duplicated().any():
        raise EstimationError(
            f"the relation {spec.frame} has two rows of one firm and session; expected one of each tagger."
        )
    return Rows(
        frame=frame,
        outcome=frame[spec.outcome].cast(pl.Float64).to_numpy(),
        firms=codes.select(pl.col("firm")).to_series().to_numpy(),
        sessions=codes["session"].to_numpy(),
        one_series=one_series,
    )
