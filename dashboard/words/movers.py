"""Sentences about the symbols of a session: which moved, and how many would have by chance."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from dashboard.words.mood import away, name_measure
from dashboard.words.plain import day, inert, posts, signed
from models.emotions import EMOTIONS
from models.panel.movers import FAR

ABOUT_MOVERS = (
    "Each symbol against its own history: the twenty sessions with posts before this one, in the same "
    "window, of which it needs ten. SD is that of their means; of posts, of the logarithm of their number, "
    "sessions that were not observed whole left out. The history of a symbol that is seldom named reaches "
    "far back."
)


# Headings of the tables behind figures, with units.
HEADINGS = {
    "session": "Session",
    "ticker": "Symbol",
    "measure": "Measure",
    "share": "Mean (0 to 1; valence −1 to 1)",
    "month_mean": "Mean of its month",
    "month_sd": "SD of its month",
    "month_sessions": "Sessions in its month",
    "month_posts": "Usual posts",
    "z": "Distance (SD)",
    "n_posts": "Posts",
    "n_posts_in_all": "Posts, all sessions",
    "n_authors": "Authors",
    "coverage": "Observed (0 to 1)",
    "n_followed": "Symbols followed",
    "n_dead": "Symbols with a dead source",
    **{name: f"{name.capitalize()} (0 to 1)" for name in EMOTIONS},
    "valence": "Valence (−1 to 1)",
}

# What each measure means, where it stands.
MEANINGS = {
    name: f"Mean over posts of the tagger's probability that a post is {name}." for name in EMOTIONS
} | {"valence": "Happy less sad, anger, disgust and fear: from −1 to 1."}


def movers_title(ranked: pl.DataFrame) -> str:
    """Say which symbol is farthest from its own history."""
    if ranked.is_empty():
        return "Movers: no symbol can be set against its own history"
    row = ranked.row(0, named=True)
    if abs(row["z"]) < FAR:
        return f"Movers: no symbol is beyond {FAR:.0f} SD of its own history"
    are, its = ("are", "their") if row["measure"] == "posts" else ("is", "its")
    return f"Movers: {row['measure']} {are} {away(row['z'])} {its} usual in {inert(row['ticker'])}"


def no_movers(symbols: pl.DataFrame, least: int) -> str:
    """Say why nothing is ranked, and what to do."""
    enough = symbols.filter(pl.col("n_posts") >= least).height
    if not enough:
        return (
            f"No symbol has {posts(least)} in this session; choose fewer minimum posts, another window or "
            "an earlier session."
        )
    return (
        "No symbol of this session has ten earlier sessions with posts, so nothing is usual yet; load "
        "earlier posts with `emotape load posts FILE`, then run `emotape build`."
    )


def movers_counted(symbols: pl.DataFrame, least: int, session: date) -> str:
    """Say of which session and how many symbols the movers are, and how many are too thin."""
    enough = symbols.filter(pl.col("n_posts") >= least).height
    have = "has" if enough == 1 else "have"
    return (
        f"Session of {day(session)}: {enough:,} of {symbols.height:,} symbols {have} {posts(least)} or more."
    )


def by_chance(far: int, tested: int, expected: float) -> str:
    """Say how many distances are large, and how many chance alone would make so."""
    are = "lies" if far == 1 else "lie"
    return (
        f"Of {tested:,} distances here {far:,} {are} beyond {FAR:.0f} SD; if nothing were unusual and "
        f"moods were normally distributed, {expected:,.1f} would. Moods may have fatter tails than that."
    )


def rows_shown(shown: int, ranked: int) -> str:
    """Say how many symbols are listed, of how many."""
    return f"The first {shown:,} of {ranked:,} symbols with a history." if shown < ranked else ""


def level(measure: str, value: float | None) -> str | None:
    """Write a measure's level in its unit: 41.2 %, +0.12, 32 posts."""
    if value is None:
        return None
    if measure == "posts":
        return posts(round(value)) if value >= 10 or value == round(value) else f"{value:.1f} posts"
    return signed(value, 2) if measure == "valence" else f"{value * 100:.1f} %"


