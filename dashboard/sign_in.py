"""Sign-in by OpenID Connect, where whoever runs the dashboard has configured it; off by default.

An `[auth]` section in Streamlit's `secrets.toml` turns it on: see docs/dashboard.md. What cannot be read
counts as configured, so that a slip in the file never opens the dashboard to everyone.
"""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAuthError, StreamlitSecretNotFoundError

from dashboard.words import sign_in as said
from etl.errors import BadInput, EmotapeError

NEEDED = ("authlib", "httpx")  # packages of streamlit[auth]


def admit() -> bool:
    """Return whether the page may be shown; where not, show what is asked of the reader instead."""
    try:
        secrets = read_secrets()
        if "auth" not in secrets:
            return True
        if st.user.get("is_logged_in"):
            return _admit_known(secrets)
        _ask_to_sign_in()
    except EmotapeError as error:
        st.title(said.CLOSED)
        st.error(str(error), icon=":material/lock:")
    return False


def read_secrets() -> Mapping[str, Any]:
    """Return Streamlit's secrets; empty where there is no file of them.

    Raises
    ------
    BadInput
        There is a file, and it cannot be read.
    """
    try:
        return st.secrets.to_dict()
    except StreamlitSecretNotFoundError as error:
        if any(Path(path).exists() for path in st.get_option("secrets.files")):
            raise BadInput(said.UNREADABLE) from error
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(said.UNREADABLE) from error


def may_read(user: Mapping[str, Any], readers: Mapping[str, Any]) -> bool:
    """Return whether a signed-in person is among the readers; without a list everybody is.

    Parameters
    ----------
    user
        Claims of the provider: `email`, and `email_verified` where it says so.
    readers
        `emails` and `domains` as the section `[readers]` lists them.

    Raises
    ------
    BadInput
        The section holds something else than lists of names.
    """
    lists = {name: readers.get(name, []) for name in ("emails", "domains")}
    unknown = set(readers) - set(lists)
    if unknown or not all(isinstance(names, list) for names in lists.values()):
        raise BadInput(said.BAD_READERS)
    emails, domains = ({str(name).lower().lstrip("@") for name in names} for names in lists.values())
    email = str(user.get("email") or "").lower()
    if not email or user.get("email_verified") is False:
        return False
    return email in emails or email.rpartition("@")[2] in domains


def _admit_known(secrets: Mapping[str, Any]) -> bool:
    """Show who is signed in, and return whether they may read."""
    user = st.user.to_dict()
    with st.sidebar:
        st.caption(said.signed_in(user))
        st.button("Sign out", icon=":material/logout:", on_click=st.logout, key="sign_out")
    if "readers" not in secrets or may_read(user, secrets["readers"]):
        return True
    st.title(said.NOT_A_READER)
    st.info(said.not_a_reader(user), icon=":material/lock:")
    return False


def _ask_to_sign_in() -> None:
    st.title(said.ASKED)
    if any(find_spec(name) is None for name in NEEDED):
        raise BadInput(said.NO_AUTHLIB)
    st.markdown(said.WHY)
    if st.button("Sign in", type="primary", icon=":material/login:", key="sign_in"):
        try:
            st.login()
        except StreamlitAuthError as error:
            raise BadInput(said.MISCONFIGURED) from error
