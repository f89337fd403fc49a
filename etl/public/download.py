"""The files of a data set from their home: what is missing is fetched, what is there stays."""

from pathlib import Path

from etl.live.wire import user_agent
from etl.public.manifest import DataSet, PublicFile
from etl.public.transfer import Origin, Progress, Transfer, is_there


def missing_files(data_set: DataSet, folder: Path) -> list[PublicFile]:
    """Return the files of a data set that are not there, or are not what they must be."""
    return [file for file in data_set.files if not is_there(folder / file.path, file)]


def fetch_files(
    data_set: DataSet,
    files: list[PublicFile],
    folder: Path,
    origin: Origin,
    progress: Progress = lambda size: None,
) -> None:
    """Bring files of a data set into a folder; those that came whole stay when a later one fails.

    Parameters
    ----------
    progress
        Is told the bytes that arrived; a negative number where they are asked for anew.

    Raises
    ------
    SourceFailed
        The home cannot be reached, lacks a file, or gives another one than the manifest says.
    EmotapeError
        The disk is full or refuses.
    Stopped
        Somebody asked to stop while it waited for another try.
    """
    import requests

    with requests.Session() as session:
        session.headers["User-Agent"] = user_agent()
        # A packed answer could not be resumed by its bytes.
        session.headers["Accept-Encoding"] = "identity"
        for file in files:
            transfer = Transfer(session, data_set, file, folder / file.path, origin, progress)
            transfer.run()
