"""Letting go of what the settings keep no longer, and giving the space back."""

from etl.vacuum.vacuum import Gone, vacuum

__all__ = ["Gone", "vacuum"]
