"""Out of sample: what could have been known before, and what it was worth."""
