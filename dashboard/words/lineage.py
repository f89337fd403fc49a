"""Sentences about what carries a coefficient, and where a post counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from dashboard.words.mood import THIN, WINDOWS
from dashboard.words.plain import day, inert, p_value, plain, posts, signed, significant
from models.tables.labels import DECIMALS, MEASURES, describe

LARGE = 400_000  # firm-days; more take a while
TOLERANCE = 1e-6
WHOLE = ("emotion", "share")  # kinds shown in percent


@dataclass(frozen=True)
class Scale:
    """How a coefficient is written: what it is multiplied with, its digits, its unit, and per what it is."""

    factor: float
    digits: int
    unit: str
    per: str

    def write(self, value: float, more: int = 0) -> str:
        """Write a coefficient, or a change of it, with its unit; `more` digits than usual."""
        scaled = value * self.factor
        return f"{signed(scaled, self.digits + more)} bp" if self.unit else significant(scaled, 3 + more)


def choose_scale(outcome: str, term: str, within_sd: float | None, std_error: float) -> Scale:
    """Choose how the coefficients of a term are written; per SD where `within_sd` is given."""
    in_bp = describe(outcome).kind in DECIMALS
    factor = (1e4 if in_bp else 1.0) * (1.0 if within_sd is None else within_sd)
    # One digit below the first of the standard error.
    digits = next((n for n in range(1, 6) if abs(std_error * factor) >= 10.0 ** (1 - n)), 6)
    if within_sd is not None:
        per = "for a rise of one standard deviation within firms"
    elif describe(term).kind in WHOLE:
        per = "for a share that goes from 0 to 1"
    else:
        per = "for a rise of one unit"
    return Scale(factor, digits, "bp" if in_bp else "", per)


def term_label(name: str) -> str:
    """Return a variable's words on one line."""
    return plain(describe(name).label, 80)


def strongest_term(terms: pl.DataFrame) -> str:
    """Return the emotion measure that is farthest from zero in its standard errors, else the first term."""
    slopes = terms.filter(pl.col("term") != "(Intercept)")
    ordered = slopes.sort(pl.col("statistic").abs(), descending=True, nulls_last=True)
    names: list[str] = ordered["term"].to_list()
    return next((name for name in names if describe(name).place), names[0])


def lineage_title(term: str, estimate: float, first: Mapping[str, Any], scale: Scale) -> str:
    """Say what the coefficient would be without its most influential firm-day."""
    name = inert(describe(term).label, 60)
    if first["dfbeta"] is None:
        return f"{name}: {scale.write(estimate)}, which rests on some firm-days wholly"
    without, now = _told_apart(estimate - first["dfbeta"], estimate, scale)
    return f"{name}: {now}, or {without} without one firm-day"


def carried(most: float, least: float, n: int) -> str:
    """Say how much of the coefficient the firm-days carry that carry most, and those against it."""
    return (
        f"The ten firm-days that carry most of it carry {percent(most)}, the ten that pull against it most "
        f"{percent(least)}; the shares of all {n:,} sum to 100 %."
    )


def turned(to_zero: int | None, n: int) -> str:
    """Say how many firm-days would have to be left out for the coefficient to vanish."""
    if to_zero is None:
        return "Leaving out firm-days that support its sign, however many, does not bring it to zero."
    which = "the firm-day that supports" if to_zero == 1 else f"the {to_zero:,} firm-days that support"
    return (
        f"Leaving out {which} it most ({percent(to_zero / n)} of the sample) would bring it to about zero; "
        "no sample is drawn like that, so it is a measure of concentration, not a test."
    )


def percent(share: float) -> str:
    """Write a share in percent with two digits that count."""
    value = abs(share) * 100
    digits = 0 if value >= 10 else 1 if value >= 1 else 2
    return f"{'−' if share < 0 else ''}{value:.{digits}f} %"


def figure_sentence(drawn: int, n: int, by_influence: bool) -> str:
    """Say what the figure shows and what it does not.

    Parameters
    ----------
    by_influence
        Whether those drawn are spread evenly by influence; else they are those that move the coefficient
        most and others evenly by firm and session.
    """
    how = "evenly by influence"
    if not by_influence:
        how = "those that move it most, and others evenly by firm and session"
    part = "" if drawn == n else f" Of {n:,} firm-days {drawn:,} are drawn, {how}."
    return (
        "A point is a firm-day. The line's slope is the coefficient, the band its 95 % interval; points far "
        "to the left or right and far from the line move it most. Numbers are those of the table below; "
        f"pale: fewer than {THIN} posts.{part} It shows what the estimate rests on, not why the two go "
        "together."
    )


