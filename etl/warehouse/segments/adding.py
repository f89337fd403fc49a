"""Adding many posts at once: what is new becomes segments, what is known stays, the changed is merged."""

import duckdb

from etl.warehouse.incoming import LoadCount, merge_incoming
from etl.warehouse.segments.lookup import bring_back_changed
from etl.warehouse.segments.writing import MONTH, write_segment

# Fewer posts of a month are no segment of their own: `raw_posts` takes them.
LEAST = 20_000


def add_posts(store: duckdb.DuckDBPyConnection, relation: str, least: int = LEAST) -> LoadCount:
    """Add a relation's posts to the store, within the caller's transaction.

    Parameters
    ----------
    relation
        A temporary table with the columns of `raw_posts`, one row a `source` and `post_id`, each naming all
        symbols of its post. It loses the rows that are stored as they are.
    least
        So many new posts of a source and month make a segment.

    Returns
    -------
    LoadCount
        Nothing is quarantined here.
    """
    unchanged = bring_back_changed(store, relation)
    ((same,),) = store.execute(
        f"delete from {relation} as coming using store.raw_posts as stored"
        " where stored.source = coming.source and stored.post_id = coming.post_id"
        " and stored.raw_hash = coming.raw_hash"
    ).fetchall()
    store.execute(
        "create or replace temp table incoming_posts as select coming.*, true as symbols_are_complete"
        f" from {relation} as coming semi join store.raw_posts as stored"
        " on stored.source = coming.source and stored.post_id = coming.post_id"
    )
    _, updated = merge_incoming(store, "merge_posts")
    store.execute(
        f"delete from {relation} as coming using temp.incoming_posts as merged"
        " where merged.source = coming.source and merged.post_id = coming.post_id"
    )
    new = 0
    for source, month, count in store.execute(
        f"select source, {MONTH} as month, count(*) from {relation} group by all order by all"
    ).fetchall():
        new += count
        if count >= least:
            write_segment(store, relation, month, source)
        else:
            store.execute(
                f"insert into store.raw_posts by name select * from {relation}"
                f" where source = $source and {MONTH} = $month",
                {"source": source, "month": month},
            )
    return LoadCount(new, updated, unchanged + int(same), 0)
