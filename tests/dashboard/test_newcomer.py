"""What a newcomer meets: the demo that explains itself, an empty warehouse, and failures without paths."""

import logging
import re
import shlex

import pytest
from click.testing import CliRunner
from homes import build

from dashboard.words import newcomer as said
from etl.cli import cli
from etl.settings import open_home
from etl.simulated import simulated_source
from models.simulation.market import PLANTED


@pytest.fixture(scope="module")
def simulated(tmp_path_factory, sessions_shown):
    """A home whose posts come from the simulation, as their source says."""
    folder = tmp_path_factory.mktemp("simulated")
    home = open_home(folder / "home")
    build(home, folder, sessions_shown, source=simulated_source())
    return home


def welcome(app):
    return [found for found in app.expander if found.label == said.WELCOME]


def markdown_of(app):
    return "\n".join(found.value for found in app.markdown)


def test_the_first_page_of_a_simulated_market_says_what_is_simulated_and_what_to_click(show, simulated):
    app = show(simulated)
    assert not app.exception
    (told,) = welcome(app)
    assert told.proto.expanded
    assert "Firms, prices, posts and their authors are made up" in markdown_of(told)
    pages = {link.proto.page for link in told.get("page_link")}
    assert {"ticker", "regressions", "lineage", "tagger"} <= pages
    assert "emotape load posts" in told.code[0].value
    assert not welcome(show(simulated, "ticker"))


def test_a_welcome_that_was_folded_away_stays_so_in_the_address(show, simulated):
    app = show(simulated, welcome="False")
    assert not welcome(app)[0].proto.expanded
    assert not app.exception
    assert welcome(show(simulated, welcome="nonsense"))[0].proto.expanded


def test_real_data_have_no_welcome(show, market):
    assert not welcome(show(market))


def test_what_is_said_of_the_planted_signs_is_what_is_planted():
    sentence = re.sub(r"\s+", " ", said.SIMULATED)
    higher, rest = sentence.split("higher on average", 1)
    lower, none = rest.split("lower;", 1)
    assert "happier" in higher
    assert PLANTED["happy"] > 0
    for name, word in (("sad", "sadness"), ("anger", "anger"), ("disgust", "disgust"), ("fear", "fear")):
        assert word in lower
        assert PLANTED[name] < 0
    assert "surprise" in none
    assert PLANTED["surprise"] == 0


@pytest.mark.parametrize("commands", [said.COMMANDS, *(way[2] for way in said.WAYS)])
def test_every_command_that_a_newcomer_copies_is_one_that_emotape_knows(commands):
    for line in commands.splitlines():
        program, *words = shlex.split(line)
        if program == "export":
            continue
        assert program == "emotape"
        options = [word for word in words if word.startswith("--")]
        path = [word for word in words if word.isalpha()][:2]
        asked = CliRunner().invoke(cli, [*path[:1], *(path[1:2] if path[0] == "load" else []), "--help"])
        assert asked.exit_code == 0, line
        assert all(option in asked.output for option in options)


@pytest.mark.parametrize("page", ["mood", "ticker", "ipo", "robustness", "lineage", "tagger"])
def test_an_empty_warehouse_has_a_page_to_start_from_and_not_its_path(show, empty_home, page):
    app = show(empty_home, page)
    assert not app.exception
    assert app.title[0].value == said.EMPTY_TITLE
    assert [block.value for block in app.code] == [way[2] for way in said.WAYS]
    assert not app.info
    assert str(empty_home.path) not in str(app)


def test_a_version_of_an_older_emotape_is_said_without_the_path_and_logged_with_it(
    show, market, monkeypatch, caplog
):
    from dashboard.queries import market as asked
    from etl.errors import NothingPublished

    def refuse(edition):
        raise NothingPublished(f"What is published in {market.path} was built by an older emotape.")

    monkeypatch.setattr(asked, "ask", lambda edition, name, **_: refuse(edition))
    with caplog.at_level(logging.WARNING, logger="dashboard.trouble"):
        app = show(market)
    assert "What is published in this warehouse was built by an older emotape" in app.info[0].value
    assert not [found for found in app.get("info") if str(market.path) in found.value]
    assert str(market.path) in caplog.text


def test_a_symbol_without_prices_and_one_without_posts_name_the_command(show, market):
    app = show(market, "ticker", symbol="NOPRICE")
    assert any("No prices for NOPRICE: `emotape load prices FILE`" in box.value for box in app.info)


def test_a_symbol_that_no_post_names_says_which_command_brings_posts():
    from dashboard.words import lacking_of_ticker, no_post_matches

    known = {"ticker": "A_B", "n_prices": 3, "n_posts": 0}
    (told,) = lacking_of_ticker(known)
    assert r"A\_B: `emotape load posts FILE`" in told
    assert "`emotape load posts FILE`" in no_post_matches(known)
    assert lacking_of_ticker(known | {"n_posts": 1}) == []
