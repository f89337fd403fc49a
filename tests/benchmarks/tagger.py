"""Posts a second of the tagger and of a scikit-learn pipeline with the same kinds of features, in one run.

python tests/benchmarks/tagger.py [--posts N]. Posts are simulated. The peer is TF-IDF of words, pairs of
words and letters within words with logistic regression; it scores a tenth of the posts, since it is slow.
"""

import argparse
import resource
import time
from collections.abc import Callable

import polars as pl

from models.simulation import simulate_market
from models.tagger import load_tagger

TRAINING_POSTS = 5_000


def posts_per_second(score: Callable[[pl.Series], object], texts: pl.Series, runs: int = 3) -> float:
    """Return the best of some runs: the least disturbed one."""
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        score(texts)
        seconds.append(time.perf_counter() - started)
    return len(texts) / min(seconds)


def fit_peer(texts: pl.Series, emotions: pl.Series) -> Callable[[pl.Series], object]:
    """Fit the scikit-learn pipeline and return its scoring."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True)
    pipeline = make_pipeline(make_union(words, letters), LogisticRegression(max_iter=300))
    pipeline.fit(texts.to_list(), emotions.to_list())
    return lambda some: pipeline.predict_proba(some.to_list())


def main(n_posts: int) -> None:
    """Print posts a second, their ratio, and the peak memory."""
    market = simulate_market(firms=60, sessions=250, posts_per_day=4.0, seed=1).posts.sample(
        fraction=1, shuffle=True, seed=1
    )
    texts = market["body"]
    many = pl.concat([texts] * (n_posts // len(texts) + 1)).head(n_posts)
    tagger = load_tagger()
    ours = posts_per_second(tagger.predict_proba, many)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    peer = fit_peer(texts.head(TRAINING_POSTS), market["emotion"].head(TRAINING_POSTS))
    theirs = posts_per_second(peer, many.head(max(n_posts // 10, 1)), runs=1)
    print(f"simulated posts:               {n_posts:>10,}")
    print(f"emotape {tagger.name}, posts a second: {ours:>10,.0f}   (peak memory {peak:,.0f} MiB)")
    print(f"scikit-learn, posts a second:  {theirs:>10,.0f}")
    print(f"ratio:                         {ours / theirs:>10.1f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=200_000)
    main(parser.parse_args().posts)
