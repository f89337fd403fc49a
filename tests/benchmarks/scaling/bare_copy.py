"""The peer of parsing: DuckDB copies the same CSV files to Parquet and does nothing else.

python bare_copy.py ARCHIVE TARGET
"""

import sys
from pathlib import Path

import duckdb


def copy_bare(archive: Path, target: Path) -> None:
    """Copy features and messages, a statement each, with DuckDB's own settings."""
    target.mkdir(parents=True, exist_ok=True)
    for name in ("feature_wo_messages", "messages"):
        files = str(archive / name / "*.csv").replace("'", "''")
        copied = str(target / f"{name}.parquet").replace("'", "''")
        duckdb.execute(f"copy (from read_csv('{files}')) to '{copied}' (format parquet, compression zstd)")


if __name__ == "__main__":
    copy_bare(Path(sys.argv[1]), Path(sys.argv[2]))
