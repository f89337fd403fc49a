"""Titles and sentences about moods that say the answer."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import polars as pl

from dashboard.words.plain import day, inert, plain, posts
from models.emotions import EMOTIONS
from models.tagger.explanation import KINDS

WINDOWS = {"pre_open": "Before the open", "intraday": "During the session", "both": "Both"}
IN_WINDOW = {
    "pre_open": "before the open",
    "intraday": "during the session",
    "both": "from the close before to the close",
}


THIN = 10  # posts; fewer are drawn pale and named as few


UNUSUAL = 1.0  # SD


def name_measure(measure: str) -> str:
    """Return the word for an emotion or valence."""
    return measure.capitalize()


def freshness(publication: Mapping[str, Any], number: int) -> str:
    """Say in one line how fresh the version is, and which it is."""
    last_post: datetime | None = publication["last_post_at"]
    last_price: date | None = publication["last_price"]
    return " · ".join(
        (
            f"Last post **{day(last_post)}, {last_post:%H:%M} UTC**" if last_post else "**No posts**",
            f"Last close **{day(last_price)}**" if last_price else "**No prices**",
            f"{publication['n_posts']:,} posts, {publication['n_prices']:,} prices",
            f"Version {number}",
        )
    )


def mood_title(today: pl.DataFrame) -> str:
    """Say which emotion is farthest from its month; `today` has one row a measure of one session."""
    row = farthest(today)
    if row is None:
        return "Too few sessions to say what is usual"
    if row["n_posts"] < THIN:
        return f"Only {posts(row['n_posts'])}: too few to speak of a mood"
    if abs(row["z"]) < UNUSUAL:
        return f"A usual mood: every emotion within {UNUSUAL:.0f} SD of its month"
    return f"{name_measure(row['measure'])} is {away(row['z'])} its month"


def farthest(today: pl.DataFrame) -> dict[str, Any] | None:
    """Return the row of the emotion farthest from its month, or None where none has a month."""
    known = today.filter(pl.col("measure").is_in(EMOTIONS), pl.col("z").is_not_null())
    return known.sort(pl.col("z").abs(), descending=True).row(0, named=True) if known.height else None


def departures(today: pl.DataFrame) -> pl.DataFrame:
    """Return a session's measures beside their month, the farthest first."""
    return today.select("measure", "z", "share", "month_mean", "month_sd", "n_posts").sort(
        pl.col("z").abs(), descending=True, nulls_last=True
    )


def speaking_session(sessions: pl.DataFrame, least: int = THIN) -> date:
    """Return the session that a title speaks of: the last with enough posts, of the last five with any.

    Where none of the five has enough, it is the last; the day that has begun is seldom enough.
    """
    latest = sessions.select("session", "n_posts").unique().sort("session").tail(5)
    enough = latest.filter(pl.col("n_posts") >= least)
    session: date = (enough if enough.height else latest)["session"][-1]
    return session


def ticker_title(ticker: str, said: Mapping[str, Any] | None, least: int = THIN) -> str:
    """Say how a ticker's valence stands to its month; `said` is the session spoken of."""
    name = inert(ticker)
    if said is None:
        return f"{name}: no posts in these sessions"
    if said["n_posts"] < least:
        return f"{name}: {posts(said['n_posts'])} on {day(said['session'])}, too few to speak of a mood"
    if said["valence_z"] is None:
        return f"{name}: too few sessions with posts to say what is usual"
    if abs(said["valence_z"]) < UNUSUAL:
        return f"{name}: valence within {UNUSUAL:.0f} SD of its month"
    return f"{name}: valence is {away(said['valence_z'])} its month"


def later_thin(session: date, sessions: pl.DataFrame, least: int = THIN) -> str:
    """Say so where sessions after the one spoken of have few posts."""
    later = sessions.filter(pl.col("session") > session, pl.col("n_posts") > 0)["session"].n_unique()
    if not later:
        return ""
    which = "The session after it has" if later == 1 else f"The {later} sessions after it have"
    return f" {which} fewer than {posts(least)}."


def observed(coverage: float | None) -> str:
    """Say so where the posts of a session are incomplete; nothing where they are whole or nobody knows."""
    if coverage is None or coverage >= 1:
        return ""
    if coverage == 0:
        return " A source gave nothing of it: the posts that are here are not all."
    return f" It was observed for {min(coverage, 0.99):.0%} of its time: the posts that are here are not all."


def incomplete(sessions: pl.DataFrame) -> str:
    """Say how many of the sessions shown were not observed whole."""
    n = sessions.filter(pl.col("coverage") < 1)["session"].n_unique()
    if not n:
        return ""
    were = "was not observed whole, so its" if n == 1 else "were not observed whole, so their"
    return f" Of these sessions {n:,} {were} number of posts is not known."


def ticker_facts(known: Mapping[str, Any]) -> str:
    """Say what there is of a ticker; `known` is its row of coverage."""
    facts = []
    if known["n_posts"]:
        first, last = day(known["first_post_at"]), day(known["last_post_at"])
        facts.append(f"In all {posts(known['n_posts'])}, {first} to {last}.")
    if known["n_prices"]:
        facts.append(f"Prices {day(known['first_price'])} to {day(known['last_price'])}.")
    if known["n_price_gaps"]:
        facts.append(f"{known['n_price_gaps']:,} sessions between lack a price; none is filled.")
    return " ".join(facts)


def posts_shown(shown: int, matching: int) -> str:
    """Say how many posts are listed, of how many; texts are cut for display."""
    if shown < matching:
        return f"The newest {shown:,} of {matching:,} posts; long texts are cut."
    return f"{posts(matching)}, newest first; long texts are cut."


def posts_summed(summed: int, matching: int) -> str:
    """Say of how many posts words were added up."""
    return f"the newest {summed:,} of {matching:,} posts" if summed < matching else posts(matching)


def cannot_explain(tagger: str) -> str:
    """Say why the words behind these scores cannot be shown."""
    if tagger != "linear":
        return f"The tagger {inert(tagger)} does not say what each word contributes; linear does."
    return (
        "These scores come from other weights than those installed here, so their words cannot be shown; "
        "`emotape build` scores the posts again."
    )


def contribution_label(row: Mapping[str, Any]) -> str:
    """Write a token with its name and how often it occurs: 🚀 rocket ×3; any cashtag is cashtag alone."""
    named = KINDS.get(row["token"]) or " ".join(filter(None, (plain(row["token"]), row["name"])))
    return f"{named} ×{row['count']:,}" if row["count"] > 1 else named


def away(z: float) -> str:
    """Say how far something is from its month: 2.1 SD above."""
    return f"{abs(z):.1f} SD {'above' if z > 0 else 'below'}"
