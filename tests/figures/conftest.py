"""Stored results as figures read them, made by hand: what is drawn can be compared with what is stored."""

import polars as pl
import pytest

from models.emotions import EMOTIONS, SIX

MEASURES = (*SIX, "valence")


def term_row(result_id, position, term, estimate, **changed):
    row = {
        "result_id": result_id,
        "position": position,
        "term": term,
        "estimate": estimate,
        "std_error": abs(estimate) / 2,
        "p_value": 0.04,
        "conf_low": estimate - abs(estimate),
        "conf_high": estimate + abs(estimate),
        "within_sd": 0.1 + 0.01 * position,
        "unit": None,
        "placebo_low": None,
        "placebo_high": None,
    }
    return row | changed


def model_row(family, number, title, **changed):
    row = {
        "family": family,
        "column_no": number,
        "title": title,
        "outcome": "ret_oc",
        "inference": "cluster:ticker+session",
        "corrections": "t(59)",
        "method": "",
        "unit": None,
        "rows": "firm-days",
        "n_obs": 11199,
        "n_firms": 60,
        "n_sessions": 250,
        "joint_df1": 6,
        "sample_rules": "firm-days with at least 1 post before the open",
        "sample_start": "2024-01-04",
        "sample_end": "2024-12-31",
        "caution": "Associations, not effects.",
        "tagger": "linear",
        "tagger_version": "9833",
        "simulated": False,
        "layout": "a column a model",
        "result_id": f"{family}.linear.{number}",
    }
    return row | changed


def results_of(*columns):
    """Return stored models and terms of columns: (model, [(term, estimate, changed), ...])."""
    rows = [
        term_row(model["result_id"], position, term, estimate, **changed)
        for model, terms in columns
        for position, (term, estimate, changed) in enumerate(terms, start=1)
    ]
    models = pl.DataFrame([model for model, _ in columns], infer_schema_length=None)
    terms = pl.DataFrame(rows, infer_schema_length=None).with_columns(
        pl.col("within_sd", "placebo_low", "placebo_high").cast(pl.Float64), pl.col("unit").cast(pl.String)
    )
    return models.sort("result_id"), terms.sort("result_id", "position")


def six(sign=1.0, stem="pre_open_{}", **changed):
    return [(stem.format(name), sign * 0.001 * (n + 1), changed) for n, name in enumerate(SIX)]


CONTROLS = [("ret_oc_lag1", -0.0097, {}), ("vol_183", 0.02, {})]


def predictive():
    return results_of(
        (model_row("predictive", 1, "Controls", joint_df1=None), CONTROLS),
        (model_row("predictive", 2, "+ six emotions"), six() + CONTROLS),
        (model_row("predictive", 10, "+ windows"), six() + six(-1, "intraday_{}_lag1") + CONTROLS),
    )


def persistence():
    return results_of(
        *(
            (
                model_row("persistence", h + 1, f"t+{h}", outcome=f"ret_cc_lead{h}" if h else "ret_oc"),
                six(1 - h),
            )
            for h in (0, 2, 3)
        )
    )


def market_responses():
    return results_of(
        *(
            (
                model_row("market_responses", n, name.capitalize(), outcome="ret_market", corrections=None),
                [(f"session_{s}", 0.001 * (s + n), {"within_sd": None}) for s in range(4)],
            )
            for n, name in enumerate(MEASURES, start=1)
        )
    )


def robustness():
    rows = {"layout": "a row a model"}
    return results_of(
        (model_row("robustness", 1, "As in the headline", **rows), six()),
        (model_row("robustness", 2, "Clustered by firm", **rows), six(0.5)),
        (model_row("robustness", 3, "One ticker", **rows), six(-1, "pre_open_{}_of_single_ticker")),
    )


def placebo():
    drawn = {"placebo_low": -0.0012, "placebo_high": 0.0015}
    return results_of((model_row("placebo", 1, "Six emotions"), six(**drawn)))


def portfolios():
    own = {"unit": "basis points", "within_sd": None}
    groups = [(f"group_{n}", 4.0 * (n - 3) + 1, own) for n in range(1, 6)]
    rest = [("long_short", 16.0, own), ("net_5", 6.0, own), ("sharpe", 1.5, own | {"unit": "a year"})]
    facts = {"unit": "own", "corrections": None, "joint_df1": None}
    return results_of(
        *(
            (model_row("portfolios", n, name.capitalize(), **facts), groups + rest)
            for n, name in enumerate(MEASURES, start=1)
        )
    )


def half_life():
    facts = {"unit": "own", "corrections": None, "joint_df1": None}
    own = {"within_sd": None}
    return results_of(
        *(
            (
                model_row("half_life", n, name.capitalize(), outcome=f"pre_open_{name}", **facts),
                [("rho", 0.3, own), ("half_life", 0.1 * n, own)],
            )
            for n, name in enumerate(MEASURES, start=1)
        )
    )


def transitions():
    facts = {"unit": "own", "joint_df1": None}
    own = {"within_sd": None}
    return results_of(
        *(
            (
                model_row("transitions", n, f"To {name}", outcome=f"pre_open_{name}", **facts),
                [(f"from_{before}", 0.1 + 0.01 * n, own) for before in (*EMOTIONS, "any")],
            )
            for n, name in enumerate(EMOTIONS, start=1)
        )
    )


FAMILIES = {
    case.__name__: case
    for case in (
        predictive,
        persistence,
        market_responses,
        robustness,
        placebo,
        portfolios,
        half_life,
        transitions,
    )
}


@pytest.fixture
def results():
    """Return a function: family -> its stored models and terms."""
    return lambda family: FAMILIES[family]()


@pytest.fixture
def paths():
    """Six listings, two of high and four of low enthusiasm or unknown, some followed for longer."""
    rows = [
        {"ticker": f"T{n}", "event_session": s, "bhar_m": 0.01 * s * (n - 2.5), "enthusiasm": 0.1 * n}
        for n in range(6)
        for s in range(5 if n % 3 else 3)
    ]
    return pl.DataFrame(rows)
