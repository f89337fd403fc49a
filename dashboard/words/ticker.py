"""Sentences about one ticker: its events, what is known of its firm, its posts, and its peers."""

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl

from dashboard.words.mood import WINDOWS, incomplete
from dashboard.words.plain import day, inert, posts, signed

EVENTS = {"split": "Split", "short_interest": "Short interest", "listing": "First day"}
LONGEST_TEXT = 5000  # characters of a post that is shown whole

_SYMBOL = re.compile(r"[A-Z][A-Z0-9]{0,9}(?:\.[A-Z]{1,3})?")
_NUMBER = re.compile(r"[0-9]{1,18}")
_UNSEEN_BUT_LINES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+")


def event_text(event: Mapping[str, Any]) -> str:
    """Say what happened; `event` is a row of `ticker_events`."""
    value, before = event["value"], event["before"]
    if event["kind"] == "split":
        ratio = Fraction(value).limit_denominator(1000)
        return f"{'split' if ratio > 1 else 'reverse split'}, {ratio.numerator} for {ratio.denominator}"
    if event["kind"] == "short_interest":
        until = "" if before is None else f", {before:.1%} until then"
        return f"short interest {value:.1%} of the float{until}; published before this session"
    offered = "" if before is None else f", offered at {before:,.2f}"
    closed = "" if value is None else f", {signed(value * 100)} % from offer to close"
    return f"first day of trading{offered}{closed}"


def observed_share(coverage: float) -> str:
    """Say which share of a session was observed, for the figure."""
    return "nothing of it" if coverage == 0 else f"{min(coverage, 0.99):.0%} of its time"


def large(value: float) -> str:
    """Write a large number in short: 1.23 bn, 45.6 m, 7,890."""
    for unit, word in ((1e12, "tn"), (1e9, "bn"), (1e6, "m")):
        if value >= unit:
            return f"{value / unit:.3g} {word}" if value < 999.5 * unit else f"{value / unit:,.0f} {word}"
    return f"{value:,.0f}"


def shaded(sessions: pl.DataFrame) -> str:
    """Say what the shaded ground means; nothing where all sessions were observed whole or nobody knows."""
    said = incomplete(sessions)
    return f" Shaded: observed in part or not at all.{said}" if said else ""


