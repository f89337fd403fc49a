"""Stored results made by hand: small, with numbers that any machine writes alike."""

import math
from datetime import date, datetime

import polars as pl
import pytest

from models.emotions import SIX

CONTROLS = {"ret_oc_lag1": (-0.00969916, 0.0138), "pre_open_log_posts": (2.55e-6, 0.000162)}
SIX_TERMS = {
    f"pre_open_{emotion}": pair
    for emotion, pair in zip(
        SIX,
        [
            (0.00571, 0.00211),  # three stars
            (-0.00426, 0.00213),  # two
            (0.00301, 0.00171),  # one
            (0.0, 0.00208),
            (-0.0000860, 0.00158),
            (-0.00999612, 0.00251),  # rounds up a digit: -99.96 basis points
        ],
        strict=True,
    )
}
LAGGED = {
    f"{window}_{emotion}_lag1": (sign * 0.001 * (i + 1), 0.0031)
    for window, sign in (("pre_open", 1), ("intraday", -1))
    for i, emotion in enumerate(SIX)
}
Pairs = dict[str, tuple[float, float]]


def terms_of(result_id: str, column_no: int, pairs: Pairs) -> pl.DataFrame:
    rows = []
    for position, (term, (estimate, std_error)) in enumerate(pairs.items(), start=1):
        statistic = estimate / std_error if std_error else math.inf
        rows.append(
            {
                "position": position,
                "term": term,
                "estimate": estimate,
                "std_error": std_error,
                "statistic": statistic,
                "p_value": round(math.erfc(abs(statistic) / math.sqrt(2)), 6),
                "conf_low": estimate - 1.99 * std_error,
                "conf_high": estimate + 1.99 * std_error,
                "within_sd": 0.03,
                "estimate_per_sd": estimate * 0.03,
                "column_no": column_no,
                "result_id": result_id,
            }
        )
    return pl.DataFrame(rows)


def model_of(column_no: int, title: str, n_tested: int, **changed: object) -> dict[str, object]:
    tested = n_tested > 0
    facts: dict[str, object] = {
        "family": "predictive",
        "column_no": column_no,
        "title": title,
        "outcome": "ret_oc",
        "effects": "ticker+session",
        "inference": "cluster:ticker+session",
        "corrections": f"(n-1)/(n-K) with K = {n_tested + 3}, G/(G-1) with the smallest G = 87, t(86)",
        "n_obs": 19422,
        "n_firms": 87,
        "n_sessions": 539,
        "n_singletons": 12,
        "n_clusters_firm": 87,
        "n_clusters_session": 539,
        "r_squared": 0.348558,
        "r_squared_within": 0.00228296,
        "dependent_mean": 0.000162799,
        "dependent_sd": 0.0118762,
        "sample_rules": "firm-days with at least 1 post before the open and all variables present",
        "winsorising": "ret_oc, ret_oc_lag1 at 0.1% and 99.9%",
        "weights": None,
        "sample_start": date(2014, 1, 2),
        "sample_end": date(2016, 4, 1),
        "tagger": "linear",
        "dropped_terms": "",
        "r_squared_gain_bp": 0.907512 if tested else None,
        "joint_f": 4.62031 if tested else None,
        "joint_df1": n_tested if tested else None,
        "joint_df2": 86 if tested else None,
        "joint_p": 0.000391 if tested else None,
        "result_id": f"predictive.linear.{column_no}",
        "code_version": "0.1.0",
        "data_version": "0123456789ab",
        "tagger_version": "3",
        "simulated": False,
        "estimated_at": datetime(2026, 1, 2, 3, 4, 5),
    }
    return facts | changed


def results_of(*columns: tuple[dict[str, object], Pairs]) -> tuple[pl.DataFrame, pl.DataFrame]:
    models = pl.DataFrame([model for model, _ in columns], infer_schema_length=None)
    terms = [terms_of(str(m["result_id"]), int(str(m["column_no"])), pairs) for m, pairs in columns]
    # Stored results come in the order of their ids, in which 10 stands before 2.
    return models.sort("result_id"), pl.concat(terms).sort("result_id", "position")


def one_column():
    return results_of((model_of(1, "Six emotions", 6), SIX_TERMS | CONTROLS))


def four_columns():
    fewer = {"n_obs": 7753, "n_clusters_firm": 68, "sample_start": date(2014, 1, 3)}
    return results_of(
        (model_of(1, "Controls", 0), CONTROLS),
        (model_of(2, "+ valence", 1, joint_p=0.0731), {"pre_open_valence": (0.00151, 0.00081)} | CONTROLS),
        (model_of(3, "+ six emotions", 6), SIX_TERMS | CONTROLS),
        (model_of(10, "+ windows of t-1", 18, **fewer), SIX_TERMS | LAGGED | CONTROLS),
    )


def effects_beside_none():
    plain = {
        "effects": "",
        "inference": "HC1",
        "corrections": "n/(n-K) with K = 9",
        "n_clusters_firm": None,
        "n_clusters_session": None,
        "n_singletons": 0,
        "r_squared": -0.00001234,
        "r_squared_within": None,
    }
    return results_of(
        (model_of(1, "Pooled", 6, **plain), SIX_TERMS | CONTROLS | {"(Intercept)": (0.00021, 0.00009)}),
        (model_of(2, "Within", 6), SIX_TERMS | CONTROLS),
    )


