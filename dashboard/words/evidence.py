"""Answers of the pages of evidence: a title that says them with their uncertainty, and three numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.words.plain import p_value, signed, significant
from models.tables.answers import LEVEL, Agreement, Tests, in_its_direction
from models.tables.labels import describe
from models.tables.units import UNITS_SHOWN, Unit

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Number:
    """One of the numbers beside a figure.

    Parameters
    ----------
    below
        A second line, such as the interval; "" for none.
    tip
        What the number is, for whoever does not know the term.
    """

    label: str
    value: str
    below: str = ""
    tip: str = ""


def lacking(family: str) -> str:
    """Say which command brings a family that is not stored."""
    return f"This version holds no estimates of it: run `emotape regress {family}`."


def interval(low: float, high: float, unit: str, digits: int = 1) -> str:
    """Write a 95 % interval: 95 %: +1.2 to +3.4 bp."""
    return f"95 %: {signed(low, digits)} to {signed(high, digits)} {unit}".rstrip()


def rejected(tests: Tests, things: str) -> str:
    """Say how many of several tests are below 5 %: 2 of 11 horizons."""
    return f"{tests.n_below} of {tests.n} {things}"


def by_chance(n: int) -> str:
    """Say how many of so many tests chance alone would bring below 5 %."""
    return f"{LEVEL * n:.2g} expected by chance"


def unbroken(p: float) -> str:
    """Write a p-value that no line of a title breaks."""
    return p_value(p).replace(" ", "\u00a0")


def volatility_title(tests: Tests) -> str:
    """Say on how many measures of volatility emotions bear, beyond its own past."""
    if tests.smallest is None:
        return "Volatility: nothing was tested"
    if not tests.n_below:
        return (
            "No tie to volatility beyond its own past can be told from zero "
            f"({tests.n} measures, smallest {unbroken(tests.smallest)})"
        )
    return (
        f"Emotions go with volatility beyond its own past on {tests.n_below} of {tests.n} measures "
        f"(smallest {unbroken(tests.smallest)})"
    )


def persistence_title(at_once: float | None, later: Tests) -> str:
    """Say whether the association with the session's own return goes on in the sessions after it."""
    after = "none" if not later.n_below else str(later.n_below)
    at_once_p = "" if at_once is None else unbroken(at_once)
    if at_once is None:
        return f"Of {later.n} later sessions {after} go with the emotions before"
    if at_once < LEVEL and not later.n_below:
        return f"Gone by the next session: only the session's own return goes with emotions ({at_once_p})"
    if at_once < LEVEL:
        return (
            f"Emotions go with the session's own return ({at_once_p}) and with {after} of the "
            f"{later.n} after it ({by_chance(later.n)})"
        )
    if not later.n_below:
        return (
            f"Neither the session's own return ({at_once_p}) nor any of {later.n} later ones can be "
            "told from zero"
        )
    return (
        f"Not the session's own return ({at_once_p}), but {after} of {later.n} later ones go with "
        f"emotions ({by_chance(later.n)})"
    )


def robustness_title(headline: float | None, others: Tests) -> str:
    """Say whether the headline survives other choices."""
    if headline is None:
        return "The headline itself could not be estimated; other choices could"
    if headline < LEVEL:
        return f"The headline ({unbroken(headline)}) holds under {others.n_below} of {others.n} other choices"
    if not others.n_below:
        return f"Nothing under any of {others.n + 1} choices (headline {unbroken(headline)}, none below 5 %)"
    return (
        f"The headline cannot be told from zero ({unbroken(headline)}); {others.n_below} of {others.n} other "
        f"choices are below 5 % ({by_chance(others.n)})"
    )


def trading_title(portfolios: Sequence[str], forecasts: Sequence[str]) -> str:
    """Say whether trading on emotions would have paid, by the stored verdicts."""
    paying = sum(verdict.startswith("Something") for verdict in portfolios)
    beating = sum(verdict.startswith("Something") for verdict in forecasts)
    beat = f"{beating} of {len(forecasts)} forecasts beat the mean of the past"
    if not portfolios:
        return f"{beat}; no portfolio was formed"
    if paying:
        return f"On paper: {paying} of {len(portfolios)} portfolios leave something after costs, in hindsight"
    left = f"of {len(portfolios)} portfolios none leaves anything after costs that can be told from zero"
    return f"No: {left}" if not beating else f"No: {left}, though {beat}"


