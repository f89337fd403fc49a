"""Reading a published version: the only way for the dashboard, regressions and exports to the data."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb
import polars as pl

from etl.errors import NothingPublished
from etl.settings import Home
from etl.version import SCHEMA_VERSION
from etl.warehouse.segments.reading import quote_files
from etl.warehouse.sql_files import read_sql
from etl.warehouse.store import CONFIG
from etl.warehouse.versions import POST_FILES, Version, current_version

Parameter = str | int | float | bool | object
ROWS_AT_ONCE = 500_000
CACHE = "1GB"


class Published:
    """A read-only connection to one version. It goes on showing that version when a newer one appears."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self._connection = duckdb.connect(":memory:", config=CONFIG)
        self._catalogs = ["memory", "market"]
        self._attach("market", str(version.market))
        self._check_schema()
        self._show_posts()
        if version.results.exists():
            self._attach("results", str(version.results))
            self._catalogs.append("results")

    def _attach(self, name: str, path: str) -> None:
        quoted = path.replace("'", "''")
        self._connection.execute(f"attach '{quoted}' as {name} (read_only)")

    def _show_posts(self) -> None:
        """Show the relations of single posts, whose files lie beside the others'."""
        # A version's files never change, so what they say of themselves need be read once.
        self._connection.execute("set parquet_metadata_cache = true")
        for relation in POST_FILES:
            files = quote_files(self.version.post_files(relation))
            self._connection.execute(f"create view memory.{relation} as select * from read_parquet({files})")

    def _check_schema(self) -> None:
        """Refuse relations that this code does not know, before a query fails on a column."""
        ((known,),) = self._connection.execute(
            "select count(*) from duckdb_columns() where database_name = 'market'"
            " and table_name = 'publication' and column_name = 'schema_version'"
        ).fetchall()
        found = 1
        if known:
            ((found,),) = self._connection.execute("select schema_version from market.publication").fetchall()
        if found != SCHEMA_VERSION:
            other = "an older" if found < SCHEMA_VERSION else "a newer"
            remedy = "run `emotape build`" if found < SCHEMA_VERSION else "update emotape"
            raise NothingPublished(
                f"What is published was built by {other} emotape (its relations are of schema {found}, this "
                f"one reads {SCHEMA_VERSION}): {remedy}."
            )

    @property
    def has_results(self) -> bool:
        """Whether anything was estimated yet."""
        return "results" in self._catalogs

    def query(self, name: str, **parameters: Parameter) -> pl.DataFrame:
        """Run `sql/queries/<name>.sql` with its `$parameters` and return the rows.

        A parameter that the query does not name is left out, so that all relations of a tagger can be
        asked for alike. Safe to call from several threads: each call has its own cursor.
        """
        with self._asking(name, parameters) as relation:
            rows: pl.DataFrame = relation.pl()
            return rows

    def stream(self, name: str, **parameters: Parameter) -> Iterator[pl.DataFrame]:
        """Run a query as `query` does and yield its rows some at a time: DuckDB never holds all of them.

        Meanwhile it keeps no more than `CACHE` of the files that it reads, for all who share the connection.
        """
        self._connection.execute(f"set memory_limit = '{CACHE}'")
        try:
            with self._asking(name, parameters) as relation:
                for batch in relation.to_arrow_reader(ROWS_AT_ONCE):
                    rows = pl.from_arrow(batch)
                    assert isinstance(rows, pl.DataFrame)
                    yield rows
        finally:
            self._connection.execute("reset memory_limit")

    @contextmanager
    def _asking(self, name: str, parameters: Mapping[str, Parameter]) -> Iterator[duckdb.DuckDBPyRelation]:
        cursor = self._connection.cursor()
        try:
            cursor.execute(f"set search_path = '{','.join(self._catalogs)}'")
            text = read_sql("queries", name).text
            named = {key: value for key, value in parameters.items() if f"${key}" in text}
            yield cursor.sql(text, params=named)
        finally:
            cursor.close()

    def close(self) -> None:
        """Let go of the files."""
        self._connection.close()


@contextmanager
def open_published(home: Home) -> Iterator[Published]:
    """Open the current version for reading.

    Raises
    ------
    NothingPublished
        Nothing was built yet, or by an emotape whose relations this one does not know.
    """
    published = Published(current_version(home))
    try:
        yield published
    finally:
        published.close()
