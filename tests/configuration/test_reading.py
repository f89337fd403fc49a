"""Settings: three origins in their order, and one sentence for whatever cannot be meant."""

import pytest

from etl.configuration import Settings, read_settings
from etl.errors import BadInput


def write(home, text):
    home.settings_file.write_text(text, encoding="utf-8")


def origins(home, environment=None):
    effective = read_settings(home, environment or {})[1]
    return {each.name: (each.value, each.origin) for each in effective}


def refuse(home, text, *words, environment=None):
    """Expect one sentence with all of these words."""
    write(home, text)
    with pytest.raises(BadInput) as raised:
        read_settings(home, environment or {})
    sentence = str(raised.value)
    assert "\n" not in sentence
    for word in words:
        assert word in sentence
    return sentence


def test_without_a_file_everything_stands_at_its_default(home):
    settings, effective = read_settings(home, {})
    assert settings == Settings()
    assert {each.origin for each in effective} == {"default"}
    assert len(effective) > 40


def test_an_empty_file_is_all_defaults(home):
    write(home, "")
    assert read_settings(home, {})[0] == Settings()


def test_the_environment_beats_the_file_and_the_file_the_default(home):
    write(home, "[stocktwits]\nattempts = 2\npages_per_symbol = 7\n")
    found = origins(home, {"EMOTAPE_STOCKTWITS_ATTEMPTS": "9"})
    assert found["stocktwits.attempts"] == (9, "EMOTAPE_STOCKTWITS_ATTEMPTS")
    assert found["stocktwits.pages_per_symbol"] == (7, "emotape.toml")
    assert found["stocktwits.backfill_days"] == (7, "default")


def test_values_of_the_environment_are_read_as_their_kind(home):
    settings, _ = read_settings(
        home,
        {
            "EMOTAPE_WATCHLIST_SYMBOLS": "AAPL, msft,,",
            "EMOTAPE_WATCHLIST_TRENDING": "Yes",
            "EMOTAPE_STOCKTWITS_ENABLED": "0",
            "EMOTAPE_STOCKTWITS_TIMEOUT_SECONDS": "2.5",
            "EMOTAPE_SCHEDULE_TIME": "22:15",
            "EMOTAPE_HOME": "/elsewhere",
            "EMOTAPE_SOMETHING_ELSE": "is somebody else's",
        },
    )
    assert settings.watchlist.symbols == ("AAPL", "msft")
    assert settings.watchlist.trending is True
    assert settings.stocktwits.enabled is False
    assert settings.stocktwits.timeout_seconds == 2.5
    assert settings.schedule.time == "22:15"


@pytest.mark.parametrize(
    ("variable", "text", "expected"),
    [
        ("EMOTAPE_STOCKTWITS_ENABLED", "perhaps", "true or false"),
        ("EMOTAPE_STOCKTWITS_ENABLED", "", "true or false"),
        ("EMOTAPE_STOCKTWITS_ATTEMPTS", "2.5", "a whole number"),
        ("EMOTAPE_STOCKTWITS_ATTEMPTS", "21", "at least 1 and at most 20"),
        ("EMOTAPE_STOCKTWITS_TIMEOUT_SECONDS", "soon", "a number"),
        ("EMOTAPE_STOCKTWITS_TIMEOUT_SECONDS", "nan", "at least 0.1"),
        ("EMOTAPE_STOCKTWITS_TIMEOUT_SECONDS", "inf", "at least 0.1"),
        ("EMOTAPE_STOCKTWITS_BASE_URL", "ftp://elsewhere", "where its API is"),
    ],
)
def test_a_bad_value_of_the_environment_is_named_by_its_variable(home, variable, text, expected):
    with pytest.raises(BadInput) as raised:
        read_settings(home, {variable: text})
    assert str(raised.value).startswith(f"{variable} is ")
    assert expected in str(raised.value)


def test_a_misspelt_variable_of_a_section_is_refused_with_its_near_name_and_never_its_value(home):
    with pytest.raises(BadInput, match="did you mean EMOTAPE_STOCKTWITS_TOKEN") as raised:
        read_settings(home, {"EMOTAPE_STOCKTWITS_TOKN": "opensesame"})
    assert "opensesame" not in str(raised.value)


