"""Sign-in: off by default; where it is configured every page asks for it first, and a slip opens nothing."""

import sys
from types import ModuleType

import pytest
import streamlit as st
from streamlit import config
from streamlit.runtime.secrets import Secrets
from streamlit.testing.v1 import AppTest

from dashboard.sign_in import may_read, read_secrets
from dashboard.words import sign_in as said
from etl.errors import BadInput

AUTH = {
    "redirect_uri": "http://localhost:8501/oauth2callback",
    "cookie_secret": "x" * 40,
    "client_id": "dashboard",
    "client_secret": "y" * 40,
    "server_metadata_url": "http://localhost:9/.well-known/openid-configuration",
}
ANN = {"is_logged_in": True, "email": "ann@example.org", "name": "Ann *B*"}
PAGES = ("mood", "ticker", "lineage", "tagger", "health")


@pytest.fixture
def opened(built, monkeypatch, request):
    """Open a page with secrets and a user, as a browser session would have them."""
    app_file = request.path.parents[2] / "dashboard" / "app.py"
    monkeypatch.setenv("EMOTAPE_HOME", str(built.path))
    # What sign-in needs is an extra, so it may not be installed where the tests run.
    for name in ("authlib", "httpx"):
        monkeypatch.setitem(sys.modules, name, module := ModuleType(name))
        module.__spec__ = sys.__spec__

    def run(secrets, user=None, page="mood"):
        app = AppTest.from_file(str(app_file), default_timeout=60)
        for section, values in secrets.items():
            app.secrets[section] = values
        app.user.update(user or {})
        app.run()
        return app if page == "mood" else app.switch_page(f"views/{page}.py").run()

    return run


def test_without_configuration_nobody_is_asked(opened):
    app = opened({})
    assert not app.exception
    assert "SD" in app.title[0].value
    assert not app.sidebar.button


@pytest.mark.parametrize("page", PAGES)
def test_every_page_asks_for_sign_in_first_and_shows_nothing_else(opened, page):
    app = opened({"auth": AUTH}, page=page)
    assert not app.exception
    assert [title.value for title in app.title] == [said.ASKED]
    assert [button.label for button in app.button] == ["Sign in"]
    assert not app.get("plotly_chart")
    assert not app.dataframe
    assert not app.caption


def test_who_is_signed_in_is_shown_as_text_with_a_way_out(opened):
    app = opened({"auth": AUTH}, ANN)
    assert "SD" in app.title[0].value
    assert r"Signed in as **ann\@example\.org**" in app.sidebar.caption[0].value
    assert [button.label for button in app.sidebar.button] == ["Sign out"]
    nameless = opened({"auth": AUTH}, {"is_logged_in": True, "name": "<b>[x](javascript:a)</b>"})
    assert "<b>" not in nameless.sidebar.caption[0].value.replace(r"\<", "")


def test_signing_out_closes_the_page(opened):
    app = opened({"auth": AUTH}, ANN)
    app.sidebar.button[0].click().run()
    assert not app.exception
    assert [title.value for title in app.title] == [said.ASKED]


def test_an_account_that_is_no_reader_sees_nothing_and_may_leave(opened):
    app = opened({"auth": AUTH, "readers": {"emails": ["bob@example.org"]}}, ANN)
    assert [title.value for title in app.title] == [said.NOT_A_READER]
    assert not app.get("plotly_chart")
    assert [button.label for button in app.sidebar.button] == ["Sign out"]
    listed = opened({"auth": AUTH, "readers": {"domains": ["example.org"]}}, ANN)
    assert "SD" in listed.title[0].value


@pytest.mark.parametrize(
    ("user", "readers", "may"),
    [
        ({"email": "ann@example.org"}, {"emails": ["ANN@example.org"]}, True),
        ({"email": "ann@example.org"}, {"domains": ["@example.org"]}, True),
        ({"email": "ann@example.org.evil.net"}, {"domains": ["example.org"]}, False),
        ({"email": "ann@notexample.org"}, {"domains": ["example.org"]}, False),
        ({"email": "ann@example.org", "email_verified": False}, {"emails": ["ann@example.org"]}, False),
        ({"name": "ann@example.org"}, {"emails": ["ann@example.org"]}, False),
        ({"email": "ann@example.org"}, {}, False),
    ],
)
def test_a_reader_is_one_whose_verified_address_is_listed(user, readers, may):
    assert may_read(user, readers) is may


@pytest.mark.parametrize("readers", [{"emails": "ann@example.org"}, {"mails": ["ann@example.org"]}])
def test_readers_that_cannot_be_understood_let_nobody_in(opened, readers):
    app = opened({"auth": AUTH, "readers": readers}, ANN)
    assert [title.value for title in app.title] == [said.CLOSED]
    assert said.BAD_READERS in app.error[0].value
    assert not app.get("plotly_chart")


@pytest.mark.parametrize("held", [b"[auth\nclient_id = ", b"\xff\xfe"])
def test_a_file_of_secrets_that_cannot_be_read_lets_nobody_in(tmp_path, monkeypatch, held):
    broken = tmp_path / "secrets.toml"
    broken.write_bytes(held)
    before = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(broken)])
    monkeypatch.setattr(st, "secrets", Secrets())
    try:
        with pytest.raises(BadInput, match="cannot be read as TOML"):
            read_secrets()
        broken.unlink()
        assert read_secrets() == {}
    finally:
        config.set_option("secrets.files", before)


def test_packages_that_are_missing_are_named(opened, monkeypatch):
    monkeypatch.setattr("dashboard.sign_in.find_spec", lambda name: None)
    app = opened({"auth": AUTH})
    assert not app.button
    assert "pip install 'streamlit[auth]'" in app.error[0].value
