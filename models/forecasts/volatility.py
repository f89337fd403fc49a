"""Volatility forecast by its own past, with and without emotions."""

import numpy as np

from models.estimation.results import Data, EstimationError, Fit, summarise
from models.estimation.sample import describe_rules
from models.estimation.spec import Spec
from models.forecasts.accuracy import clark_west, diebold_mariano, out_of_sample_r2, qlike
from models.forecasts.expanding import Expanding, Matrix, forecast_expanding
from models.forecasts.means import Mean
from models.forecasts.rows import Rows, read_rows
from models.forecasts.tabulate import PERCENT, Row, mean_row, number, one_sided_row, tabulate_rows
from models.forecasts.verdicts import judge_volatility


def forecast_volatility(spec: Spec, data: Data, tagger: str) -> Fit:
    r"""Forecast volatility by a HAR model (Corsi 2009), and by the same with emotions, and compare losses.

    The spec's `controls` are the HAR terms (both models), its `regressors` what is added. An outcome whose
    name begins with `log_` is the log of a variance, whose forecast is :math:`\exp(\hat y + s^2 / 2)`,
    with s² the residual variance of the window behind the forecast: right where logs are normal. Another
    outcome is forecast as it is; there a forecast at or below zero is replaced by the firm's past mean,
    and counted.

    Terms: the mean loss of each model (`..._har`, `..._emotions`), their difference (positive: emotions
    lower it) with the test of Diebold and Mariano (1995), for QLIKE (Patton 2011: of the variance, or of
    the outcome where it is no log) and for the squared error of the outcome; `r2_os`, the gain in percent
    of HAR's squared error; and Clark and West's (2007) one-sided test, in the same percent. The two models
    are nested: where emotions add nothing, Diebold-Mariano leans against the larger one, which pays for
    its estimates (Clark and McCracken 2001); Clark-West takes that out.

    Options: `min_history` (60) and `refit` (21), as `forecast_returns`.

    Raises
    ------
    EstimationError
        The spec lacks controls or regressors, or no history is long enough.
    """
    if not (spec.regressors and spec.controls):
        raise EstimationError(
            f"'{spec.title}' compares two models: expected HAR terms as controls and emotions as regressors."
        )
    rows = read_rows(spec, data)
    min_history, refit = int(spec.option("min_history", 60)), int(spec.option("refit", 21))
    plain, full = (
        forecast_expanding(
            rows.outcome, rows.read(terms), rows.firms, rows.sessions, min_history=min_history, refit=refit
        )
        for terms in (spec.controls, spec.terms)
    )
    made = plain.made
    y, sessions = rows.outcome[made], rows.sessions[made]
    logged = spec.outcome.startswith("log_")
    level = np.exp(y) if logged else y
    if level.min() < 0:
        raise EstimationError(f"{spec.outcome} goes down to {level.min():g}; expected a log or a volatility.")
    (h_plain, n_plain), (h_full, n_full) = (_to_level(ahead, made, logged) for ahead in (plain, full))
    table: list[Row] = []
    compared: dict[str, Mean] = {}
    losses = {
        "qlike": (qlike(level, h_plain), qlike(level, h_full)),
        "mse": ((y - plain.forecast[made]) ** 2, (y - full.forecast[made]) ** 2),
    }
    for loss, (without, with_emotions) in losses.items():
        test = compared[loss] = diebold_mariano(without, with_emotions, sessions, spec.inference)
        table += [
            number(f"{loss}_har", float(without.mean()), "loss"),
            number(f"{loss}_emotions", float(with_emotions.mean()), "loss"),
            mean_row(f"{loss}_difference", test, "loss"),
        ]
    nested = clark_west(y, full.forecast[made], plain.forecast[made], sessions, spec.inference)
    gain = out_of_sample_r2(y, full.forecast[made], plain.forecast[made])
    table += [
        number("r2_os", PERCENT * gain, "percent"),
        one_sided_row("clark_west", nested, "percent", PERCENT / float(losses["mse"][0].mean())),
    ]
    qlike_test = compared["qlike"]
    facts = rows.describe(made)
    return Fit(
        spec,
        tabulate_rows(table, nested.n_sessions - 1),
        summarise(
            spec,
            tagger,
            n_obs=int(made.sum()),
            method=_describe_method(rows, logged, min_history, refit, nested.lags),
            unit="own",
            sample_rules=describe_rules(spec),
            winsorising="none: quantiles of the whole sample would look ahead",
            dependent_mean=float(y.mean()),
            dependent_sd=float(y.std(ddof=1)),
            first_forecast=facts["sample_start"],
            n_replaced_forecasts=n_plain + n_full,
            verdict=judge_volatility(qlike_test.estimate, qlike_test.p_value, nested.above_zero(), len(y)),
            **{name: value for name, value in facts.items() if name != "n_obs"},
        ),
    )


def _to_level(ahead: Expanding, made: np.ndarray, logged: bool) -> tuple[Matrix, int]:
    """Return forecasts above zero of variance or volatility, and how many were replaced."""
    forecast = ahead.forecast[made]
    if logged:
        return np.exp(forecast + ahead.residual_variance[made] / 2), 0
    low = forecast <= 0
    level = np.where(low, ahead.benchmark[made], forecast)
    if level.min() <= 0:
        raise EstimationError(
            "a firm's volatility was zero in all its past sessions; set a price floor or leave the firm out."
        )
    return level, int(low.sum())


def _describe_method(rows: Rows, logged: bool, min_history: int, refit: int, lags: int) -> str:
    effects = "an intercept" if rows.one_series else "firm effects"
    level = (
        "forecasts of the variance are exp(log forecast + half the residual variance)"
        if logged
        else "forecasts at or below zero are replaced by the firm's past mean"
    )
    return (
        f"HAR with {effects}, with and without emotions, on all earlier rows (expanding window, refitted "
        f"every {refit} sessions, from {min_history} rows of a firm on); {level}. Differences of losses: "
        f"Diebold-Mariano with Newey-West on sums by session, {lags} lags, and the correction of Harvey, "
        "Leybourne and Newbold; Clark-West p-values are one-sided."
    )
