"""Which symbols are followed: named on the command line, or in the settings and their file."""

from collections.abc import Iterable
from pathlib import Path

from etl.configuration.reading import environment_name
from etl.configuration.sections import Settings
from etl.errors import BadInput
from etl.settings import Home
from etl.sources.fields import canonical_symbol

_EXPECTED = "expected one such as AAPL or BRK.B"


def read_watchlist(path_text: str, home: Home) -> list[str]:
    """Read a file of symbols, one a line; what follows a `#` is a comment.

    Cashtags and small letters are read as the symbols that they mean, and repeats are dropped.

    Parameters
    ----------
    path_text
        The file, by its whole path or beside `emotape.toml`.

    Raises
    ------
    BadInput
        The file cannot be read as UTF-8, or a line is no symbol.
    """
    file = home.path / Path(path_text).expanduser()
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(
            f"The watchlist {file} cannot be read: {error.strerror}. Give its whole path, or put it beside "
            f"{home.settings_file}."
        ) from error
    except UnicodeDecodeError as error:
        raise BadInput(f"The watchlist {file} is not UTF-8; save it as UTF-8, one symbol a line.") from error
    symbols = []
    for number, line in enumerate(text.splitlines(), start=1):
        if written := line.partition("#")[0].strip():
            symbols.append(_canonical(written, f"{file}, line {number}"))
    return _once(symbols)


def choose_symbols(
    home: Home, settings: Settings, named: tuple[str, ...], watchlist_option: Path | None
) -> list[str]:
    """Return the symbols to follow, each once, in the order in which they were named.

    What the command line names stands in place of the settings, not beside them. Without any of either
    the list is empty: which symbols somebody wants to follow cannot be guessed from what is stored.

    Parameters
    ----------
    named
        Symbols of the command line.
    watchlist_option
        A file of symbols of the command line; a relative path begins where the command was called.

    Raises
    ------
    BadInput
        A symbol is none, or a file of symbols cannot be read.
    """
    symbols = [_canonical(text, "The command line") for text in named]
    if watchlist_option is not None:
        symbols += read_watchlist(str(watchlist_option.expanduser().absolute()), home)
    if named or watchlist_option is not None:
        return _once(symbols)
    setting = f"watchlist.symbols (in {home.settings_file} or {environment_name('watchlist.symbols')})"
    symbols = [_canonical(text, setting) for text in settings.watchlist.symbols]
    if settings.watchlist.file:
        symbols += read_watchlist(settings.watchlist.file, home)
    return _once(symbols)


def _canonical(text: str, where: str) -> str:
    symbol = canonical_symbol(text)
    if symbol is None:
        raise BadInput(f"{where}: {text!r} is no symbol; {_EXPECTED}.")
    return symbol


def _once(symbols: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(symbols))
