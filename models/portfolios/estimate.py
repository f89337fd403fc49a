"""Portfolios sorted by one signal: what they earned before and after costs."""

import numpy as np
import polars as pl

from models.estimation.results import Data, EstimationError, Fit, summarise
from models.estimation.sample import describe_rules
from models.estimation.spec import Spec
from models.forecasts.means import LEAST_SESSIONS, Mean, Vector, mean_over_sessions
from models.forecasts.rows import read_rows
from models.forecasts.tabulate import NAN, PERCENT, Row, mean_row, number, tabulate_rows
from models.forecasts.verdicts import judge_trading
from models.portfolios.performance import FACTORS, Loadings, regress_on_factors, sharpe_ratio
from models.portfolios.sorts import Sorted, sort_firms
from models.portfolios.trading import Traded, trade

BASIS_POINTS = 1e4
COSTS = (5, 10, 20)  # basis points for each dollar bought or sold
ASSUMED_COST = 10
OPEN_TO_CLOSE, HELD = "open_to_close", "held"


def sort_portfolios(spec: Spec, data: Data, tagger: str) -> Fit:
    """Sort firms by the spec's one regressor each session and follow equally weighted groups.

    Terms (in the `unit_of_term` beside them): `group_1` (lowest) to `group_5`, mean return a session;
    `long_short`, highest less lowest; `replaced`, firms of the extreme groups that are new; `traded`,
    dollars bought and sold a session for a dollar long and one short; `net_5`, `net_10`, `net_20`, the
    long-short return after so many basis points for each dollar traded, **in the direction that hindsight
    chooses**, so it flatters; `break_even`, the cost at which nothing is left; `sharpe`, a year, of
    `long_short` before costs; `alpha` and its factor loadings, null where factors are not loaded (frame
    "factors": `session, mkt_rf, smb, hml`, decimals).

    Options: `groups` (5; fewer where half of the sessions have not two firms a group) and `trading`:
    "open_to_close" (the outcome is earned within session t) or "held" (the outcome is `ret_cc_lead1`:
    bought at the close of t, held to the next).

    Raises
    ------
    EstimationError
        There is more than one regressor, an unknown option, or there are too few firms or sessions.
    """
    trading = _read_trading(spec)
    rows = read_rows(spec, data)
    if rows.one_series:
        raise EstimationError(f"the relation {spec.frame} has one series; a sort needs firms.")
    number_of = (
        pl.col("session_no") if "session_no" in rows.frame.columns else pl.col("session").rank("dense")
    )
    firms = sort_firms(
        rows.frame.select(
            number_of.cast(pl.Int64).alias("session_no"),
            "ticker",
            signal=spec.regressors[0],
            ret=spec.outcome,
        ),
        int(spec.option("groups", 5)),
    )
    traded = trade(firms, held=trading == HELD)
    session = np.arange(len(traded.session_no))
    spread = mean_over_sessions(traded.long_short, session, spec.inference)
    direction = -1.0 if spread.estimate < 0 else 1.0
    nets = {
        cost: mean_over_sessions(
            direction * traded.long_short - cost / BASIS_POINTS * traded.volume, session, spec.inference
        )
        for cost in COSTS
    }
    break_even = BASIS_POINTS * abs(spread.estimate) / float(traded.volume.mean())
    loadings = regress_on_factors(
        _date_returns(spec, data, traded, held=trading == HELD), data.get("factors"), spec.inference
    )
    table = _tabulate(traded, spread, nets, break_even, loadings, spec.inference)
    sessions = rows.frame["session"]
    return Fit(
        spec,
        tabulate_rows(table, spread.n_sessions - 1),
        summarise(
            spec,
            tagger,
            n_obs=firms.members.height,
            method=_describe_method(firms, spread.lags, trading, loadings),
            unit="own",
            n_firms=firms.members["ticker"].n_unique(),
            n_sessions=len(session),
            n_groups=firms.groups,
            n_skipped_few=firms.n_few,
            n_skipped_tied=firms.n_tied,
            sample_rules=describe_rules(spec),
            winsorising="none: a portfolio earns its extremes",
            dependent_mean=float(np.mean(rows.outcome)),
            dependent_sd=float(np.std(rows.outcome, ddof=1)),
            sample_start=sessions.min(),
            sample_end=sessions.max(),
            verdict=judge_trading(
                BASIS_POINTS * spread.estimate,
                spread.p_value,
                break_even,
                ASSUMED_COST,
                nets[ASSUMED_COST].p_value,
                len(session),
            ),
        ),
    )


