"""The warehouse: the store that is written, the versions that are read."""
