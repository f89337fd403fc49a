"""The example is a file that changes nothing until somebody takes a # away."""

import re
import tomllib

from etl.configuration import Settings, read_settings
from etl.configuration.example import example_settings
from etl.configuration.reading import section_classes


def test_the_example_as_it_is_printed_reads_back_as_all_defaults(home):
    home.settings_file.write_text(example_settings(), encoding="utf-8")
    settings, effective = read_settings(home, {})
    assert settings == Settings()
    assert {each.origin for each in effective} == {"default"}


def test_with_every_line_taken_in_it_still_says_the_defaults(home):
    everything = re.sub(r"^#(?=\w+ = |\[)", "", example_settings(), flags=re.MULTILINE)
    home.settings_file.write_text(everything, encoding="utf-8")
    settings, effective = read_settings(home, {})
    assert {**vars(settings), "feeds": {}} == vars(Settings())
    assert list(settings.feeds) == ["example"]
    assert {each.name for each in effective if each.origin == "default"} == {
        each.name for each in effective if each.secret
    }


def test_every_section_is_there_and_no_secret_is_a_line_of_it():
    text = example_settings()
    assert list(tomllib.loads(text)) == list(section_classes())
    assert "#token" not in text
    assert "only as EMOTAPE_WEBHOOK_URL" in text
