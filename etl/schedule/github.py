"""A workflow for GitHub Actions."""

from etl.schedule.installation import Installation
from etl.schedule.template import fill


def write_workflow(installation: Installation) -> str:
    """Return the workflow. Of the installation it takes the hour alone: the home lives with GitHub."""
    hour, minute = map(int, installation.time.split(":"))
    return fill("emotape-refresh.yml", HOUR=str(hour), MINUTE=str(minute), ZONE=installation.zone)
