"""How many rows a sample leaves out because a source was down: what is not known is counted, not hidden."""

import polars as pl

from models.estimation.results import Data
from models.estimation.rules import is_incomplete, list_coverage, take_others, take_posts
from models.estimation.spec import Spec
from models.estimation.variables import add_variables


def count_uncovered(spec: Spec, data: Data) -> int:
    """Count the rows that may belong to a spec's sample and are left out for want of coverage.

    Such a row meets the rules that are not on posts and has all variables that are not made of posts, and of
    a window whose posts the spec needs it is known that it was not observed whole. A relation that knows
    nothing of coverage has none.
    """
    frame = data.get(spec.frame, pl.DataFrame())
    coverage = list_coverage(spec, frame)
    if not coverage:
        return 0
    optional = tuple(spec.option("where_present", ()))
    names = [name for name in spec.variables if name not in optional]
    of_posts = [name for name in names if name.startswith(("pre_open_", "intraday_"))]
    others = [name for name in names if name not in of_posts]
    rows = add_variables(frame, [*names, *coverage])
    incomplete = rows.filter(
        *take_others(spec, rows),
        is_incomplete(spec, rows),
        *(pl.col(name).is_not_null() & pl.col(name).cast(pl.Float64).is_finite() for name in others),
    )
    used = incomplete.filter(*take_posts(spec, rows)).drop_nulls(of_posts)
    return incomplete.height - used.height
