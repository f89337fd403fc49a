"""Libraries that only some taggers need, and that are installed only where they are asked for."""

import importlib
from typing import Any


class MissingExtra(ValueError):
    """A library of an optional extra is not installed."""


def import_extra(module: str, extra: str, wanted_by: str) -> Any:
    """Import a library of an optional extra.

    Parameters
    ----------
    module, extra
        What is imported, and the extra of emotape that brings it.
    wanted_by
        The tagger that needs it, for the error.

    Raises
    ------
    MissingExtra
        It is not installed; the message says how to install it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.split(".", 1)[0]
        raise MissingExtra(
            f"the tagger {wanted_by} needs the package {package}, which is not installed; "
            f"install it with: pip install 'emotape[{extra}]'."
        ) from error
