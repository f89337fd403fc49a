"""Promises that a build must keep: each relation's grain, and the queries of `sql/checks/`."""

from collections.abc import Iterable

import duckdb

from etl.errors import CheckFailed
from etl.warehouse.sql_files import list_sql, read_sql


def check_grain(
    connection: duckdb.DuckDBPyConnection, name: str, grain: Iterable[str], rows: str | None = None
) -> None:
    """Fail where a key of the relation is null or stands in two rows.

    Parameters
    ----------
    rows
        The rows to look at, in SQL, where not at all of the relation's.

    Raises
    ------
    CheckFailed
        With an example of a broken key.
    """
    columns = ", ".join(grain)
    broken = connection.execute(
        f"select {columns}, count(*) as times from {rows or name} group by all"
        f" having times > 1 or {' or '.join(f'{column} is null' for column in grain)} limit 1"
    ).fetchall()
    if broken:
        *key, times = broken[0]
        raise CheckFailed(
            f"The build was stopped, nothing was published: {name} should have one row per {columns}, "
            f"but {', '.join(map(str, key))} has {times} (or a part of the key is null)."
        )


def run_checks(connection: duckdb.DuckDBPyConnection) -> None:
    """Run every query of `sql/checks/`: the rows it returns are violations.

    Raises
    ------
    CheckFailed
        With the number of violations and the key of one.
    """
    for name in list_sql("checks"):
        check = read_sql("checks", name)
        columns = ", ".join(check.grain)
        ((count,),) = connection.execute(f"select count(*) from ({check.text})").fetchall()
        if count:
            (example,) = connection.execute(f"select {columns} from ({check.text}) limit 1").fetchall()
            raise CheckFailed(
                f"The build was stopped, nothing was published: the check {name} found {count:,} rows, "
                f"for example {columns} = {', '.join(map(str, example))}."
            )
