"""Which code this is."""

from importlib.metadata import PackageNotFoundError, version


def code_version() -> str:
    """Return the installed version of emotape."""
    try:
        return version("emotape")
    except PackageNotFoundError:
        return "unknown"