def strongest_number(term: Facts | None, measure: str, unit: Unit, in_logs: bool) -> Number:
    """Word the emotion with the smallest p-value, per standard deviation, with its adjusted p-value."""
    tip = (
        "The emotion with the smallest p-value, for a rise of one standard deviation within firms. RW: "
        "adjusted for having tested six emotions (Romano-Wolf)."
    )
    if term is None:
        return Number("Strongest emotion", "none", "", tip)
    step = unit.scale * (term["within_sd"] if term["within_sd"] is not None else 1.0)
    short = "bp" if unit is UNITS_SHOWN["basis points"] else "log points" if in_logs else ""
    adjusted = term.get("p_romano_wolf")
    plain_p = "" if term["p_value"] is None else p_value(term["p_value"])
    said = plain_p if adjusted is None else f"{plain_p}, RW {p_value(adjusted)}"
    return Number(
        f"Strongest: {measure}", f"{significant(term['estimate'] * step)} {short}".strip(), said, tip
    )


def agreement_numbers(agreement: Agreement | None, measure: str) -> list[Number]:
    """Word how an emotion fares under other choices."""
    if agreement is None:
        return []
    return [
        Number(
            f"{measure.capitalize()}: same sign",
            f"{agreement.n_same_sign} of {agreement.n}",
            f"{agreement.n_below} below 5 %",
            "Other choices with the headline's sign of the estimate, and of these those with p < 0.05.",
        ),
        Number(
            f"{measure.capitalize()}: estimates",
            f"{signed(agreement.low * 1e4)} to {signed(agreement.high * 1e4)} bp",
            "per SD, all choices",
            "Least and largest estimate, in basis points for a rise of one standard deviation within firms.",
        ),
    ]


def fit_numbers(model: Facts, strong: Facts | None, measure: str, unit: Unit) -> list[Number]:
    """Word a column in three numbers: the joint test, the strongest emotion, what emotions add to R²."""
    gain = model.get("r_squared_gain_bp")
    joint = model.get("joint_p")
    return [
        Number(
            "Joint test",
            "none" if joint is None else p_value(joint),
            "",
            "The p-value of the hypothesis that all emotion terms are zero together.",
        ),
        strongest_number(strong, measure, unit, describe(str(model["outcome"])).kind == "log"),
        Number(
            "Gain in R²",
            "none" if gain is None else f"{significant(gain).lstrip('+')} bp",
            "over the controls",
            "What the emotions add to the share of variance that the controls explain, in basis points.",
        ),
    ]


def lasting_numbers(
    later: Tests, half_life: tuple[str, Facts] | None, again: tuple[str, float, float] | None
) -> list[Number]:
    """Word persistence in three numbers: later horizons, a half-life, an emotion that stays."""
    numbers = [
        Number(
            "Later sessions below 5 %",
            f"{later.n_below} of {later.n}",
            by_chance(later.n),
            "Of the joint tests of six emotions on the return of each later session.",
        )
    ]
    if half_life is not None:
        name, row = half_life
        below = "" if row["conf_low"] is None else f"95 %: {row['conf_low']:.2f} to {row['conf_high']:.2f}"
        numbers.append(
            Number(
                f"Longest half-life: {name.lower()}",
                f"{row['estimate']:.2f} sessions",
                below,
                "Sessions until half of a change in a firm's emotion before the open is gone.",
            )
        )
    if again is not None:
        emotion, own, overall = again
        numbers.append(
            Number(
                f"{emotion.capitalize()} again",
                f"{own:.0%}",
                f"{overall:.0%} after any emotion",
                f"Share of sessions that {emotion} dominates after a session that it dominated. Of all "
                "emotions this one stays most.",
            )
        )
    return numbers


def trading_numbers(
    name: str, spread: Facts | None, net: Facts | None, break_even: Facts | None
) -> list[Number]:
    """Word the portfolio with the largest spread in three numbers: before costs, after them, break-even."""
    numbers = []
    earned = None if spread is None else in_its_direction(spread)
    for label, row, tip in (
        ("before costs", earned, "Mean return a session between the extreme groups of firms, as it earned."),
        ("after 10 bp a side", net, "The same less 10 basis points for each dollar that is traded."),
    ):
        if row is not None:
            below = interval(row["conf_low"], row["conf_high"], "bp") if row["conf_low"] is not None else ""
            numbers.append(Number(f"{name}, {label}", f"{signed(row['estimate'])} bp", below, tip))
    if break_even is not None:
        numbers.append(
            Number(
                f"{name}, breaks even at",
                f"{break_even['estimate']:.1f} bp a side",
                "",
                "Costs of trading a dollar at which nothing of the spread is left.",
            )
        )
    return numbers


def choices_number(tests: Tests) -> Number:
    """Word under how many other choices six emotions are jointly below 5 %."""
    return Number(
        "Other choices below 5 %",
        f"{tests.n_below} of {tests.n}",
        "six emotions jointly",
        "Of the joint tests of six emotions, one a choice. Choices share their data, so tests go together.",
    )
