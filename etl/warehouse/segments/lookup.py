"""Whether posts that come in lie in a segment already; the few segments that may hold them are asked."""

import duckdb

from etl.warehouse.segments.catalogue import list_segments
from etl.warehouse.segments.reading import NOT_REPLACED, NUMBER, quote_files

# A word whose order is that of ids where ids are numbers, so that few segments can hold those of one day.
KEY = "lpad(post_id, 24, '0')"


def find_kept(store: duckdb.DuckDBPyConnection, relation: str) -> bool:
    """Make the temporary table `kept_in_segments` of the posts of a relation that lie in segments.

    Its columns: `source`, `post_id`, `raw_hash` of what is kept, `segment`.

    Returns
    -------
    bool
        Whether there is any.
    """
    ranges = store.execute(
        f"select source, min({KEY}), max({KEY}) from {relation} group by source order by source"
    ).fetchall()
    segments = [
        segment
        for source, first, last in ranges
        for segment in list_segments(
            store,
            "source = $source and first_key <= $last and last_key >= $first",
            source=source,
            first=first,
            last=last,
        )
    ]
    if not segments:
        store.execute("drop table if exists temp.kept_in_segments")
        return False
    numbers = ", ".join(f"({segment.number}, '{segment.posts.name}')" for segment in segments)
    store.execute(
        "create or replace temp table kept_in_segments as"
        " select kept.source, kept.post_id, kept.raw_hash, files.segment"
        f" from (select source, post_id, raw_hash, filename, parse_filename(filename) as file"
        f" from read_parquet({quote_files([s.posts for s in segments])}, filename = true)) as kept"
        f" inner join (values {numbers}) as files(segment, file) on files.file = kept.file"
        f" semi join {relation} as coming"
        " on coming.source = kept.source and coming.post_id = kept.post_id"
        f" {NOT_REPLACED}"
    )
    ((count,),) = store.execute("select count(*) from temp.kept_in_segments").fetchall()
    return bool(count)


def bring_back_changed(store: duckdb.DuckDBPyConnection, relation: str) -> int:
    """Make `raw_posts` ready for posts that come in, whatever of them lies in segments.

    Of those that are kept as they are, the relation (a temporary table) loses its rows; those that
    differ are copied back to `raw_posts`, where the merge finds and changes them.

    Returns
    -------
    int
        How many rows the relation lost.
    """
    if not find_kept(store, relation):
        return 0
    store.execute(
        "create or replace temp table changed as select kept.* from temp.kept_in_segments as kept"
        f" inner join {relation} as coming"
        " on coming.source = kept.source and coming.post_id = kept.post_id"
        " where coming.raw_hash <> kept.raw_hash"
    )
    numbers = [n for (n,) in store.execute("select distinct segment from temp.changed").fetchall()]
    if numbers:
        files = quote_files(
            [s.posts for s in list_segments(store, f"segment in ({', '.join(map(str, numbers))})")]
        )
        store.execute(
            f"insert into store.raw_posts by name select kept.* from read_parquet({files}) as kept"
            " semi join temp.changed as changed"
            " on changed.source = kept.source and changed.post_id = kept.post_id"
            f" and changed.segment = {NUMBER}"
        )
        store.execute("insert into store.replaced_posts select source, post_id, segment from temp.changed")
    ((same,),) = store.execute(
        f"delete from {relation} as coming using temp.kept_in_segments as kept"
        " where coming.source = kept.source and coming.post_id = kept.post_id"
        " and coming.raw_hash = kept.raw_hash"
    ).fetchall()
    return int(same)


def count_known(store: duckdb.DuckDBPyConnection, relation: str) -> int:
    """Count the posts of a relation (`source`, `post_id`, `raw_hash`) that lie in segments as they are."""
    if not find_kept(store, relation):
        return 0
    ((known,),) = store.execute(
        f"select count(*) from temp.kept_in_segments as kept inner join {relation} as coming"
        " on coming.source = kept.source and coming.post_id = kept.post_id"
        " and coming.raw_hash = kept.raw_hash"
    ).fetchall()
    return int(known)
