"""A home as one file: written whole, read back before it counts, brought back whole or not at all."""

from etl.archive.manifest import Manifest
from etl.archive.restoring import Restored, restore_home
from etl.archive.writing import write_archive

__all__ = ["Manifest", "Restored", "restore_home", "write_archive"]
