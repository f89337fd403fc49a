"""Small published homes of our own posts, hostile ones among them."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from samples import flat_scores, message, price_table, write_lines

from etl.settings import Home
from etl.sources.posts import PostSource
from etl.sources.stocktwits import StockTwits
from etl.warehouse.build import build_version
from etl.warehouse.load import load_posts, load_prices
from etl.warehouse.published import open_published
from etl.warehouse.results import stamp, store_results
from etl.warehouse.store import open_store
from etl.warehouse.tagging import store_scores
from models.emotions import EMOTIONS

HOSTILE = [
    "<script>alert('post')</script><img src=x onerror=alert('post')>",
    "[press me](javascript:alert('post')) **bold** # heading $x^2$ :red[red] ![i](x:y)",
    "\u202egnp.exe\u2066 turned \u200fround",
    "<b>long</b> " + "x" * 100_000,
    "=HYPERLINK(\"javascript:alert('post')\")",
]


def moving_scores(posts: pl.DataFrame) -> pl.DataFrame:
    """Scores that follow a post's id: probabilities of all seven emotions, which sum to one."""
    flat = flat_scores(posts)
    seeds = np.array([int(name) for name in posts["post_id"]])
    weights = np.stack([1 + (seeds * (7 + 2 * n)) % 11 for n in range(len(EMOTIONS))], axis=1)
    shares = weights / weights.sum(axis=1, keepdims=True)
    columns = {e: pl.Series(shares[:, n], dtype=pl.Float32) for n, e in enumerate(EMOTIONS)}
    scored = flat.with_columns(**columns, emotion=pl.Series([EMOTIONS[n] for n in shares.argmax(1)]))
    return scored.with_columns(
        valence=pl.col("happy") - pl.col("sad") - pl.col("anger") - pl.col("disgust") - pl.col("fear"),
        confidence=pl.max_horizontal(EMOTIONS),
    )


def write_posts(sessions: pl.DataFrame) -> list[dict[str, object]]:
    """Twelve posts a session on QZRA and QZRB, half before the open; the last five are hostile."""
    posts, number = [], 0
    for row in sessions.to_dicts():
        for n in range(12):
            number += 1
            before = timedelta(minutes=-30 - n) if n % 2 else timedelta(minutes=30 + n)
            moment = f"{row['open_at'] + before:%Y-%m-%dT%H:%M:%SZ}"
            symbols = ("QZRA", "QZRB") if n % 4 == 0 else ("QZRA",)
            posts.append(message(number, moment, f"note {number} on the day", *symbols))
    last = sessions.row(-1, named=True)["open_at"]
    for n, body in enumerate(HOSTILE):
        number += 1
        moment = f"{last + timedelta(hours=2, minutes=n):%Y-%m-%dT%H:%M:%SZ}"
        posts.append(message(number, moment, body, "QZRA", "NOPRICE"))
    return posts


def build(
    home: Home,
    folder: Path,
    sessions: pl.DataFrame,
    tagger: str = "linear",
    source: PostSource | None = None,
    version: str = "test",
) -> None:
    write_lines(folder / "posts.jsonl", write_posts(sessions))
    price_table(["QZRA", "QZRB"], sessions["session"].to_list()).write_csv(folder / "prices.csv")
    with open_store(home) as store:
        load_posts(store, source or StockTwits(), folder / "posts.jsonl")
        load_prices(store, folder / "prices.csv", None)
        raw = store.sql("select source, post_id, body_hash from raw_posts").pl()
        store_scores(store, tagger, version, moving_scores(raw))
        build_version(store, home)


def invent_results(joint_p: float, estimate: float) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Two columns of a family: controls alone, and six emotions with one estimate for all."""
    base = {
        "family": "predictive",
        "outcome": "ret_oc",
        "effects": "ticker+session",
        "inference": "cluster:ticker+session",
        "corrections": "none",
        "n_obs": 1234,
        "n_firms": 2,
        "n_sessions": 40,
        "n_singletons": 0,
        "n_clusters_firm": 2,
        "n_clusters_session": 40,
        "r_squared": 0.2,
        "r_squared_within": 0.01,
        "dependent_mean": 0.001,
        "dependent_sd": 0.01,
        "sample_rules": "firm-days with at least 1 post before the open",
        "winsorising": "none",
        "weights": None,
        "tagger": "linear",
        "dropped_terms": "",
    }
    base |= {"sample_start": date(2016, 1, 4), "sample_end": date(2016, 3, 1)}
    nothing = {"joint_f": None, "joint_df1": None, "joint_df2": None, "joint_p": None}
    tested = {"joint_f": 2.5, "joint_df1": 6, "joint_df2": 39, "joint_p": joint_p}
    models = pl.DataFrame(
        [
            base | {"column_no": 1, "title": "Controls", "r_squared_gain_bp": None} | nothing,
            base | {"column_no": 2, "title": "+ six emotions", "r_squared_gain_bp": 12.0} | tested,
        ],
        infer_schema_length=None,
    )
    six = [f"pre_open_{emotion}" for emotion in EMOTIONS[1:]]
    rows = [(1, 1, "ret_20"), *((2, n, term) for n, term in enumerate([*six, "ret_20"], 1))]
    terms = pl.DataFrame(
        [
            {
                "column_no": column,
                "position": position,
                "term": term,
                "estimate": estimate,
                "std_error": 0.001,
                "statistic": estimate / 0.001,
                "p_value": joint_p,
                "conf_low": estimate - 0.002,
                "conf_high": estimate + 0.002,
                "within_sd": 0.1,
                "estimate_per_sd": estimate * 0.1,
            }
            for column, position, term in rows
        ]
    )
    return models, terms


def store(home: Home, models: pl.DataFrame, terms: pl.DataFrame) -> None:
    with open_published(home) as published:
        stamped = stamp(models, published)
        named = terms.join(stamped.select("column_no", "result_id"), on="column_no", maintain_order="left")
        store_results(home, published, stamped, named)
