"""The pages, one file each, read from top to bottom as the reader does."""