def session_hover(row: Mapping[str, Any], measure: str) -> str:
    """Say of a symbol's session: its day, share, posts, authors, and whether it was observed whole."""
    if row["n_posts"] is None:
        said = ["posts not known"]
    elif row["n_posts"] == 0:
        said = ["no posts"]
    else:
        authors = f"{row['n_authors']:,} author{'' if row['n_authors'] == 1 else 's'}"
        said = [
            f"{name_measure(measure).lower()} {level(measure, row[measure])}",
            posts(row["n_posts"]),
            authors,
        ]
    if row["coverage"] is not None and row["coverage"] < 1:
        said.append(f"observed {min(row['coverage'], 0.99):.0%} of the time")
    return f"{day(row['session'])}: {', '.join(said)}"


def heat_title(cells: pl.DataFrame, measure: str, session: date, least: int) -> str:
    """Say which of the symbols is highest in the last session of the heat map with enough posts."""
    latest = cells.filter(pl.col("session") == session, pl.col("n_posts") >= least)
    if latest.is_empty():
        return f"{name_measure(measure)} by symbol: none has {posts(least)} in the last session"
    top = latest.sort(measure, descending=True).row(0, named=True)
    said = level(measure, top[measure])
    return f"{name_measure(measure)} by symbol: highest in {inert(top['ticker'])}, {said}"


def heat_sentence(cells: pl.DataFrame, least: int, cut: bool) -> str:
    """Say what the heat map shows and what it does not."""
    n_symbols, n_sessions = cells["ticker"].n_unique(), cells["session"].n_unique()
    strokes = " A stroke: not observed whole." if cells.filter(pl.col("coverage") < 1).height else ""
    thin = f" A grey dash: fewer than {posts(least)}." if least > 1 else ""
    last = f" Of the period the last {n_sessions:,} sessions are drawn." if cut else ""
    return (
        f"The {n_symbols:,} symbols with the most posts over {n_sessions:,} sessions, most first; a cell is "
        f"the mean over its posts. Blank: no posts.{thin}{strokes}{last} Symbols differ in their levels; "
        "colours do not say what is unusual for a symbol, the movers do."
    )


def volume_title(days: pl.DataFrame, session: date) -> str:
    """Say how the number of posts of a session stands to the usual one."""
    row = days.filter(pl.col("session") == session).row(0, named=True)
    if row["n_posts"] is None:
        return "Posts: their number is not known"
    if row["coverage"] is not None and row["coverage"] < 1:
        return f"Posts: {row['n_posts']:,} seen of a session that was not observed whole"
    if not row["month_posts"]:
        return f"Posts: {row['n_posts']:,}; too few sessions to say what is usual"
    gap = row["n_posts"] - row["month_posts"]
    if row["month_sd"] and abs(gap) <= row["month_sd"]:
        return f"Posts: {row['n_posts']:,}, a usual number"
    return f"Posts: {abs(gap) / row['month_posts']:.0%} {'more' if gap > 0 else 'fewer'} than usual"


def coverage_said(days: pl.DataFrame) -> str:
    """Say how much of the sessions shown was observed, or that nobody knows."""
    known = days.filter(pl.col("coverage").is_not_null())
    if known.is_empty():
        return (
            "Whether posts are missing is not known: these came from files. What `emotape refresh` follows "
            "is watched for gaps."
        )
    whole = known.filter(pl.col("coverage") >= 1).height
    followed, dead = known["n_followed"][0], known["n_dead"][0]
    lost = f"; {dead:,} of them with a source that gave nothing" if dead else ""
    symbols = f"{followed:,} symbol{'' if followed == 1 else 's'}"
    return (
        f"Of {known.height:,} sessions of known coverage {whole:,} were observed whole. In the last one live "
        f"sources followed {symbols}{lost}. Hatched bars are what was seen, not all there was."
    )
