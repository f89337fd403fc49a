"""Posts a second and memory of the tagger beside its peers, in one run.

python tests/benchmarks/tagger.py [--posts N] [--largest N]

All posts are simulated. Peers: VADER; TF-IDF of words, pairs and letters within words with logistic
regression (scikit-learn), which has the same kinds of features; and a transformer of DistilBERT's size
with random weights. Slow peers score fewer posts. Memory is the peak of `emotape tag` on Parquet files
of growing length (Linux only).
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

from models.simulation import simulate_market
from models.tagger import load_tagger

TRAINING_POSTS = 5_000
Score = Callable[[pl.Series], object]


def posts_per_second(score: Score, texts: pl.Series, runs: int) -> float:
    """Return the best of some runs: the least disturbed one."""
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        score(texts)
        seconds.append(time.perf_counter() - started)
    return len(texts) / min(seconds)


def fit_scikit_learn(texts: pl.Series, emotions: pl.Series) -> Score:
    """Fit the pipeline of equal features and return its scoring."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True)
    pipeline = make_pipeline(make_union(words, letters), LogisticRegression(max_iter=300))
    pipeline.fit(texts.to_list(), emotions.to_list())
    return lambda some: pipeline.predict_proba(some.to_list())


def peak_memory(texts: pl.Series, n_posts: int, folder: Path) -> tuple[float, float]:
    """Return the peak memory (MiB) and the posts a second of `emotape tag` on a file of n posts."""
    source = folder / "posts.parquet"
    pl.LazyFrame({"body": texts}).select(pl.col("body").repeat_by(n_posts // len(texts) + 1).explode()).head(
        n_posts
    ).sink_parquet(source)
    # The kernel counts a parent's memory as its child's peak, so the child reads its own.
    arguments = ["tag", str(source), "-o", str(folder / "scored.parquet")]
    program = (
        "from etl.cli import cli\n"
        f"cli.main({arguments}, standalone_mode=False)\n"
        "print(*[line for line in open('/proc/self/status') if line.startswith('VmHWM')])"
    )
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - started
    return int(done.stdout.split()[-2]) / 1024, n_posts / seconds


def main(n_posts: int, largest: int) -> None:
    """Print a row a tagger, and a row a file."""
    from distilbert_sized import scorer

    market = simulate_market(firms=60, sessions=250, posts_per_day=4.0, seed=1).posts
    market = market.sample(fraction=1, shuffle=True, seed=1)
    texts = market["body"]
    many = pl.concat([texts] * (n_posts // len(texts) + 1)).head(n_posts)
    scikit = fit_scikit_learn(texts.head(TRAINING_POSTS), market["emotion"].head(TRAINING_POSTS))
    rows: list[tuple[str, Score, int, int]] = [
        ("emotape linear", load_tagger("linear").predict_proba, n_posts, 2),
        ("emotape lexicon", load_tagger("lexicon").predict_proba, n_posts // 4, 2),
        ("VADER", load_tagger("vader").predict_proba, n_posts // 20, 1),
        ("scikit-learn, equal features", scikit, n_posts // 20, 1),
        ("transformer of DistilBERT's size", scorer(), max(n_posts // 2_000, 256), 1),
    ]
    print(f"{'tagger':<34}{'posts':>12}{'posts/s':>12}{'ratio':>10}")
    ours = 0.0
    for name, score, n, runs in rows:
        speed = posts_per_second(score, many.head(n), runs)
        ours = ours or speed
        print(f"{name:<34}{n:>12,}{speed:>12,.0f}{ours / speed:>10,.1f}", flush=True)
    print(f"\n{'emotape tag, posts in the file':<34}{'peak MiB':>12}{'posts/s':>12}")
    with tempfile.TemporaryDirectory() as folder:
        for n in (n for n in (100_000, 1_000_000, 10_000_000) if n <= largest):
            memory, speed = peak_memory(texts, n, Path(folder))
            print(f"{n:<34,}{memory:>12,.0f}{speed:>12,.0f}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--largest", type=int, default=1_000_000, help="posts of the longest file")
    given = parser.parse_args()
    main(given.posts, given.largest)
