"""The stored tables as files."""

import re
from pathlib import Path

import polars as pl

from etl.errors import BadInput, EmotapeError
from etl.settings import Home
from etl.warehouse.published import open_published
from etl.warehouse.results import read_results
from etl.whole_files import write_whole
from models.tables import FORMATS, regression_table, render


def export_tables(home: Home, folder: Path, formats: tuple[str, ...] = FORMATS) -> list[Path]:
    """Write every stored table in each format and return the files, each written whole or not at all.

    Raises
    ------
    EmotapeError
        Nothing was estimated yet.
    BadInput
        The folder cannot be written.
    """
    with open_published(home) as published:
        models, terms = read_results(published)
    if models.is_empty():
        raise EmotapeError("No table is stored yet: run `emotape regress` first.")
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for (family, tagger), group in models.group_by("family", "tagger", maintain_order=True):
            # Names such as `transformer:owner/name` hold signs that file names may not.
            safe = re.sub(r"[^\w.]+", "-", str(tagger)).strip("-")
            name = str(family) if tagger == "linear" else f"{family}-{safe}"
            table = regression_table(
                group, terms.filter(pl.col("result_id").is_in(group["result_id"].implode()))
            )
            for format_name in formats:
                path = folder / f"{name}.{format_name}"
                write_whole(path, render(table, format_name))
                written.append(path)
    except OSError as error:
        raise BadInput(f"{folder} cannot be written: {error.strerror}. Name another folder.") from error
    return written
