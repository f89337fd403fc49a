"""Reading an analyst's own specs from a TOML file."""

import tomllib
from collections.abc import Collection
from pathlib import Path

from etl.errors import BadInput
from models.estimation.own_specs import OwnSpecsError, parse_family
from models.estimation.spec import Family

MOST_BYTES = 1_000_000


def read_own_specs(path: Path, known_columns: Collection[str], built_in_names: Collection[str]) -> Family:
    """Read a family from a TOML file; see `parse_family` for what it may hold.

    Parameters
    ----------
    known_columns
        The variables of the published panel.
    built_in_names
        Names of families that may not be used again.

    Raises
    ------
    BadInput
        The file cannot be read, is no TOML, or its specs are wrong; with all that is wrong, a line each.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(content) > MOST_BYTES:
        raise BadInput(f"{path} is larger than {MOST_BYTES:,} bytes; is it a file of specs?")
    try:
        tables = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is no UTF-8 text (byte {error.start}); save it as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path} is no valid TOML: {error}.") from error
    try:
        return parse_family(tables, known_columns, built_in_names)
    except OwnSpecsError as error:
        listed = "".join(f"\n- {problem}" for problem in error.problems)
        many = f"{len(error.problems)} problems" if len(error.problems) > 1 else "one problem"
        raise BadInput(f"{path} has {many}:{listed}") from error
