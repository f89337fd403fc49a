"""A panel in which the emotions of one part of the posts go with returns and those of another do not."""

import numpy as np
import polars as pl

from models.emotions import EMOTIONS, SIX, valence

FINANCE = {"happy": 0.006, "sad": -0.004, "anger": -0.003, "disgust": 0.0, "surprise": 0.002, "fear": -0.008}


def draw_panel_by_part(parts: tuple[str, ...], firms: int, sessions: int, seed: int) -> pl.DataFrame:
    r"""Draw what the query `panel_by_part` gives.

    .. math::
        ret\_oc_{it} = a_i + b_t + \sum_k \beta_k\, E^{finance}_{k,it} + 0.1\, ret\_oc\_lag1_{it} + e_{it}

    beta is `FINANCE`; the emotions of every other part have no part in returns, but the shares of chat
    move with those of finance: each is the mean of a firm-day's own mood and of noise. A part without
    posts that day (probability 0.2) has no emotions; in the equation finance then stands at its mood.

    e has a standard deviation of 1 % and is independent; a and b have 0.5 % each.
    """
    rng = np.random.default_rng(seed)
    n = firms * sessions
    mood = rng.dirichlet(np.ones(len(EMOTIONS)), n)
    columns: dict[str, object] = {
        "ticker": np.repeat([f"QZ{i:03d}" for i in range(firms)], sessions),
        "session_no": np.tile(np.arange(sessions), firms),
        "pre_open_posts": np.full(n, 5),
        **{name: rng.normal(0, 0.01, n) for name in ("ret_oc_lag1", "ret_co", "ret_20")},
        "vol_183": rng.uniform(0.01, 0.03, n),
    }
    finance = mood
    for part in parts:
        shares = (mood + rng.dirichlet(np.ones(len(EMOTIONS)), n)) / 2
        finance = shares if part == "finance" else finance
        posts = rng.poisson(3, n) + 1.0
        silent = rng.random(n) < 0.2
        for k, emotion in enumerate(EMOTIONS):
            columns[f"pre_open_{emotion}_of_{part}"] = np.where(silent, np.nan, shares[:, k])
        by_emotion = {emotion: shares[:, k] for k, emotion in enumerate(EMOTIONS)}
        columns[f"pre_open_valence_of_{part}"] = np.where(silent, np.nan, valence(by_emotion))
        columns[f"pre_open_posts_of_{part}"] = np.where(silent, 0, posts)
        columns[f"pre_open_log_posts_of_{part}"] = np.log1p(np.where(silent, 0, posts))
    firm, session = rng.normal(0, 0.005, firms), rng.normal(0, 0.005, sessions)
    beta = np.array([FINANCE[emotion] for emotion in SIX])
    signal = finance[:, [EMOTIONS.index(emotion) for emotion in SIX]] @ beta
    columns["ret_oc"] = (
        np.repeat(firm, sessions)
        + np.tile(session, firms)
        + signal
        + 0.1 * np.asarray(columns["ret_oc_lag1"])
        + rng.normal(0, 0.01, n)
    )
    start = pl.date(2016, 1, 1)
    return (
        pl.DataFrame(columns)
        .with_columns(session=start + pl.duration(days=pl.col("session_no")))
        .with_columns(pl.selectors.float().fill_nan(None))
    )
