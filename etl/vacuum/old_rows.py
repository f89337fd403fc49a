"""Which rows of the store are kept no longer, and letting go of them.

What was read from a post stays, and so does the hash of its original record: loaded again, the same record is
still known to be unchanged, and a changed one is stored anew. Nothing that is built reads the record itself.
"""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from etl.warehouse.sql_files import read_sql
from etl.warehouse.store import transaction

# Below this share of the file unused space is not worth a copy: it is filled by the next loads.
WORTH_A_COPY = 0.1


@dataclass(frozen=True)
class Expired:
    """How many rows expire: posts that lose their original record, and refused rows."""

    records: int
    refusals: int


def count_expired(
    store: duckdb.DuckDBPyConnection, records_before: datetime | None, refusals_before: datetime | None
) -> Expired:
    """Count what was stored before these moments (UTC); None is for ever."""
    return Expired(
        _count(store, "expired_records", records_before), _count(store, "expired_refusals", refusals_before)
    )


def let_go(
    store: duckdb.DuckDBPyConnection, records_before: datetime | None, refusals_before: datetime | None
) -> None:
    """Empty the original records, and delete the refused rows, that were stored before these moments."""
    with transaction(store):
        if records_before:
            relation = read_sql("vacuum", "expired_records")
            store.execute(
                f"update raw_posts set raw = null from ({relation.text}) as expired"
                " where raw_posts.source = expired.source and raw_posts.post_id = expired.post_id",
                {"before": naive(records_before)},
            )
        if refusals_before:
            relation = read_sql("vacuum", "expired_refusals")
            same = " and ".join(f"quarantine.{column} = expired.{column}" for column in relation.grain)
            store.execute(
                f"delete from quarantine using ({relation.text}) as expired where {same}",
                {"before": naive(refusals_before)},
            )


def unused_bytes(store: duckdb.DuckDBPyConnection) -> int:
    """Return how many bytes of the store's file hold nothing, or 0 where they are not worth a copy."""
    ((block_size, blocks, free),) = store.execute(
        "select block_size, total_blocks, free_blocks from pragma_database_size()"
        " where database_name = 'store'"
    ).fetchall()
    return int(block_size * free) if free > blocks * WORTH_A_COPY else 0


def _count(store: duckdb.DuckDBPyConnection, name: str, before: datetime | None) -> int:
    if before is None:
        return 0
    text = read_sql("vacuum", name).text
    ((count,),) = store.execute(f"select count(*) from ({text})", {"before": naive(before)}).fetchall()
    return int(count)


def naive(moment: datetime) -> datetime:
    """Return a moment as the store keeps it: UTC without a zone."""
    return moment.replace(tzinfo=None)
