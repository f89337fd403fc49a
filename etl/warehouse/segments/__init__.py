"""Segments: most posts of a large store lie in Parquet files of one month, whose posts never change.

`raw_posts` takes what comes; `folding` moves whole months out of it, and `adding` puts large files into
segments at once. What is derived of a segment (scores, traits) lies in files beside it. A segment's post
that changes is copied back to `raw_posts` and struck off (`replaced_posts`), so that every post stands in
one place; `reading` shows them as one relation.
"""