def firm_metrics(facts: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return what is known of a firm: name, value, meaning; `facts` is its row of `ticker_facts`."""
    known = []
    if facts["market_value"] is not None:
        known.append(
            (
                "Market value",
                large(facts["market_value"]),
                "Shares outstanding times the close of the session before, as printed; in the currency of "
                "the prices.",
            )
        )
    if facts["short_interest"] is not None:
        known.append(
            (
                "Short interest",
                f"{facts['short_interest']:.1%}",
                "Shares sold short, as a share of the float (of the shares outstanding where the float is "
                "not known), as last published.",
            )
        )
    if facts["inst_own"] is not None:
        known.append(
            (
                "Institutions hold",
                f"{facts['inst_own']:.1%}",
                "Share of the shares outstanding that institutions report to hold, as last published.",
            )
        )
    if facts["shares_outstanding"] is not None:
        known.append(
            (
                "Shares",
                large(facts["shares_outstanding"]),
                "Outstanding, as last published, with the splits since then applied.",
            )
        )
    return known


def lacking_of_ticker(known: Mapping[str, Any]) -> list[str]:
    """Say which of prices and posts there are none of for a symbol, and which command brings them.

    `known` is its row of coverage.
    """
    name = inert(known["ticker"])
    said = []
    if not known["n_prices"]:
        said.append(
            f"No prices for {name}: `emotape load prices FILE` brings daily prices of a file, then "
            "`emotape build`; `emotape refresh` fetches those of followed symbols."
        )
    if not known["n_posts"]:
        said.append(
            f"No posts that name {name}: `emotape load posts FILE` brings those of a file, then "
            "`emotape build`; `emotape refresh` fetches those of followed symbols."
        )
    return said


def no_post_matches(known: Mapping[str, Any]) -> str:
    """Say why no post is listed, and what to do."""
    if not known["n_posts"]:
        return (
            f"There are no posts that name {inert(known['ticker'])}: `emotape load posts FILE` brings them."
        )
    return "No post matches; choose another session, window or emotion, or widen the filters above."


def framed(session: date | None) -> str:
    """Say what the frame in the figure is; nothing where there is none."""
    return "" if session is None else f" Framed: the session of {day(session)}, chosen below."


def known_before(facts: Mapping[str, Any]) -> str:
    """Say as of when the facts of a firm stand; nothing where none is known."""
    if not firm_metrics(facts):
        return ""
    return (
        f"As known before the session of {day(facts['session'])}: published earlier, and describing a day "
        "at most 400 days back. "
    )


def tell_posts(listed: pl.DataFrame) -> pl.DataFrame:
    """Return `ticker_posts` with words for its codes."""
    return listed.with_columns(
        pl.col("window_name").replace(WINDOWS),
        pl.col("emotion").str.to_titlecase(),
        pl.col("probability") * 100,
        pl.col("kind").str.to_titlecase(),
        pl.col("originality").replace({"original": "Original", "passing_on": "Passed on"}),
    )


def tell_events(events: pl.DataFrame) -> pl.DataFrame:
    """Return `ticker_events` in words: `session, event, said`."""
    said = [event_text(event) for event in events.iter_rows(named=True)]
    return events.select(
        "session", event=pl.col("kind").replace(EVENTS), said=pl.Series(said, dtype=pl.String)
    )


def events_shown(events: pl.DataFrame) -> str:
    """Say what the marks above the price mean; nothing where there are none."""
    meant = {
        "split": "◆ a split",
        "short_interest": "▼ a new figure of short interest, in the first session that may know it",
        "listing": "★ the first day of trading",
    }
    seen = set(events["kind"])
    told = "; ".join(text for kind, text in meant.items() if kind in seen)
    return f" Marks: {told}." if told else ""


def unknown_facts(facts: Mapping[str, Any]) -> str:
    """Say which facts of a firm are not known, and which commands bring them; nothing where all are."""
    missing = [
        (word, command)
        for name, word, command in (
            ("short_interest", "short interest", "emotape load short-interest FILE"),
            ("market_value", "market value", "emotape load shares FILE"),
            ("inst_own", "institutional holdings", "emotape load ownership FILE"),
        )
        if facts[name] is None
    ]
    if not missing:
        return ""
    what = [word for word, _ in missing]
    named = what[0] if len(what) == 1 else f"{', '.join(what[:-1])} and {what[-1]}"
    commands = ", ".join(f"`{command}`" for _, command in missing)
    return f"Not known of this firm: {named}. They come with {commands}, then `emotape build`."


def whole_text(body: str) -> str:
    """Return a post as its author wrote it, lines kept, less control marks and marks that turn direction."""
    seen = _UNSEEN_BUT_LINES.sub(" ", body.replace("\r\n", "\n"))
    return seen if len(seen) <= LONGEST_TEXT else f"{seen[:LONGEST_TEXT]} […]"


def post_links(post: Mapping[str, Any]) -> str:
    """Write a post's time and symbols as Markdown; as links to StockTwits where it comes from there.

    An address is made of digits or of a symbol's letters alone, never of text of the post. `post` is a
    row of `post_text`.
    """
    moment = post["available_at"]
    when = (
        f"{day(moment)}, {moment:%H:%M} UTC" if post["time_known"] else f"before {day(moment)}, time unknown"
    )
    named = [ticker for ticker in post["tickers"] if _SYMBOL.fullmatch(ticker)]
    if post["source"] != "stocktwits":
        return " · ".join((when, *(rf"\${ticker}" for ticker in named)))
    if _NUMBER.fullmatch(post["post_id"]):
        when = f"[{when}](https://stocktwits.com/message/{post['post_id']})"
    return " · ".join((when, *(rf"[\${ticker}](https://stocktwits.com/symbol/{ticker})" for ticker in named)))


def comparison_title(compared: pl.DataFrame) -> str:
    """Say where the best and the worst of several symbols came to; `compared` has their index."""
    moves = price_moves(compared)
    if moves.height < 2:
        return "Beside other symbols"
    best, worst = moves.row(0, named=True), moves.row(-1, named=True)
    return (
        f"From 100, {inert(best['ticker'])} came to {100 * (1 + best['move']):,.1f} "
        f"and {inert(worst['ticker'])} to {100 * (1 + worst['move']):,.1f}"
    )


def comparison_facts(compared: pl.DataFrame) -> str:
    """Say of which span the moves are, and how many posts each symbol has."""
    counts = compared.group_by("ticker", maintain_order=True).agg(pl.col("n_posts").sum())
    said = ", ".join(f"{inert(ticker)} {posts(n)}" for ticker, n in counts.iter_rows())
    indexed = compared.filter(pl.col("price_index").is_not_null())["session"]
    if indexed.is_empty():
        return f"{said}. No session here has a price of each, so their prices cannot be set to 100."
    return (
        f"{said}. Prices, with dividends, are 100 at the close of {day(indexed.min())}, "  # type: ignore[arg-type]
        "the first session that has a price of each."
    )


def price_moves(compared: pl.DataFrame) -> pl.DataFrame:
    """Return how far each symbol's index came to the last session shown: `ticker, move`, highest first."""
    return (
        compared.filter(pl.col("price_index").is_not_null())
        .group_by("ticker", maintain_order=True)
        .agg(move=pl.col("price_index").last() / 100 - 1)
        .sort("move", descending=True)
    )
