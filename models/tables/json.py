"""A table as JSON: what is shown beside the numbers behind it, for programs that make their own tables.

The object has:

- `schema`: "emotape-table/1"; another number where a key changes its meaning;
- `name`, `title`, `notes` (a list of sentences), `notes_above` (whether they stand over the body);
- `headings`: one a column, `number` ("" where columns have none) and `title`;
- `groups`: `heading` and `rows`; a row has `label` and `cells`, one a column;
- a cell: `text` as shown without stars, `stars` (0 to 3), `below` (the line under it, with brackets),
  `value` (the number that `text` shows, in the unit shown and unrounded, or null) and `below_values`;
- `models`: one a model, its facts as they are stored;
- `terms`: one a model and term, the stored estimates in decimals, with their words as `label`.

Dates are written as 2024-12-31; what is no finite number is null.
"""

import json
import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from models.tables.table import Cell, Table

SCHEMA = "emotape-table/1"


def render_json(table: Table) -> str:
    """Return the table model, the facts of its models and its stored terms."""
    facts = set(table.models.columns) - {"column_no", "result_id"}
    terms = table.tidy.select(name for name in table.tidy.columns if name not in facts)
    written = {
        "schema": SCHEMA,
        "name": table.name,
        "title": table.title,
        "headings": [{"number": head.number, "title": head.title} for head in table.headings],
        "groups": [
            {
                "heading": group.heading,
                "rows": [{"label": row.label, "cells": list(map(_cell, row.cells))} for row in group.rows],
            }
            for group in table.groups
        ],
        "notes": list(table.notes),
        "notes_above": table.notes_above,
        "models": [_plain(row) for row in table.models.iter_rows(named=True)],
        "terms": [_plain(row) for row in terms.iter_rows(named=True)],
    }
    return json.dumps(written, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "text": cell.text,
        "stars": cell.stars,
        "below": cell.below,
        "value": cell.value,
        "below_values": [_finite(value) for value in cell.below_values],
    }


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _finite(value) for name, value in row.items()}


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value + 0.0 if math.isfinite(value) else None  # no -0.0
    return value.isoformat() if isinstance(value, date) else value
