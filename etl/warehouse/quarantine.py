"""The quarantine: refused rows with their reason, each kept once and counted."""

import duckdb
import polars as pl


def quarantine_file(
    store: duckdb.DuckDBPyConnection, kind: str, file: str, load_id: int, rejects: list[pl.DataFrame]
) -> int:
    """Replace what an earlier load of the file quarantined, so that loading twice changes nothing."""
    refused = _number(rejects)
    store.execute("delete from quarantine where kind = $kind and file = $file", {"kind": kind, "file": file})
    store.register("refused", refused)
    store.execute(
        "insert into quarantine select $kind, $file, line, position, reason, raw, $load_id from refused",
        {"kind": kind, "file": file, "load_id": load_id},
    )
    store.unregister("refused")
    return refused.height


def quarantine_once(
    store: duckdb.DuckDBPyConnection, address: str, load_id: int, rejects: pl.DataFrame
) -> int:
    """Quarantine what a page refused, unless the same record was refused before; return how many are new.

    The newest page of a stream has the same address every day, so what it refused yesterday must stay.
    """
    store.register("refused", _number([rejects]))
    before = "(select coalesce(max(position), -1) + 1 from quarantine where kind = 'posts' and file = $file)"
    added = store.execute(
        f"insert into quarantine select 'posts', $file, line, position + {before}, reason, raw, $load_id"
        " from refused"
        " anti join (select reason, raw from quarantine where kind = 'posts') as before using (reason, raw)"
        " returning position",
        {"file": address, "load_id": load_id},
    ).fetchall()
    store.unregister("refused")
    return len(added)


def renew_quarantine(
    store: duckdb.DuckDBPyConnection,
    kind: str,
    address: str,
    load_id: int,
    rejects: list[pl.DataFrame],
    from_line: int,
) -> int:
    """Make the quarantine of an address equal to what it refused now, from a line on; count what is new."""
    store.register("refused", _number(rejects))
    where = {"kind": kind, "file": address}
    store.execute(
        "delete from quarantine as old where kind = $kind and file = $file and line >= $from_line"
        " and not exists (from refused where refused.line = old.line and refused.reason = old.reason"
        " and refused.raw = old.raw)",
        {**where, "from_line": from_line},
    )
    added = store.execute(
        "insert into quarantine"
        " select $kind, $file, line, position + coalesce(last_position + 1, 0), reason, raw, $load_id"
        " from refused"
        " anti join (select line, reason, raw from quarantine where kind = $kind and file = $file) as old"
        " using (line, reason, raw)"
        " cross join (select max(position) as last_position from quarantine"
        " where kind = $kind and file = $file)"
        " returning position",
        {**where, "load_id": load_id},
    ).fetchall()
    store.unregister("refused")
    return len(added)


def _number(rejects: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(rejects).with_row_index("position").with_columns(raw=pl.col("raw").str.slice(0, 2000))
