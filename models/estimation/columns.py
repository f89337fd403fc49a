"""Which columns of the panel a spec reads, and whose posts are behind a term."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl

from models.estimation.rules import list_coverage
from models.estimation.spec import Spec

_KEYS = {"ticker", "session", "session_no", "quarter"}
_RULES = {"close_lag1"}
_CUMULATED = {"ret_oc", "ret_cc"}
_SHIFTED = re.compile(r"(\w+)_(?:lag|lead)\d+")
_OF_POSTS = re.compile(r"(pre_open|intraday)_\w+?(?:_lag(\d+))?(?:_of_\w+)?")


def columns_read(spec: Spec, known: Collection[str]) -> list[str]:
    """Name the columns of a relation from which a spec's sample can be made, in the relation's order.

    Parameters
    ----------
    known
        The columns of the relation. Lags, leads and cumulated returns that it lacks are made of others.
    """
    named = {*spec.variables, f"{spec.sample.window}_posts"}
    made = {found[1] for name in named if (found := _SHIFTED.fullmatch(name))}
    return [
        name
        for name in known
        if name in _KEYS | _RULES | _CUMULATED | named | made or name.endswith(("_coverage", "_posts_seen"))
    ]


@dataclass(frozen=True)
class Needed:
    """The columns that specs on one sample read, and the rows without which their numbers stay the same.

    Parameters
    ----------
    columns
        In the relation's order.
    variables
        A row that lacks one of them, or has fewer than `min_posts` posts in `window`, is in no sample; it is
        counted only where one of `coverage` is below 1.
    """

    columns: list[str]
    variables: list[str]
    coverage: list[str]
    window: str
    min_posts: int


def rows_needed(specs: Sequence[Spec], relation: pl.DataFrame) -> Needed | None:
    """Say what of the panel specs on one sample need; None where other rows bear on these.

    Other rows do where a variable is shifted or cumulated, and where a rule asks which firms are most posted
    or which part of the sessions a row is in.

    Parameters
    ----------
    specs
        Least-squares specs that share a sample.
    relation
        The panel; its columns are looked at and no row.
    """
    spec = specs[0]
    coverage = list_coverage(spec, relation)
    if {*spec.variables, *coverage} - set(relation.columns):
        return None
    if spec.sample.part is not None or spec.sample.without_most_posted:
        return None
    posts = f"{spec.sample.window}_posts"
    rules = _RULES if spec.sample.price_floor is not None else set()
    # A lag of coverage counts as known where the coverage itself is.
    known = {f"{name.partition('_coverage')[0]}_coverage" for name in coverage}
    wanted = {*_KEYS, *rules, *spec.variables, *coverage, *known, posts, f"{posts}_seen"}
    return Needed(
        [name for name in relation.columns if name in wanted],
        list(spec.variables),
        coverage,
        spec.sample.window,
        spec.sample.min_posts,
    )


def posts_behind(term: str, otherwise: str) -> tuple[str, int]:
    """Return the window whose posts a term is made of, and how many sessions before the outcome's it lies.

    Parameters
    ----------
    otherwise
        The window of a term that no posts made, such as a past return: that which the sample counts.
    """
    found = next((match for name in term.split(":") if (match := _OF_POSTS.fullmatch(name))), None)
    return (found[1], int(found[2] or 0)) if found else (otherwise, 0)
