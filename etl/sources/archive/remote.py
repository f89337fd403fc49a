"""An archive in an S3 bucket, asked for without an account through DuckDB's extension httpfs."""

from pathlib import Path

import duckdb

from etl.errors import BadInput, SourceFailed
from etl.sources.archive.layout import RECORDS, TEXTS, Archive, ArchiveFile, refuse_if_missing


def load_httpfs(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `s3://` readable, installing the extension where that is possible.

    Raises
    ------
    BadInput
        The extension is not there and cannot be installed; the message says what to do.
    """
    try:
        try:
            connection.execute("load httpfs")
        except duckdb.Error:
            connection.execute("install httpfs")
            connection.execute("load httpfs")
    except duckdb.Error as error:
        raise BadInput(
            f"s3:// needs DuckDB's extension httpfs, and it cannot be installed here "
            f"({str(error).splitlines()[0][:200]}). On a machine with a network run: "
            'duckdb -c "INSTALL httpfs". Or copy the files, for example with: '
            "aws s3 sync --no-sign-request s3://BUCKET/FOLDER FOLDER, and load the folder."
        ) from error


def find_remote(connection: duckdb.DuckDBPyConnection, location: str) -> Archive:
    """Find the files of an archive in a bucket.

    Raises
    ------
    BadInput
        `httpfs` is not to be had, or there are no files of a kind.
    SourceFailed
        The bucket does not answer.
    """
    load_httpfs(connection)
    location = location.rstrip("/")
    return Archive(location, _list(connection, location, RECORDS), _list(connection, location, TEXTS))


def fetch(connection: duckdb.DuckDBPyConnection, file: ArchiveFile, target: Path) -> Path:
    """Copy a file of a bucket to a local path, whole or not at all.

    Raises
    ------
    SourceFailed
        The bucket does not answer, or not with the whole file.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        connection.execute(
            f"copy (select content from read_blob({_quote(file.address)})) to {_quote(str(unfinished))}"
            " (format blob)"
        )
    except duckdb.Error as error:
        raise _no_answer(file.address, error) from error
    size = unfinished.stat().st_size
    if size != file.size:
        raise SourceFailed(
            f"{file.address} gave {size:,} bytes and not {file.size:,}: it was cut off, or changes just now. "
            "What is stored is kept; run the same command again."
        )
    unfinished.replace(target)
    return target


def _list(connection: duckdb.DuckDBPyConnection, location: str, kind: str) -> tuple[ArchiveFile, ...]:
    try:
        # Only what stands in the list of the bucket is asked for: no content is fetched.
        found = connection.execute(
            "select filename, size, last_modified::varchar from read_blob($pattern) order by filename",
            {"pattern": f"{location}/{kind}/*.csv"},
        ).fetchall()
    except duckdb.Error as error:
        if "No files found" not in str(error):
            raise _no_answer(location, error) from error
        found = []
    files = tuple(ArchiveFile(address, size, stamp) for address, size, stamp in found)
    refuse_if_missing(files, location, kind)
    return files


def _no_answer(address: str, error: duckdb.Error) -> SourceFailed:
    return SourceFailed(
        f"{address} did not answer ({str(error).splitlines()[0][:200]}). What is stored is kept; run the "
        "same command again, or copy the files with: aws s3 sync --no-sign-request."
    )


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