def other_data(stored: float, found: float, scale: Scale) -> str | None:
    """Say so where the coefficient, estimated anew, is not the stored one."""
    if abs(stored - found) <= TOLERANCE * max(abs(stored), abs(found)):
        return None
    was, is_now = _told_apart(stored, found, scale)
    return (
        f"The stored coefficient, {was}, is of other data or code than those here, by which it is "
        f"{is_now}: run `emotape regress` to store it anew. This page takes the new one apart; its interval "
        "is the stored one's."
    )


def waiting(n_obs: int) -> str:
    """Say what is being done, and that it takes a moment where it does."""
    long = f"; {n_obs:,} firm-days take a moment" if n_obs > LARGE else ""
    return f"Estimating anew, to see what each firm-day does{long} …"


def uncertainty(std_error: float, p: float | None, scale: Scale) -> str:
    """Say how sure a coefficient is."""
    told = f"standard error {unsigned(scale.write(std_error))}"
    return told if p is None else f"{told}, {p_value(p)}"


def whole_window(term: str) -> str:
    """Say so where a term reads a part of the posts that are listed."""
    if "_of_" not in term:
        return ""
    return f" All of the window are listed; {inert(describe(term).label, 80)} reads a part of them."


def firm_day_title(ticker: str, session: date, window: str, back: int) -> str:
    """Head the posts behind a firm-day."""
    before = {0: "", 1: ", one session earlier"}.get(back, f", {back} sessions earlier")
    return f"The posts behind {inert(ticker)}, {day(session)}: {WINDOWS[window].lower()}{before}"


def firm_day_sentence(row: Mapping[str, Any], scale: Scale, estimate: float, n: int) -> str:
    """Say what one firm-day does to the coefficient."""
    few = row["n_posts"] is not None and row["n_posts"] < THIN
    counted = "Nobody counted its posts" if row["n_posts"] is None else posts(row["n_posts"]).capitalize()
    thin = ", too few to say much of a mood" if few else ""
    if row["dfbeta"] is None:
        return f"{counted}{thin}. Without this firm-day the coefficient could not be estimated."
    without, now = _told_apart(estimate - row["dfbeta"], estimate, scale)
    return (
        f"{counted}{thin}. Without this firm-day, number {row['place']:,} of {n:,} by influence, the "
        f"coefficient would be {without} instead of {now}: a change by {abs(row['dfbetas']):.2f} standard "
        "errors."
    )


def measure_shown(term: str, counted: pl.DataFrame) -> str:
    """Return the emotion that a term measures; of another term, the one that the post is tagged with."""
    place = describe(term).place
    name = MEASURES[place[2]] if place else ""
    tagged: str = counted["emotion"][0]
    return name if name in counted["measure"] else tagged


def counted_sentence(row: Mapping[str, Any], term: str, column: str, scale: Scale, rules: str) -> str:
    """Say of one ticker that a post names where it counted, how much, and whether the coefficient saw it."""
    where = f"**{inert(row['ticker'])}**, session of {day(row['session'])}, {_window(row)}: {_makes(row)}"
    name, of = inert(describe(term).label, 60), inert(column, 70)
    if not row["is_read"]:
        return f"{where} The coefficient of {name} reads no posts of this window."
    if not row["in_sample"]:
        return (
            f"{where} The firm-day that reads it is not in the sample of {of}: {inert(rules, 200)}, and none "
            "that is alone in its firm or session."
        )
    if row["dfbeta"] is None:
        return f"{where} Without its firm-day the coefficient of {name} could not be estimated."
    return (
        f"{where} In {of} its firm-day moves the coefficient of {name} by {scale.write(row['dfbeta'], 1)} "
        f"({abs(row['dfbetas']):.2f} standard errors), number {row['place']:,} by influence."
    )


def nowhere(name: str, tagger: str) -> str:
    """Say that a post is not among those that count."""
    return (
        f"No post {inert(name, 60)} that names a symbol and was scored by {inert(tagger)} is in this "
        "version. Load posts with `emotape load posts FILE`, then run `emotape build`."
    )


def unsigned(number: str) -> str:
    """Return a positive number as it is written without its sign."""
    return number.lstrip("+")


def _window(row: Mapping[str, Any]) -> str:
    return WINDOWS[row["window_name"]].lower()


def _makes(row: Mapping[str, Any]) -> str:
    value, mean = unsigned(signed(row["value"], 2)), unsigned(signed(row["mean"], 2))
    if row["n_posts"] == 1:
        return f"the only post, so its {row['measure']} of {value} is the window's mean."
    share = "" if row["share"] is None else f", {percent(row['share'])} of it"
    return (
        f"one of {posts(row['n_posts'])}. Its {row['measure']} is {value}; it makes "
        f"{signed(row['contribution'], 3)} of the window's mean of {mean}{share}."
    )


def _told_apart(one: float, other: float, scale: Scale) -> tuple[str, str]:
    """Write two coefficients with as many digits as it takes to tell them apart, within reason."""
    for more in range(3):
        written = scale.write(one, more), scale.write(other, more)
        if written[0] != written[1]:
            break
    return written
