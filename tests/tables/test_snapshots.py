"""Rendered tables stay as they are; `EMOTAPE_UPDATE_SNAPSHOTS=1` renews the files after a wanted change."""

import os
from pathlib import Path

import pytest

from models.tables import FORMATS, regression_table, render

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "tables"


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_rendered_table_equals_its_snapshot(case, format_name):
    name, models, terms = case
    text = render(regression_table(models, terms), format_name)
    path = GOLDEN / f"{name}.{format_name}"
    if os.environ.get("EMOTAPE_UPDATE_SNAPSHOTS") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_bytes().decode("utf-8")


@pytest.mark.parametrize("format_name", FORMATS)
def test_output_does_not_depend_on_the_order_of_rows_or_the_time_of_estimation(case, format_name):
    from datetime import timedelta

    import polars as pl

    _, models, terms = case
    later = models.reverse().with_columns(pl.col("estimated_at") + timedelta(days=1))
    text = render(regression_table(models, terms), format_name)
    assert render(regression_table(later, terms.reverse()), format_name) == text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "\r" not in text


def test_an_unknown_format_is_refused_with_the_known_ones(results):
    table = regression_table(*results("one_column"))
    with pytest.raises(ValueError, match="no format 'docx'; there are: md, tex, html, typ, csv, json"):
        render(table, "docx")
