"""A family of specs as the TOML text that `parse_family` reads: what an analyst could have written."""

import json
from dataclasses import asdict
from typing import Any

from models.estimation.own_terms import is_of_part
from models.estimation.spec import Family, Sample, Spec

_PLACE = ("family", "column_no", "sample", "frame")  # said by where a column stands, or in a table of its own


def write_family(family: Family) -> str:
    """Return the text of a file; reading it gives the same specs.

    Raises
    ------
    ValueError
        A spec stands on rows that no file can name: only built-in families do.
    """
    lines = [
        "[family]",
        f"name = {_value(family.name)}",
        f"explanation = {_value(family.explanation)}",
    ]
    for spec in family.specs:
        lines += ["", "[[column]]", *(f"{key} = {_value(value)}" for key, value in _fields(spec).items())]
    return "\n".join([*lines, ""])


def _fields(spec: Spec) -> dict[str, Any]:
    fields = {key: value for key, value in asdict(spec).items() if key not in _PLACE and value is not None}
    # Variables of a part of the posts say their relation themselves.
    frame = "panel_by_part" if any(map(is_of_part, spec.variables)) else "panel"
    if spec.frame != frame:
        raise ValueError(f"'{spec.title}' stands on rows that a file of specs cannot name.")
    fields["options"] = dict(spec.options)
    usual = asdict(Sample())
    sample = {key: value for key, value in asdict(spec.sample).items() if value != usual[key]}
    if spec.sample.winsorise is None:
        sample["winsorise"] = False
    return {key: value for key, value in (fields | {"sample": sample}).items() if value != {}}


def _value(value: Any) -> str:
    """Write a value: JSON's texts, numbers and lists are TOML's too."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(item)}" for key, item in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
