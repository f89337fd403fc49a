"""The files that are printed, as plain text with `@NAMES@` to fill in."""

import re
from importlib.resources import files


def fill(template: str, **values: str) -> str:
    """Return the text of a file in `templates/`, its names filled in.

    Not string.Template: a `$` means something to shells and to GitHub, as a `%` does to cron and systemd.
    """
    text = (files("etl.schedule") / "templates" / template).read_text(encoding="utf-8")
    return re.sub(r"@([A-Z_]+)@", lambda name: values[name[1]], text)
