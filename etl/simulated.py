"""The simulated market as files of the kind that users load, and its true emotions as scores."""

import gzip
import html
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from etl.errors import BadInput
from etl.settings import Home
from etl.sources.stocktwits import StockTwits
from etl.warehouse.segments.reading import read_stored
from etl.warehouse.tagging import store_scores
from models.emotions import EMOTIONS, valence

if TYPE_CHECKING:
    from models.simulation import SimulatedMarket

SOURCE = "simulated"
TRUTH = "truth"  # the tagger that is never wrong
TRUTH_VERSION = "planted"
POSTS_FILE, PRICES_FILE, IPOS_FILE = "posts.jsonl.gz", "prices.csv", "ipos.csv"
OWN_FILES = {("simulated", name) for name in (POSTS_FILE, PRICES_FILE, IPOS_FILE)}


@dataclass(frozen=True)
class MarketSize:
    """What determines a simulated market."""

    firms: int
    sessions: int
    posts_per_day: float
    seed: int


def claim_home(home: Home, size: MarketSize) -> None:
    """Make sure that a home holds this simulated market or nothing.

    Another simulated market is removed; anything else is never touched.

    Raises
    ------
    BadInput
        The home holds posts or prices that are not simulated.
    """
    marker = home.simulated / "market.json"
    wanted = json.dumps(vars(size))
    if home.store.exists() and (not marker.exists() or _holds_other_files(home)):
        raise BadInput(
            f"{home.path} holds posts or prices that are not simulated, and the demo never mixes the two; "
            "name another folder with --home."
        )
    # Only a folder that the demo marked as its own is ever emptied.
    if not marker.exists() and (strange := [p.name for p in _folders(home) if p.exists()]):
        raise BadInput(
            f"{home.path} has a folder {strange[0]} that the demo did not make; "
            "name another folder with --home."
        )
    if marker.exists() and marker.read_text(encoding="utf-8") == wanted:
        return
    for path in (home.store, home.store.with_suffix(".duckdb.wal")):
        path.unlink(missing_ok=True)
    for folder in _folders(home):
        shutil.rmtree(folder, ignore_errors=True)
    home.simulated.mkdir()
    marker.write_text(wanted, encoding="utf-8")


def _folders(home: Home) -> tuple[Path, ...]:
    return home.published, home.tables, home.simulated


def _holds_other_files(home: Home) -> bool:
    from etl.warehouse.store import open_store

    with open_store(home) as store:
        loaded = store.execute("select distinct file from loads").fetchall()
    # By the last two names: a home that was moved is still the demo's.
    return any(Path(file).parts[-2:] not in OWN_FILES for (file,) in loaded)


def write_market(market: "SimulatedMarket", folder: Path) -> tuple[Path, Path]:
    """Write posts as the StockTwits API gives them, and prices as a tidy table; return the two files.

    The true emotion of each post, the IPOs and the planted coefficients lie beside them.
    """
    posts, prices = folder / POSTS_FILE, folder / PRICES_FILE
    # The time in a gzip header would make equal files differ.
    with (
        posts.open("wb") as stream,
        gzip.GzipFile(fileobj=stream, mode="wb", mtime=0, compresslevel=3) as packed,
    ):
        for row in market.posts.iter_rows(named=True):
            packed.write(json.dumps(_as_message(row), ensure_ascii=False).encode() + b"\n")
    market.prices.write_csv(prices)
    market.ipos.write_csv(folder / IPOS_FILE)
    market.posts.select("post_id", "emotion").write_csv(folder / "true_emotions.csv")
    (folder / "planted.json").write_text(json.dumps(market.planted, indent=2), encoding="utf-8")
    return posts, prices


def _as_message(row: dict[str, object]) -> dict[str, object]:
    """Write a post as the API does: body escaped, optional keys only where there is something."""
    tickers = row["tickers"]
    assert isinstance(tickers, list)
    message: dict[str, object] = {
        "id": row["post_id"],
        "body": html.escape(str(row["body"])).replace("&#x27;", "&#39;"),
        "created_at": f"{row['created_at']:%Y-%m-%dT%H:%M:%SZ}",
        "user": {"id": row["user_id"], "username": row["user_name"]},
        "source": {"id": 0, "title": "Simulated market"},
        "symbols": [{"symbol": ticker} for ticker in tickers],
        "entities": {"sentiment": {"basic": row["sentiment"]} if row["sentiment"] else None},
    }
    if row["likes"] is not None:
        message["likes"] = {"total": row["likes"]}
    return message


def simulated_source() -> StockTwits:
    """Return the adapter that reads the simulated posts and calls them so."""
    source = StockTwits()
    source.name = SOURCE
    return source


def store_true_emotions(store: duckdb.DuckDBPyConnection, posts: pl.DataFrame) -> None:
    """Store each simulated post's true emotion as the scores of a tagger that is never wrong."""
    read_stored(store)
    raw = store.sql(
        "select source, post_id, body_hash from stored_posts where source = $source",
        params={"source": SOURCE},
    ).pl()
    true = posts.select(pl.col("post_id").cast(pl.String), "emotion")
    one_hot = {emotion: (pl.col("emotion") == emotion).cast(pl.Float32) for emotion in EMOTIONS}
    scores = raw.join(true, on="post_id", how="inner").with_columns(
        **one_hot, confidence=pl.lit(1.0, pl.Float32)
    )
    scores = scores.with_columns(valence=valence({emotion: pl.col(emotion) for emotion in EMOTIONS}))
    store_scores(store, TRUTH, TRUTH_VERSION, scores)
