"""Sentences about who may read the dashboard."""

from collections.abc import Mapping
from typing import Any

from dashboard.words.plain import inert

ASKED = "Please sign in"
CLOSED = "Nobody can be let in yet"
NOT_A_READER = "You are signed in, and not among the readers"
WHY = "This dashboard is open to its readers only. You come back to the first page after signing in."
UNREADABLE = (
    "Streamlit's secrets.toml is there and cannot be read as TOML, so whether sign-in is asked for is not "
    "known; mend the file, then restart `emotape serve`."
)
NO_AUTHLIB = (
    "Sign-in is configured, and the packages that it needs are not installed: "
    "`pip install 'streamlit[auth]'` where emotape is installed, then restart `emotape serve`."
)
MISCONFIGURED = (
    "The section [auth] of Streamlit's secrets.toml is not complete: it needs redirect_uri, cookie_secret, "
    "client_id, client_secret and server_metadata_url. docs/dashboard.md has an example."
)
BAD_READERS = (
    "The section [readers] of Streamlit's secrets.toml may hold emails and domains, each a list such as "
    '["ann@example.org"]; it holds something else, so nobody is let in.'
)


def signed_in(user: Mapping[str, Any]) -> str:
    """Say who is signed in."""
    return f"Signed in as **{_name(user)}**"


def not_a_reader(user: Mapping[str, Any]) -> str:
    """Say that somebody is not among the readers, and what to do."""
    return (
        f"The account {_name(user)} may not read this dashboard. Sign out and take another one, or ask "
        "whoever runs the dashboard to add you to its readers."
    )


def _name(user: Mapping[str, Any]) -> str:
    return inert(str(user.get("email") or user.get("name") or "an account without a name"), 60)
