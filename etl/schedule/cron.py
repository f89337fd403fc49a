"""A line for crontab that every cron reads alike."""

import shlex
from datetime import datetime
from zoneinfo import ZoneInfo

from etl.errors import BadInput
from etl.schedule.installation import Installation
from etl.schedule.template import fill

LONGEST = 990  # signs of a command; Debian's cron reads 999 and refuses more


def write_crontab(installation: Installation, now: datetime) -> str:
    """Return the lines for a crontab.

    Parameters
    ----------
    now
        A moment in the zone of this machine, which tells by how many minutes the two zones differ: those of
        India and New York by 30.

    Raises
    ------
    BadInput
        The paths are too long for a line of cron.
    """
    hour, minute = installation.time.split(":")
    command = _escape(_command(installation, hour))
    if len(command) > LONGEST:
        raise BadInput(
            f"The line for cron would have {len(command)} signs, and cron reads {LONGEST}; move the home "
            f"{installation.home} to a shorter path, or use `emotape schedule systemd`."
        )
    return fill(
        "crontab",
        HOME=str(installation.home),
        TIME=installation.time,
        ZONE=installation.zone,
        HOUR=hour,
        MINUTE=str(_minute_here(int(minute), installation.zone, now)),
        COMMAND=command,
    )


def _command(installation: Installation, hour: str) -> str:
    logs = installation.home / "logs"
    secrets = shlex.quote(str(installation.environment_file))
    return "; ".join(
        (
            f'[ "$(TZ={installation.zone} date +%H)" = {hour} ] || exit 0',
            f"mkdir -p {shlex.quote(str(logs))}",
            f"if [ -f {secrets} ]; then set -a; . {secrets}; set +a; fi",
            f"exec nice {shlex.join(installation.refresh)} >>{shlex.quote(str(logs / 'cron.log'))} 2>&1",
        )
    )


def _escape(command: str) -> str:
    """Escape `%`, which ends a command for cron."""
    return command.replace("%", r"\%")


def _minute_here(minute: int, zone: str, now: datetime) -> int:
    """Return the minute of this machine's hours at which that minute begins in the other zone."""
    apart = now.replace(tzinfo=None) - now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return (minute + int(apart.total_seconds()) // 60) % 60
