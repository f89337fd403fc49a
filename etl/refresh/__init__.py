"""The daily run: fetch, load, tag, build, check, regress, publish, and say what happened."""
