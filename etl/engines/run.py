"""The one way to run work over segments, by the name of an engine."""

from collections.abc import Callable, Sequence

from etl.engines.targets import remove_unfinished
from etl.engines.work import Task, Work
from etl.errors import BadInput

ENGINES = ("local", "ray")
MEMORY = 2 * 2**30


def run_engine(
    name: str,
    work: Work,
    tasks: Sequence[Task],
    progress: Callable[[int], None] = lambda posts: None,
    memory: int = MEMORY,
) -> int:
    """Make the targets that are not there, and return of how many posts.

    Nobody else may be making the same targets. Killed at any moment, it leaves no half file under a
    target's name; run again, it makes what is missing.

    Parameters
    ----------
    name
        One of `ENGINES`: `local`, over the cores of this machine; `ray`, over those of a cluster (the one
        at `RAY_ADDRESS`, else one that is started on this machine), whose machines all see the files
        under the same names.
    tasks
        In the order in which they are done, or begun.
    progress
        Is told numbers of posts that add up to those of the tasks; targets that are there count at once.
    memory
        Bytes that the processes of `local` may take together; it says how many there are, one at least.

    Raises
    ------
    BadInput
        There is no such engine, what it needs is not installed, its cluster cannot be reached, the work
        cannot be opened, or a file cannot be read or written.
    EmotapeError
        Processes or machines were lost, and what they did could not be done by others.
    """
    if name not in ENGINES:
        raise BadInput(f"There is no engine '{name}'; there are: {', '.join(ENGINES)}.")
    remove_unfinished(tasks)
    missing = [task for task in tasks if not task.target.exists()]
    if present := sum(task.posts for task in tasks) - sum(task.posts for task in missing):
        progress(present)
    if not missing:
        return 0
    if name == "ray":
        from etl.engines.cluster import run_ray

        run_ray(work, missing, progress)
    else:
        from etl.engines.local import run_local

        run_local(work, missing, progress, memory)
    return sum(task.posts for task in missing)
