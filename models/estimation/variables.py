"""Variables that a regression names and the panel need not hold: lags, leads and cumulated returns."""

import re
from collections.abc import Iterable

import polars as pl

from models.estimation.results import EstimationError

_SHIFTED = re.compile(r"(\w+)_(lag|lead)(\d+)")
_CUMULATED = re.compile(r"ret_oc_cum(\d+)")


def add_variables(frame: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    r"""Add the named variables that the frame lacks and that can be made from it.

    - `x_lag3`, `x_lead3`: x of the third session before or after. A session of the exchange counts,
      not a row: where that session has no row, the value is null.
    - `ret_oc_cum3`: the return from the open of t to the close of t+3,
      :math:`(1 + ret\_oc_t) \prod_{j=1}^{3} (1 + ret\_cc_{t+j}) - 1`.

    Parameters
    ----------
    frame
        One row a `session_no`, and `ticker` where there are several series.

    Raises
    ------
    EstimationError
        A variable is neither there nor can be made.
    """
    missing = []
    for name in names:
        if name in frame.columns:
            continue
        if (found := _CUMULATED.fullmatch(name)) and {"ret_oc", "ret_cc"} <= set(frame.columns):
            frame = _cumulate(frame, int(found[1]), name)
        elif (found := _SHIFTED.fullmatch(name)) and found[1] in frame.columns:
            step = int(found[3]) if found[2] == "lag" else -int(found[3])
            frame = _shift(frame, found[1], step, name)
        else:
            missing.append(name)
    if missing:
        raise EstimationError(f"the panel has no column {', '.join(missing)}.")
    return frame


def _shift(frame: pl.DataFrame, name: str, step: int, called: str) -> pl.DataFrame:
    keys = [key for key in ("ticker", "session_no") if key in frame.columns]
    moved = frame.select(*keys, pl.col(name).alias(called)).with_columns(
        pl.col("session_no") + pl.lit(step, frame.schema["session_no"])
    )
    return frame.join(moved, on=keys, how="left", maintain_order="left")


def _cumulate(frame: pl.DataFrame, last: int, called: str) -> pl.DataFrame:
    growth = 1 + pl.col("ret_oc")
    ahead = [f"ret_cc_lead{j}" for j in range(1, last + 1)]
    with_ahead = add_variables(frame, ahead)
    for name in ahead:
        growth = growth * (1 + pl.col(name))
    return with_ahead.with_columns((growth - 1).alias(called))
