"""Words of the choices of a reader's own regression, and of what came of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.words.plain import inert
from dashboard.words.regressions import name_outcome, regression_title
from models.estimation.own_choices import (
    ALL_POSTS,
    AS_STORED,
    NONE,
    SAME_SESSION,
    SIX_EMOTIONS,
    VALENCE,
    Choices,
    join_horizon,
)
from models.tables.labels import label
from models.tables.names import PARTS

MARK = "Not stored, not part of any family: one more test."
UNSAYABLE = (
    "A file of specs cannot say this column: it stands on other rows than firm-days, or has no terms. Choose "
    "another one above, such as one of the first question; `docs/own-specs.md` has a file to start from."
)
ABOUT_FILE = (
    "Save the file, change it as you like (weights, products of terms, several columns beside each other: "
    "`docs/own-specs.md`), and run the command where `emotape` is installed. It stores the estimates in a "
    "new version, and they appear here among your own."
)
VIEWS = {"stored": "As stored", "own": "Your own regression"}
EMOTIONS = {
    SIX_EMOTIONS: "Six emotions",
    VALENCE: "Valence",
    NONE: "None: controls alone",
    AS_STORED: "As in the column",
}
WINDOWS = {
    "pre_open": "Before the open",
    "intraday": "During the session",
    "pre_open_lag1": "Before the open, session before",
    "intraday_lag1": "During the session before",
}
EFFECTS = {
    "ticker+session": "Firm and session",
    "ticker": "Firm",
    "session": "Session",
    "none": "None, an intercept",
}
INFERENCE = {
    "cluster:ticker+session": "Clustered by firm and session",
    "cluster:ticker": "Clustered by firm",
    "cluster:session": "Clustered by session",
    "driscoll-kraay": "Driscoll-Kraay",
    "newey-west": "Newey-West",
    "HC1": "Robust (HC1)",
    "HC3": "Robust (HC3)",
    "iid": "Classical (iid)",
}
PRICES = {"any": "Any price", "1": "1 dollar", "5": "5 dollars", "10": "10 dollars"}
WINSORISING = {"0.001": "0.1 % and 99.9 %", "0.01": "1 % and 99 %", "none": "Not at all"}

TIPS = {
    "outcome": "The variable that is explained, as the panel holds it. Returns are decimals there, and shown "
    "in basis points.",
    "horizon": "Same session: the session that the posts speak to. Later: the outcome of that session, by "
    "itself. To the close: the return from this session's open to the close so many sessions "
    "later; such returns overlap from session to session.",
    "emotions": "The terms of interest, which are tested jointly. Six emotions: each one's mean probability "
    "over the posts, neutral left out. Valence: happy less sad, anger, disgust and fear. As in the column: "
    "whatever the stored column has.",
    "window": "Whose emotions. Before the open: posts from the close before to one second before the open. "
    "During the session: up to one second before the close, so they answer the prices of the same hours: "
    "an association and no prediction.",
    "part": "Emotions of a part of the posts before the open alone, such as those of authors with many "
    "followers. The sample is then the firm-days with a post of that part.",
    "controls": "Terms that are held but not tested. Offered is what is known before the outcome begins.",
    "effects": "Absorbed before estimating: firm effects take out what a firm always has, session effects "
    "what all firms have on a day.",
    "inference": "Clustered: errors may hang together within a firm, within a session, or both. "
    "Driscoll-Kraay: across firms and over time. Newey-West: over time within a firm. HC1, HC3: unequal "
    "variances. Classical: none of it, and so mostly too small.",
    "bootstrap": "With fewer than 40 clusters, clustered standard errors are too small. The wild cluster "
    "bootstrap (null imposed) then gives the p-values and intervals.",
    "min_posts": "Fewest posts of a firm-day in the window. A mean of one post is a noisy measure of a mood.",
    "price_floor": "Least close of the session before: prices of cents move by large shares.",
    "start": "First session of the sample.",
    "end": "Last session of the sample.",
    "winsorise": "Returns beyond these two quantiles of the sample are set to them, so that a few extreme "
    "days do not decide.",
}


def title(model: Mapping[str, Any] | None) -> str:
    """Say what came of it, and that it is stored nowhere; None where nothing is estimated yet."""
    if model is None:
        return "Your own regression: not estimated yet"
    return f"Your own, not stored: {regression_title(model)}"


def starts_from(column: str, title: str, is_fixed: bool) -> str:
    """Say which stored column is changed, and how far it can be."""
    start = f"It starts from column {inert(column)}, **{inert(title, 60)}**: change what you like."
    if not is_fixed:
        return start
    return f"{start} Its method fixes what cannot be chosen here."


def horizon(choice: str) -> str:
    """Word a horizon: 3 sessions later, to the close 3 sessions later."""
    if choice == SAME_SESSION:
        return "Same session"
    n = int(choice.removeprefix("lead").removeprefix("cum"))
    later = f"{n} session{'' if n == 1 else 's'} later"
    return f"To the close {later}" if choice.startswith("cum") else later


def part(choice: str) -> str:
    """Word whose posts count."""
    return "All posts" if choice == ALL_POSTS else f"{PARTS[choice][:1].upper()}{PARTS[choice][1:]}"


def inference(choice: str) -> str:
    """Word a kind of standard errors; one with lags that no list has is its own word."""
    if choice in INFERENCE:
        return INFERENCE[choice]
    kind, _, lags = choice.partition(":")
    return f"{INFERENCE.get(kind, kind)}, {lags} lags" if lags.isdigit() else choice


def posts(choice: str) -> str:
    """Word the fewest posts of a firm-day."""
    return "Any, or none" if choice == "0" else choice


def heading(chosen: Choices, stored: str) -> str:
    """Return the heading of the column: that of the stored one where its regressors stay."""
    if chosen.emotions == AS_STORED:
        return stored
    if chosen.emotions == NONE:
        return "Controls"
    whose = "" if chosen.part == ALL_POSTS else f", {PARTS[chosen.part]}"
    return f"{EMOTIONS[chosen.emotions]}{whose}"


def question(chosen: Choices, stored: str) -> str:
    """Say what the regression asks."""
    outcome = name_outcome(join_horizon(chosen.outcome, chosen.horizon))
    if chosen.emotions == NONE:
        return f"What do controls alone say of {outcome}?"
    if chosen.emotions == AS_STORED:
        return f"Do the terms of '{stored}' go with {outcome}?"
    when = WINDOWS[chosen.window].lower()
    whose = "" if chosen.part == ALL_POSTS else f" of {PARTS[chosen.part]}"
    asked = "Do six emotions" if chosen.emotions == SIX_EMOTIONS else "Does valence"
    return f"{asked}{whose}, {when}, go with {outcome}?"


def not_stored(tried: int) -> str:
    """Mark an estimate that is in no table, and say what its p-values are worth after so many tries."""
    mark = f"**{MARK}**"
    if tried < 2:
        return (
            f"{mark} Whoever tries many regressions finds some below 5 % by chance. Decide what to estimate "
            "before you look, and report how many you tried."
        )
    return (
        f"{mark} It is the {ordinal(tried)} that you estimated here. Of {tried} tests of what is not there, "
        f"{0.05 * tried:.2g} lie below 5 % by chance, and no p-value on this page is adjusted for that. "
        "Report how many you tried."
    )


def ordinal(n: int) -> str:
    """Write a place: 1st, 2nd, 3rd, 11th, 21st."""
    ending = "th" if n % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n:,}{ending}"


def small_enough(n: int, most: int, seconds: float) -> str:
    """Say how large the sample is, and that it may be estimated here."""
    return (
        f"The sample has up to {n:,} firm-days; fewer where a lag is missing, or a firm or session stands "
        f"alone. This page estimates up to {most:,}, for at most {seconds:g} seconds."
    )


def too_large(n: int, most: int) -> str:
    """Say why a regression is not estimated on the page."""
    return (
        f"Too large for this page: the sample has up to {n:,} firm-days, and this page estimates up to "
        f"{most:,}. Save the file and run the command, which has no limit; what it estimates appears here by "
        "itself, among your own."
    )


def no_firm_day(variables: Sequence[str]) -> str:
    """Say that a sample is empty."""
    named = ", ".join(inert(label(name), 60) for name in variables)
    return (
        f"No firm-day within these rules has all of: {named}. Take fewer terms, fewer posts or more sessions."
    )


def estimating(spent: float, most: float) -> str:
    """Say how long an estimation has taken so far, and how to stop it."""
    return f"Estimating: {spent:.0f} of at most {most:g} seconds. Changing a choice stops it."


def waiting(places: int) -> str:
    """Say that others are estimating, and that it will be one's turn."""
    return f"Waiting: {places} regressions are being estimated here, the most at once."


def too_slow(seconds: float) -> str:
    """Say that the time was up, and what to do."""
    return (
        f"It was not done after {seconds:g} seconds and was stopped. Save the file and run the command, "
        "which has no limit, or take a smaller sample."
    )


def all_places_taken(places: int) -> str:
    """Say that others are estimating."""
    return (
        f"{places} regressions of others are being estimated here, the most at once. Try again in a moment."
    )


def wrong(problems: Sequence[str]) -> str:
    """List what keeps the choices from fitting together."""
    listed = "\n".join(f"- {inert(problem, 400)}" for problem in problems)
    return f"This cannot be estimated:\n{listed}"
