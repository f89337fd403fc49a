"""Returns forecast from what is known at the open, against the mean of the past."""

import numpy as np

from models.estimation.results import Data, EstimationError, Fit, summarise
from models.estimation.sample import describe_rules
from models.estimation.spec import Spec
from models.forecasts.accuracy import clark_west, correlation, excess_right_signs, out_of_sample_r2
from models.forecasts.expanding import Expanding, forecast_expanding
from models.forecasts.rows import Rows, read_rows
from models.forecasts.tabulate import NAN, PERCENT, number, one_sided_row, tabulate_rows
from models.forecasts.verdicts import judge_returns


def forecast_returns(spec: Spec, data: Data, tagger: str) -> Fit:
    r"""Forecast the outcome one step ahead in an expanding window, and judge the forecasts.

    Terms (estimates in the `unit` beside them):

    - `r2_os`: Campbell and Thompson's (2008) out-of-sample R2 against the mean of the firm's past rows;
      `r2_os_zero`: against a forecast of zero, the harder one for single shares (Gu, Kelly and Xiu 2020).
    - `clark_west`: Clark and West's (2007) adjusted difference of squared errors, as a share of the
      benchmark's; its p-value is one-sided.
    - `right_sign`: share of forecasts with the sign of the return. `right_side_excess`: how often return
      and forecast lie on the same side of the benchmark, less the share expected by chance.
    - `correlation` of return and forecast, both less the benchmark.
    - `r2_os_over_controls`, `clark_west_over_controls`: the same against forecasts from the controls
      alone, where the spec has both regressors and controls.

    Options: `min_history` (rows of a firm before its first forecast; 60) and `refit` (sessions between
    fits of the slopes; 5). Inference: newey-west[:LAGS], see `mean_over_sessions`.

    Raises
    ------
    EstimationError
        No history is long enough, or too few sessions have forecasts.
    """
    if not spec.terms:
        raise EstimationError(f"'{spec.title}' has no terms to forecast from; give regressors or controls.")
    rows = read_rows(spec, data)
    min_history, refit = int(spec.option("min_history", 60)), int(spec.option("refit", 5))
    ahead = _forecast(rows, spec.terms, min_history, refit)
    made = ahead.made
    y, sessions = rows.outcome[made], rows.sessions[made]
    forecast, benchmark = ahead.forecast[made], ahead.benchmark[made]
    r2 = out_of_sample_r2(y, forecast, benchmark)
    adjusted = clark_west(y, forecast, benchmark, sessions, spec.inference)
    # Firms differ in their means, which the benchmark knows too: only departures from it are news.
    excess = excess_right_signs(y - benchmark, forecast - benchmark, sessions, spec.inference)
    together = correlation(y - benchmark, forecast - benchmark, sessions, spec.inference)
    squares = float(((y - benchmark) ** 2).mean())
    table = [
        number("r2_os", PERCENT * r2, "percent"),
        number("r2_os_zero", PERCENT * out_of_sample_r2(y, forecast, 0 * y), "percent"),
        one_sided_row("clark_west", adjusted, "percent", _share(squares)),
        number("right_sign", PERCENT * float((np.sign(y) == np.sign(forecast)).mean()), "percent"),
        one_sided_row("right_side_excess", excess, "percentage points", PERCENT),
        one_sided_row("correlation", together, "correlation"),
    ]
    if spec.regressors and spec.controls:
        plain = _forecast(rows, spec.controls, min_history, refit).forecast[made]
        more = clark_west(y, forecast, plain, sessions, spec.inference)
        gain = out_of_sample_r2(y, forecast, plain)
        table += [
            number("r2_os_over_controls", PERCENT * gain, "percent"),
            one_sided_row(
                "clark_west_over_controls", more, "percent", _share(float(((y - plain) ** 2).mean()))
            ),
        ]
        verdict = judge_returns(gain, more.above_zero(), "the controls alone", len(y))
    else:
        verdict = judge_returns(r2, adjusted.above_zero(), _name_benchmark(rows), len(y))
    facts = rows.describe(made)
    return Fit(
        spec,
        tabulate_rows(table, adjusted.n_sessions - 1),
        summarise(
            spec,
            tagger,
            n_obs=int(made.sum()),
            method=_describe_method(rows, min_history, refit, adjusted.lags),
            unit="own",
            sample_rules=describe_rules(spec),
            winsorising="none: quantiles of the whole sample would look ahead",
            dependent_mean=float(y.mean()),
            dependent_sd=float(y.std(ddof=1)),
            first_forecast=facts["sample_start"],
            verdict=verdict,
            **{name: value for name, value in facts.items() if name != "n_obs"},
        ),
    )


def _forecast(rows: Rows, terms: tuple[str, ...], min_history: int, refit: int) -> Expanding:
    return forecast_expanding(
        rows.outcome, rows.read(terms), rows.firms, rows.sessions, min_history=min_history, refit=refit
    )


def _share(benchmark_mse: float) -> float:
    """Return what turns differences of squared errors into percent of the benchmark's."""
    return PERCENT / benchmark_mse if benchmark_mse > 0 else NAN


def _name_benchmark(rows: Rows) -> str:
    return "the mean of the past" if rows.one_series else "each firm's mean of the past"


def _describe_method(rows: Rows, min_history: int, refit: int, lags: int) -> str:
    model = (
        "A regression with an intercept"
        if rows.one_series
        else "One regression of all firms with firm effects"
    )
    how_often = "every session" if refit == 1 else f"every {refit} sessions"
    return (
        f"{model} on all earlier rows of the sample (expanding window, slopes refitted {how_often}); "
        f"forecasts begin after {min_history} rows of a firm, and the benchmark is "
        f"{_name_benchmark(rows)} over the same rows. Tests: Newey-West on sums by session, "
        f"{lags} lags; p-values are one-sided, against forecasts that are worth something."
    )