def test_an_unknown_section_or_key_is_refused_with_the_near_name(home):
    refuse(home, "[stocktwit]\n", "no section 'stocktwit'", "did you mean stocktwits?")
    refuse(home, "[yahoo]\nprizes = true\n", "no setting in [yahoo] 'prizes'", "did you mean prices?")
    refuse(home, "[inbox]\nzzz = 1\n", "there are: enabled, settle_seconds")
    refuse(home, "attempts = 2\n", "no section 'attempts'", "there are: watchlist")


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ('[stocktwits]\nattempts = "four"\n', 'attempts is "four"', "a whole number"),
        ("[stocktwits]\nattempts = 4.0\n", "attempts is 4.0", "a whole number"),
        ("[stocktwits]\nattempts = true\n", "attempts is true", "a whole number"),
        ("[stocktwits]\ntimeout_seconds = true\n", "timeout_seconds is true", "a number"),
        ("[stocktwits]\nenabled = 1\n", "enabled is 1", "true or false"),
        ("[watchlist]\nsymbols = 'AAPL'\n", 'symbols is "AAPL"', "a list of texts"),
        ("[watchlist]\nsymbols = ['AAPL', 3]\n", 'symbols is ["AAPL", 3]', "a list of texts"),
        ("[watchlist]\nfile = ['a', 'b']\n", 'file is ["a", "b"]', "a text in quotes"),
        ("[schedule]\ntime = 06:30:00\n", "time is 06:30:00", "a text in quotes"),
        ("[schedule]\ntime = '24:00'\n", 'time is "24:00"', "hour and minute"),
        ("[stocktwits]\nattempts = 0\n", "attempts is 0", "at least 1 and at most 20"),
        ("[stocktwits]\ntimeout_seconds = nan\n", "timeout_seconds is nan", "at least 0.1"),
        ("[stocktwits]\nbreaker_minutes = inf\n", "breaker_minutes is inf", "at least 0"),
        ("[stocktwits]\nbreaker_minutes = -inf\n", "breaker_minutes is -inf", "at least 0"),
        ("[retention]\njournal_days = -1\n", "journal_days is -1", "at least 0"),
        ("[yahoo]\nfirst_day = '2015-02-30'\n", "2015-02-30", "no calendar has"),
        ("[schedule]\nzone = 'Mars/Olympus'\n", "Mars/Olympus", "America/New_York"),
        ("[schedule]\nzone = '../etc'\n", "../etc", "America/New_York"),
        ("[freshness]\nposts_warn_hours = 51\n", "posts_warn_hours is 51", "late before it is stale"),
        ("inbox = true\n", "inbox is a single value", "[inbox]"),
        ("feeds = 'x'\n", "feeds is a single value", "[feeds]"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(home, text, found, expected):
    refuse(home, text, found, expected)


def test_a_whole_number_is_a_number_and_a_day_needs_no_quotes(home):
    write(home, "[stocktwits]\ntimeout_seconds = 3\n[yahoo]\nfirst_day = 2020-02-29\n")
    settings, _ = read_settings(home, {})
    assert settings.stocktwits.timeout_seconds == 3.0
    assert isinstance(settings.stocktwits.timeout_seconds, float)
    assert settings.yahoo.first_day == "2020-02-29"


def test_a_secret_in_the_file_is_refused_without_being_repeated(home):
    for key in ("[stocktwits]\ntoken", "[webhook]\nurl", "[feeds.x]\ntoken"):
        sentence = refuse(home, f"{key} = 'opensesame'\n", "a secret", "EMOTAPE_")
        assert "opensesame" not in sentence


def test_a_secret_is_read_from_the_environment_and_shown_as_set_only(home):
    settings, effective = read_settings(home, {"EMOTAPE_STOCKTWITS_TOKEN": "opensesame"})
    assert settings.stocktwits.token == "opensesame"
    assert "opensesame" not in repr(settings) + repr(effective)
    shown = {each.name: each for each in effective}
    assert (shown["stocktwits.token"].value, shown["stocktwits.token"].secret) == ("set", True)
    assert shown["webhook.url"].value == "not set"
    assert origins(home, {"EMOTAPE_STOCKTWITS_TOKEN": ""})["stocktwits.token"][0] == "not set"


def test_a_password_within_an_address_counts_and_is_not_shown(home):
    write(home, "[yahoo]\nbase_url = 'https://me:opensesame@mirror.example:8080/x'\n")
    settings, effective = read_settings(home, {})
    assert "opensesame" in settings.yahoo.base_url
    assert "opensesame" not in repr(effective)
    assert "https://me:...@mirror.example:8080/x" in repr(effective)


def test_a_token_allows_more_requests(home):
    write(home, "[stocktwits]\nrequests_per_hour = 300\n")
    settings, _ = read_settings(home, {"EMOTAPE_STOCKTWITS_TOKEN": "x"})
    assert settings.stocktwits.requests_per_hour == 300


def test_feeds_are_named_by_users_and_have_settings_of_their_own(home):
    write(
        home,
        "[feeds.my-board]\nurl = 'http://127.0.0.1/{symbol}'\nfields = ['body=content.text']\n"
        "[feeds.other]\nurl = 'http://127.0.0.1/o/{symbol}'\n",
    )
    settings, effective = read_settings(home, {"EMOTAPE_FEEDS_MY_BOARD_TOKEN": "opensesame"})
    assert list(settings.feeds) == ["my-board", "other"]
    assert settings.feeds["my-board"].fields == ("body=content.text",)
    assert settings.feeds["my-board"].token == "opensesame"
    assert settings.feeds["other"].token == ""
    shown = {each.name: (each.value, each.origin) for each in effective}
    assert shown["feeds.my-board.token"] == ("set", "EMOTAPE_FEEDS_MY_BOARD_TOKEN")
    assert shown["feeds.other.attempts"] == (4, "default")


def test_a_feed_without_an_address_or_with_a_name_that_is_taken_is_refused(home):
    refuse(home, "[feeds.x]\n", "emotape.toml: feeds.x.url", "{symbol}")
    refuse(home, "[feeds.x]\nurl = 'http://127.0.0.1/'\n", "feeds.x.url has no {symbol}")
    refuse(home, "[feeds.stocktwits]\nurl = 'http://h/{symbol}'\n", "cannot be called 'stocktwits'")
    refuse(home, "[feeds.A_B]\nurl = 'http://h/{symbol}'\n", "small letters")
    refuse(home, "[feeds.x]\nurl = 'http://h/{symbol}'\nfeilds = []\n", "did you mean fields?")
    refuse(home, "[feeds]\nx = 'http://h/{symbol}'\n", "expected a table, [feeds.x]")


def test_a_syntax_error_is_told_with_its_line(home):
    refuse(home, "[inbox]\nenabled = true\nsettle_seconds = = 3\n", "no TOML", "line 3", "--example")
    refuse(home, "[inbox]\nenabled = true\nenabled = true\n", "no TOML", "line 3")
    refuse(home, "x = " + "[" * 5000 + "]" * 5000, "nested too deeply")


def test_bytes_that_are_no_utf_8_are_told_with_their_line(home):
    home.settings_file.write_bytes(b"[watchlist]\n# caf\xe9\n")
    with pytest.raises(BadInput, match="not UTF-8 in line 2; save it as UTF-8"):
        read_settings(home, {})
    home.settings_file.write_bytes("[inbox]\nenabled = false\n".encode("utf-16"))
    with pytest.raises(BadInput, match="not UTF-8 in line 1"):
        read_settings(home, {})


def test_the_mark_with_which_some_editors_begin_a_file_is_no_error(home):
    home.settings_file.write_bytes(b"\xef\xbb\xbf[inbox]\r\nenabled = false\r\n")
    assert read_settings(home, {})[0].inbox.enabled is False


def test_a_file_that_cannot_be_read_is_a_sentence(home):
    home.settings_file.mkdir()
    with pytest.raises(BadInput, match=r"emotape\.toml cannot be read: Is a directory"):
        read_settings(home, {})
