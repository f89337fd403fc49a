"""Engines: what runs the tagger over segments of posts, on the cores of one machine or on a cluster.

An engine is given work (scores of a tagger, or traits) and tasks (a Parquet file of posts, and the file
that is to lie beside it). Whatever the engine, the files are the same, byte by byte; a file appears when it
is whole, and what is there already is left alone, so a run may be killed at any moment and run again.
"""

from etl.engines.run import ENGINES, run_engine
from etl.engines.work import Scores, Task, Traits, Work

__all__ = ["ENGINES", "Scores", "Task", "Traits", "Work", "run_engine"]
