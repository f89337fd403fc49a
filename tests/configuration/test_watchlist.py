"""Which symbols are followed, and what is no symbol."""

import pytest

from etl.configuration import Settings, read_settings
from etl.configuration.watchlist import choose_symbols, read_watchlist
from etl.errors import BadInput


def test_a_file_of_symbols_is_read_one_a_line_without_comments_and_repeats(home):
    (home.path / "mine.txt").write_text(
        "\ufeff# what I follow\nAAPL\n$msft   # a cashtag\n\n  brk-b\nBRK.B\nBTC.X\r\nAAPL\n",
        encoding="utf-8",
    )
    assert read_watchlist("mine.txt", home) == ["AAPL", "MSFT", "BRK.B", "BTC.X"]
    assert read_watchlist(str(home.path / "mine.txt"), home) == ["AAPL", "MSFT", "BRK.B", "BTC.X"]


@pytest.mark.parametrize("line", ["AAPL, MSFT", "AAPL MSFT", "?", "ABCDEFGHIJKLMNOPQRSTUV"])
def test_a_line_that_is_no_symbol_is_refused_with_file_and_line(home, line):
    (home.path / "mine.txt").write_text(f"AAPL\n{line}\n")
    with pytest.raises(BadInput, match=r"mine\.txt, line 2: .* is no symbol"):
        read_watchlist("mine.txt", home)


def test_a_file_that_is_not_there_or_no_text_is_a_sentence(home):
    with pytest.raises(BadInput, match=r"nowhere\.txt cannot be read: No such file"):
        read_watchlist("nowhere.txt", home)
    (home.path / "mine.txt").write_bytes(b"AAPL\n\xff\xfe\n")
    with pytest.raises(BadInput, match="not UTF-8"):
        read_watchlist("mine.txt", home)


def test_settings_name_symbols_and_a_file_beside_them(home):
    home.settings_file.write_text("[watchlist]\nsymbols = ['$aapl', 'MSFT']\nfile = 'mine.txt'\n")
    (home.path / "mine.txt").write_text("MSFT\nGME\n")
    settings, _ = read_settings(home, {})
    assert choose_symbols(home, settings, (), None) == ["AAPL", "MSFT", "GME"]


def test_the_command_line_stands_in_place_of_the_settings(home, tmp_path, monkeypatch):
    home.settings_file.write_text("[watchlist]\nsymbols = ['AAPL']\n")
    settings, _ = read_settings(home, {})
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.txt").write_text("TSLA\ngme\n")
    assert choose_symbols(home, settings, ("$gme",), None) == ["GME"]
    assert choose_symbols(home, settings, (), tmp_path.relative_to(tmp_path) / "list.txt") == ["TSLA", "GME"]
    assert choose_symbols(home, settings, ("gme",), tmp_path / "list.txt") == ["GME", "TSLA"]


def test_without_any_name_the_list_is_empty(home):
    assert choose_symbols(home, Settings(), (), None) == []


def test_a_bad_symbol_is_refused_with_the_place_where_it_stands(home):
    with pytest.raises(BadInput, match="The command line: 'A B' is no symbol; expected one such as AAPL"):
        choose_symbols(home, Settings(), ("A B",), None)
    settings, _ = read_settings(home, {"EMOTAPE_WATCHLIST_SYMBOLS": "AAPL,?"})
    with pytest.raises(BadInput, match=r"watchlist\.symbols .*'\?' is no symbol"):
        choose_symbols(home, settings, (), None)
