"""Which code this is."""

from importlib.metadata import PackageNotFoundError, version

# Of the store's tables and the published relations. A change that older code cannot read, or for which older
# files must be changed, counts it up; `sql/migrations/` says how an older store becomes a newer one.
SCHEMA_VERSION = 3


def code_version() -> str:
    """Return the installed version of emotape."""
    try:
        return version("emotape")
    except PackageNotFoundError:
        return "unknown"
