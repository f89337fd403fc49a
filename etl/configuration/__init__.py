"""The settings of a home: `emotape.toml` and the environment, over defaults that need neither."""

from etl.configuration.reading import Effective, read_settings
from etl.configuration.sections import Feed, Settings

__all__ = ["Effective", "Feed", "Settings", "read_settings"]
