"""The rules of a sample: which rows of a relation it takes, as expressions and in words."""

import re

import polars as pl

from models.estimation.spec import Spec

# A variable made of the posts of a window, of its session or of another one.
_OF_POSTS = re.compile(r"(pre_open|intraday)_\w+?(_(?:lag|lead)\d+)?")


def list_coverage(spec: Spec, frame: pl.DataFrame) -> list[str]:
    """Name the coverage of each window whose posts a spec reads or counts; none that the frame knows not.

    `pre_open_happy_lag3` is read with `pre_open_coverage_lag3`, which `add_variables` makes.
    """
    found = [match for name in spec.variables if (match := _OF_POSTS.fullmatch(name))]
    windows: list[tuple[str, str]] = [(spec.sample.window, "")] if spec.sample.min_posts else []
    windows += [(match[1], match[2] or "") for match in found]
    named = {f"{window}_coverage{shift}": f"{window}_coverage" for window, shift in windows}
    return [name for name, base in named.items() if base in frame.columns]


def is_incomplete(spec: Spec, frame: pl.DataFrame) -> pl.Expr:
    """Tell of each row whether a window whose posts the spec needs is known not to be observed whole."""
    return pl.any_horizontal(pl.lit(False), *(pl.col(name) < 1 for name in list_coverage(spec, frame)))


def take_posts(spec: Spec, frame: pl.DataFrame) -> list[pl.Expr]:
    """Return the rules on posts: enough of them, of windows that were observed to the share asked for.

    Where coverage is unknown there is no rule on it. Where the count is unknown, as of a window that was
    not observed whole, the posts that were seen are the least that there were.

    Parameters
    ----------
    frame
        With the variables that `list_coverage` names.
    """
    sample, rules = spec.sample, []
    if (posts := f"{sample.window}_posts") in frame.columns:
        rules.append(_count(posts, frame) >= sample.min_posts)
    return rules + [
        pl.col(name).is_null() | (pl.col(name) >= sample.min_coverage) for name in list_coverage(spec, frame)
    ]


def take_others(spec: Spec, frame: pl.DataFrame) -> list[pl.Expr]:
    """Return the rules that are not on posts: on sessions, tickers and prices."""
    sample, rules = spec.sample, [pl.lit(True)]
    if sample.price_floor is not None:
        rules.append(pl.col("close_lag1") >= sample.price_floor)
    if sample.start is not None:
        rules.append(pl.col("session") >= pl.lit(sample.start).str.to_date())
    if sample.end is not None:
        rules.append(pl.col("session") <= pl.lit(sample.end).str.to_date())
    if sample.without_most_posted:
        posts = _count(f"{sample.window}_posts", frame)
        most = (
            frame.group_by("ticker")
            .agg(posts=posts.sum())
            .sort("posts", "ticker", descending=[True, False])["ticker"]
            .head(sample.without_most_posted)
        )
        rules.append(~pl.col("ticker").is_in(most.implode()))
    if sample.without:
        rules.append(~pl.col("ticker").is_in(sample.without))
    if sample.part is not None:
        # Of the sessions that the other rules leave: prices may begin long before posts do.
        days = frame.filter(*take_posts(spec, frame), *rules)["session"].unique().sort()
        first, last = (round(share * len(days)) for share in sample.part)
        part = days[first:last]
        rules.append(pl.col("session").is_between(part[0], part[-1]) if len(part) else pl.lit(False))
    return rules


def say_rules(spec: Spec) -> list[str]:
    """Say the rules in words, what a row must have each."""
    sample = spec.sample
    words = []
    if spec.frame != "listings" and sample.min_posts:
        window = "before the open" if sample.window == "pre_open" else "during the session"
        words.append(f"at least {sample.min_posts} post{'s' if sample.min_posts != 1 else ''} {window}")
    # As a rule windows must have been observed whole, which the notes say where it matters.
    if sample.min_coverage == 0:
        words.append("posts observed for however little of their window")
    elif sample.min_coverage < 1:
        words.append(f"posts observed for at least {sample.min_coverage:.4g} of their window")
    if sample.price_floor is not None:
        words.append(f"a close of at least {sample.price_floor:g} dollars the session before")
    if sample.start or sample.end:
        words.append(f"a session from {sample.start or 'the first'} to {sample.end or 'the last'}")
    if sample.part is not None:
        words.append(f"a session of the part from {sample.part[0]:.0%} to {sample.part[1]:.0%} of them")
    if sample.without_most_posted:
        words.append(f"a ticker that is not among the {sample.without_most_posted} most posted")
    if sample.without:
        words.append(f"a ticker other than {', '.join(map(str, sample.without))}")
    return words


def _count(posts: str, frame: pl.DataFrame) -> pl.Expr:
    seen = f"{posts}_seen"
    return pl.coalesce(posts, seen) if seen in frame.columns else pl.col(posts)
