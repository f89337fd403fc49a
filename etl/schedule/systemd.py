"""A service and a timer for systemd."""

import re
from pathlib import Path
from pwd import getpwuid

from etl.schedule.installation import Installation
from etl.schedule.template import fill

SERVICE, TIMER = "emotape-refresh.service", "emotape-refresh.timer"
USER_FOLDER, SYSTEM_FOLDER = "~/.config/systemd/user", "/etc/systemd/system"

LINGER = "#   loginctl enable-linger    # so that it runs while nobody is logged in\n#"


def write_units(installation: Installation, system: bool) -> dict[str, str]:
    """Return the units' texts by file name.

    Parameters
    ----------
    system
        Units of the system, run as the owner of the home, rather than of the user.
    """
    home = installation.home
    part = ""
    if system:
        part = fill("system-part.service", USER=_owner(home), READ_WRITE_PATH=_quote(str(home)))
    systemctl = "sudo systemctl" if system else "systemctl --user"
    service = fill(
        SERVICE,
        HOME=_no_specifiers(str(home)),
        # The colon: no `$` in it is a variable.
        COMMAND=":" + " ".join(_quote(word) for word in installation.refresh),
        ENVIRONMENT_FILE=_no_wildcards(_no_specifiers(str(installation.environment_file))),
        SYSTEM=part,
    )
    timer = fill(
        TIMER,
        HOME=_no_specifiers(str(home)),
        TIME=installation.time,
        ZONE=installation.zone,
        WRITE=_installing(installation, system),
        SYSTEMCTL=systemctl,
        JOURNALCTL="journalctl" if system else "journalctl --user",
        LINGER="#"
        if system
        else "#   loginctl enable-linger    # so that it runs while nobody is logged in\n#",
    )
    return {SERVICE: service.rstrip("\n") + "\n", TIMER: timer}


def _installing(installation: Installation, system: bool) -> str:
    if not system:
        return f"{installation.shown('schedule', 'systemd')} --write {USER_FOLDER}"
    return f"sudo {installation.shown('schedule', 'systemd', '--system')} --write {SYSTEM_FOLDER}"


def _quote(word: str) -> str:
    """Quote a word for systemd. Installations have no quotation marks and backslashes in their paths."""
    return f'"{_no_specifiers(word)}"'


def _no_specifiers(text: str) -> str:
    return text.replace("%", "%%")


def _no_wildcards(path: str) -> str:
    """Take the sense of a pattern from a path, where systemd looks for all files that match."""
    return re.sub(r"([*?\[\]])", r"\\\1", path)


def _owner(home: Path) -> str:
    owner = home.stat().st_uid
    try:
        return getpwuid(owner).pw_name
    except KeyError:  # an owner without an account, as in containers
        return str(owner)
