"""What is stored beside estimates of the firm-days that move them most."""

from dataclasses import dataclass, fields

import duckdb
import polars as pl

from etl.warehouse.published import Published


@dataclass(frozen=True)
class Influence:
    """One row a model, term and firm-day that is kept; one row a model and term. Without columns: nothing."""

    influential: pl.DataFrame
    concentration: pl.DataFrame


NO_INFLUENCE = Influence(pl.DataFrame(), pl.DataFrame())
RELATIONS = tuple(field.name for field in fields(Influence))


def read_influence(published: Published, result_id: str | None = None, term: str | None = None) -> Influence:
    """Return what is stored of one coefficient, or of all; nothing where an older emotape stored them."""
    if not published.has_results:
        return NO_INFLUENCE
    held = published.query("results_held")["name"].to_list()
    return Influence(
        *(
            published.query(name, result_id=result_id, term=term) if name in held else pl.DataFrame()
            for name in RELATIONS
        )
    )


def put_influence_in_place(old: Influence, new: Influence, kept: pl.DataFrame) -> Influence:
    """Return what is new with what stays.

    Parameters
    ----------
    kept
        The models whose stored estimates stay, by `result_id`.
    """
    frames = []
    for name in RELATIONS:
        before, after = getattr(old, name), getattr(new, name)
        if before.height and kept.height:
            before = before.join(kept, on="result_id", how="semi", maintain_order="left")
        else:
            before = before.clear()
        both = [frame for frame in (before, after) if frame.height]
        frames.append(_in_order(pl.concat(both, how="diagonal_relaxed") if both else pl.DataFrame()))
    return Influence(*frames)


def write_influence(connection: duckdb.DuckDBPyConnection, influence: Influence) -> None:
    """Write it into the file of results that is being made."""
    for name in RELATIONS:
        frame = getattr(influence, name)
        if frame.width:
            connection.register("frame", frame)
            connection.execute(f"create table {name} as select * from frame")
            connection.unregister("frame")


def are_alike(one: Influence, other: Influence) -> bool:
    """Tell whether two say the same."""
    return all(_same(getattr(one, name), getattr(other, name)) for name in RELATIONS)


def _same(one: pl.DataFrame, other: pl.DataFrame) -> bool:
    if set(one.columns) != set(other.columns):
        return False
    return _in_order(one).equals(_in_order(other.select(one.columns)))


def _in_order(frame: pl.DataFrame) -> pl.DataFrame:
    keys = [key for key in ("result_id", "term", "place", "ticker", "session") if key in frame.columns]
    return frame.sort(keys, nulls_last=True) if keys else frame
