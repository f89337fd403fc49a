"""Sentences and tables of initial public offerings."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from dashboard.words.evidence import Number, interval, unbroken
from dashboard.words.plain import day, p_value, plain, signed
from models.ipo.published import (
    FIRST_DAY_HIGH,
    FIRST_DAY_LOW,
    LONG_RUN_HIGH,
    LONG_RUN_LOW,
    SOURCE,
)
from models.tables.answers import LEVEL
from models.tables.labels import label

Facts = Mapping[str, Any]
PERCENT = 100
GROUPS = {
    "high_enthusiasm": "High enthusiasm",
    "low_enthusiasm": "Low enthusiasm",
    "high_less_low": "High less low",
}
NO_LISTINGS = (
    "This version knows no initial public offerings: load a list of them with `emotape load ipos FILE`, then "
    "run `emotape build`."
)
ENTHUSIASM = (
    "Enthusiasm: mean probability of happy over the posts of the 90 days before the first trade. Groups are "
    "cut at its median."
)
BESIDE = (
    f"Published: {SOURCE}. Its sample and its formula of enthusiasm were not read, so the numbers stand side "
    "by side and neither reproduces the other."
)


def ipo_title(difference: Facts | None, n: int) -> str:
    """Say whether listings of high and of low enthusiasm differ on their first day."""
    if difference is None or difference["p_value"] is None:
        return f"{n:,} listing{'' if n == 1 else 's'}: returns by enthusiasm are not estimated yet"
    points = f"{signed(difference['estimate'] * 100)} points, {unbroken(difference['p_value'])}"
    if difference["p_value"] >= LEVEL:
        return f"First-day returns of high and of low enthusiasm cannot be told apart ({points})"
    way = "higher" if difference["estimate"] > 0 else "lower"
    return f"High enthusiasm goes with {way} first-day returns ({points})"


def group_numbers(groups: Mapping[str, Facts | None]) -> list[Number]:
    """Word the mean first-day returns of the groups, each with its interval."""
    tip = (
        "Mean of the first close over the offer price, less one. Groups are cut at the median of enthusiasm."
    )
    return [
        Number(
            GROUPS[name],
            f"{signed(row['estimate'] * 100)} {'points' if name == 'high_less_low' else '%'}",
            interval(row["conf_low"] * 100, row["conf_high"] * 100, ""),
            tip,
        )
        for name, row in groups.items()
        if row is not None
    ]


def tabulate_groups(rows: Sequence[tuple[str, str, Facts]]) -> pl.DataFrame:
    """Set group means beside the published ones, in percent.

    Parameters
    ----------
    rows
        What was measured, the group, and its stored term.
    """
    published = {
        "first": {"high_enthusiasm": FIRST_DAY_HIGH, "low_enthusiasm": FIRST_DAY_LOW},
        "later": {"high_enthusiasm": LONG_RUN_HIGH, "low_enthusiasm": LONG_RUN_LOW},
    }
    return pl.DataFrame(
        [
            {
                "Return": plain(what, 60),
                "Group": GROUPS[group],
                "Listings": None if row.get("n") is None else int(row["n"]),
                "Here, %": _percent(row["estimate"]),
                "95 % low": _percent(row["conf_low"]),
                "95 % high": _percent(row["conf_high"]),
                "p": ""
                if row["p_value"] is None
                else p_value(row["p_value"]).removeprefix("p ").lstrip("= "),
                "Published, %": _published(published, what, group),
            }
            for what, group, row in rows
        ],
        infer_schema_length=None,
    )


def list_first_days(listings: pl.DataFrame) -> pl.DataFrame:
    """Return one row a listing: its enthusiasm and first day in percent, its prices and posts."""
    return listings.select(
        pl.col("ticker").map_elements(plain, return_dtype=pl.String),
        "session", "n_posts_before", "offer_price", "first_close",
        enthusiasm=pl.col("enthusiasm") * PERCENT,
        first_day_return=pl.col("first_day_return") * PERCENT,
    )  # fmt: skip


def list_paths(means: pl.DataFrame) -> pl.DataFrame:
    """Return `models.ipo.paths.average_paths` in percent, its groups in words."""
    return means.with_columns(
        pl.col("group").map_elements(label, return_dtype=pl.String),
        pl.col("mean", "conf_low", "conf_high") * PERCENT,
    ).sort("event_session", "group")


def list_path(path: pl.DataFrame) -> pl.DataFrame:
    """Return the path of one listing and the market's beside it, in percent."""
    return path.select("event_session", pl.col("bhr", "bhr_m", "bhar_m") * PERCENT)


def listing_numbers(listing: Facts) -> list[Number]:
    """Word one offering in four numbers."""

    def percent(value: float | None) -> str:
        return "unknown" if value is None else f"{signed(value * 100)} %"

    offer, close = listing["offer_price"], listing["first_close"]
    below = f"offer {offer:,.2f}, first close {close:,.2f}" if offer is not None and close is not None else ""
    happy = listing["enthusiasm"]
    return [
        Number(
            "First-day return",
            percent(listing["first_day_return"]),
            below or (listing["drop_reason"] or ""),
            "First close over offer price, less one; unknown where prices begin late or a split is likely.",
        ),
        Number(
            "Offer to open", percent(listing["offer_to_open"]), "", "First open over offer price, less one."
        ),
        Number(
            "Enthusiasm",
            "unknown" if happy is None else f"{happy:.1%}",
            f"{listing['n_posts_before']:,} posts before",
            ENTHUSIASM,
        ),
        Number(
            "Less the market, 63 sessions",
            percent(listing["bhar_m_63"]),
            "",
            "Return from the first close over 63 sessions, less the market's.",
        ),
    ]


def listing_sentence(listing: Facts) -> str:
    """Say what is known of an offering."""
    parts = [plain(listing["name"], 60)] if listing["name"] else []
    parts += [f"first trade {day(listing['session'] or listing['first_trade'])}"]
    if listing["industry"]:
        parts.append(plain(listing["industry"], 40))
    if listing["proceeds"] is not None:
        parts.append(f"proceeds {listing['proceeds']:,.0f} dollars")
    if listing["age"] is not None:
        parts.append(f"{listing['age']:.0f} years old")
    if listing["venture"] is not None:
        parts.append("venture-backed" if listing["venture"] else "not venture-backed")
    return " · ".join(parts)


def _published(published: Mapping[str, Mapping[str, float]], what: str, group: str) -> float | None:
    of = "first" if what == "First day" else "later" if "industry" in what else ""
    return _percent(published.get(of, {}).get(group))


def _percent(value: float | None) -> float | None:
    return None if value is None else value * 100