def _read_trading(spec: Spec) -> str:
    if len(spec.terms) != 1:
        raise EstimationError(f"'{spec.title}' sorts by {len(spec.terms)} variables; expected one regressor.")
    trading = str(spec.option("trading", OPEN_TO_CLOSE))
    if trading not in {OPEN_TO_CLOSE, HELD}:
        raise EstimationError(f"trading is '{trading}'; expected {OPEN_TO_CLOSE} or {HELD}.")
    if (trading == HELD) != (spec.outcome == "ret_cc_lead1"):
        raise EstimationError(
            f"'{spec.title}' is traded {trading} with the outcome {spec.outcome}; positions that are held "
            "earn ret_cc_lead1, and nothing else does."
        )
    return trading


def _tabulate(
    traded: Traded,
    spread: Mean,
    nets: dict[int, Mean],
    break_even: float,
    loadings: Loadings | None,
    inference: str,
) -> list[Row]:
    a_session = "basis points"
    groups = [_mean_where_there(returns, inference) for returns in traded.returns.T]
    names = ("alpha", *(f"beta_{factor}" for factor in FACTORS))
    units = (a_session, *("beta" for _ in FACTORS))
    b = np.full(len(names), NAN) if loadings is None else loadings.estimates
    se = np.full(len(names), NAN) if loadings is None else loadings.std_errors
    scales = (BASIS_POINTS, *(1.0 for _ in FACTORS))
    return [
        *(mean_row(f"group_{g}", mean, a_session, BASIS_POINTS) for g, mean in enumerate(groups, start=1)),
        mean_row("long_short", spread, a_session, BASIS_POINTS),
        number("replaced", PERCENT * traded.replaced, "percent"),
        number("traded", float(traded.volume.mean()), "dollars"),
        *(mean_row(f"net_{cost}", net, a_session, BASIS_POINTS) for cost, net in nets.items()),
        number("break_even", break_even, "basis points a side"),
        mean_row("sharpe", sharpe_ratio(traded.long_short), "a year"),
        *(
            (name, scale * float(estimate), scale * float(error), NAN, unit)
            for name, scale, estimate, error, unit in zip(names, scales, b, se, units, strict=True)
        ),
    ]


def _mean_where_there(returns: Vector, inference: str) -> Mean:
    """Average over the sessions in which a group has firms; nan where those are too few."""
    there = returns[np.isfinite(returns)]
    if len(there) < LEAST_SESSIONS:
        return Mean(NAN, NAN, len(there), 0)
    return mean_over_sessions(there, np.arange(len(there)), inference)


def _date_returns(spec: Spec, data: Data, traded: Traded, *, held: bool) -> pl.DataFrame:
    """Date each long-short return by the session that earned it: `session, ret`."""
    frame = data[spec.frame]
    number_of = pl.col("session_no") if "session_no" in frame.columns else pl.col("session").rank("dense")
    dates = frame.select(number_of.cast(pl.Int64).alias("session_no"), "session").unique("session_no")
    earned = pl.DataFrame({"session_no": traded.session_no + int(held), "ret": traded.long_short})
    return earned.join(dates, on="session_no", how="left").select("session", "ret")


def _describe_method(firms: Sorted, lags: int, trading: str, loadings: Loadings | None) -> str:
    how = (
        "bought at the open and sold at the close of the same session, so 4 dollars are traded a session "
        "for a dollar long and one short"
        if trading == OPEN_TO_CLOSE
        else "bought at the close of the session and held to the next close, traded only as weights change"
    )
    alphas = (
        "Fama-French factors are not loaded for these sessions, so there is no alpha."
        if loadings is None
        else f"Alpha on three Fama-French factors over {loadings.n_sessions:,} sessions."
    )
    return (
        f"Firms with posts sorted each session into {firms.groups} groups, equal weights, {how}. Skipped: "
        f"{firms.n_few:,} sessions with fewer than {2 * firms.groups} firms and {firms.n_tied:,} where equal "
        f"values empty the top group. Newey-West, {lags} lags. Net returns take the direction of the spread "
        f"from the same sample, which flatters. {alphas}"
    )
