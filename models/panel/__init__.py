"""The firm-day panel: what regressions read."""