def simulated():
    return results_of((model_of(1, "Six emotions", 6, simulated=True), SIX_TERMS | CONTROLS))


def nasty():
    title = '=HYPERLINK("http://x") | a_b & 50% <b> *c* $x$ {y} #1 ~ ^ \\ 😀\u200d\n[z] − “é”'
    model = model_of(
        1,
        title,
        1,
        tagger="@tagger",
        dropped_terms="pre_open_sad, +mystery_x",
        weights="pre_open_posts",
        joint_df1=1,
    )
    odd = {
        "[odd|term]_1": (-0.0, 0.001),
        "-minus": (3.21e-13, 4e-14),
        "*starred": (123.456, 0.5),
        "pre_open_fear_lag1": (0.0042, 0.0),  # its variance could not be estimated
    }
    return results_of((model, odd))


def six_columns():
    """Columns of different outcomes, estimates and samples."""
    emotions = ("happy", "sad", "anger", "disgust", "surprise", "fear")
    return results_of(
        *(
            (
                model_of(
                    i,
                    emotion.capitalize(),
                    1,
                    outcome=f"pre_open_{emotion}",
                    dependent_mean=0.1 * i,
                    r_squared_within=0.001 * i,
                    joint_p=0.01 * i,
                ),
                {"ret_oc_lag1": (0.123 * i, 0.05), "vol_183": (-1234.5 * i, 617.25)},
            )
            for i, emotion in enumerate(emotions, start=1)
        )
    )


def interactions():
    pairs = {f"{name}:high_vol_183": (-0.5 * b, se) for name, (b, se) in SIX_TERMS.items()}
    return results_of(
        (model_of(1, "High volatility", 6), pairs | SIX_TERMS | {"high_vol_183": (0.0019, 0.001)} | CONTROLS)
    )


def adjusted():
    """Few clusters: bootstrapped p-values, and adjusted ones beside them."""
    models, terms = results_of(
        (model_of(1, "Valence", 1), {"pre_open_valence": (0.00151, 0.00081)} | CONTROLS),
        (model_of(2, "Six emotions", 6), SIX_TERMS | CONTROLS),
    )
    bootstrap = "p-values and intervals are from a wild cluster bootstrap (999 draws)"
    models = models.with_columns(n_clusters_firm=pl.lit(12), bootstrap=pl.lit(bootstrap))
    several = pl.col("column_no") == 2
    tested = several & pl.col("term").str.starts_with("pre_open_") & ~pl.col("term").str.ends_with("posts")
    p = pl.col("p_value")
    return models, terms.with_columns(
        p_romano_wolf=pl.when(tested).then((p * 3).clip(0.001, 1)),
        p_benjamini_hochberg=pl.when(tested).then((p * 2).clip(0, 1)),
    )


def rows_of_models():
    fewer = {"n_obs": 1368, "n_clusters_firm": 43, "sample_rules": "firm-days with at least 5 posts"}
    choices = [("As in the headline", {}), ("At least 5 posts", fewer), ("Standard errors HC1", {})]
    choices[2][1].update(inference="HC1", corrections="n/(n-K) with K = 12", n_clusters_firm=None)
    choices += [("Session effects only", {"effects": "session"}), ("Not winsorised", {"winsorising": "none"})]
    return results_of(
        *(
            (
                model_of(i, title, 6, family="robustness", layout="a row a model", **changed),
                {name: (b + 0.0001 * i, se) for name, (b, se) in SIX_TERMS.items()} | CONTROLS,
            )
            for i, (title, changed) in enumerate(choices, start=1)
        )
    )


def parts_of_posts():
    """Eight columns of which each has terms of its own, the last of two kinds."""
    parts = ("finance", "chat", "original", "tagged", "untagged", "experienced", "newcomer")

    def pairs(*names: str) -> Pairs:
        return {
            f"pre_open_{emotion}_of_{name}": (0.001 * i, 0.0011)
            for i, name in enumerate(names, start=1)
            for emotion in ("happy", "fear")
        }

    return results_of(
        *(
            (model_of(i, part.capitalize(), 2, family="whose_and_what"), pairs(part))
            for i, part in enumerate(parts, start=1)
        ),
        (model_of(8, "Two", 4, family="whose_and_what"), pairs("finance", "chat")),
    )


CASES = {
    "one_column": one_column,
    "four_columns": four_columns,
    "effects_beside_none": effects_beside_none,
    "simulated": simulated,
    "nasty": nasty,
    "six_columns": six_columns,
    "interactions": interactions,
    "adjusted": adjusted,
    "rows_of_models": rows_of_models,
    "parts_of_posts": parts_of_posts,
}


@pytest.fixture
def results():
    """Return a function: name of a case -> its stored models and terms."""
    return lambda name: CASES[name]()


@pytest.fixture(params=CASES)
def case(request):
    """Each case in turn: its name, models and terms."""
    return (request.param, *CASES[request.param]())
