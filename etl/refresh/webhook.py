"""Telling somebody when a run fails: a JSON POST to an address that is a secret."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from etl.clock import Clock
from etl.configuration.reading import environment_name
from etl.errors import Stopped
from etl.journal import Step
from etl.live.deadline import TooLate, within
from etl.live.wire import user_agent
from etl.settings import Home
from etl.version import code_version

ATTEMPTS = 3
PAUSE = 1.0  # seconds before the second attempt; twice as long before the third


def run_facts(home: Home, run: Mapping[str, Any], steps: Iterable[Step]) -> dict[str, Any]:
    """Return what is told of a run.

    Parameters
    ----------
    run
        Its row of the journal: run_id, outcome, started_at, ended_at, message.
    steps
        Those that were not done in full.
    """
    # Of the home the name alone: where it lies is nobody's business.
    return {
        "home": home.path.name,
        **{name: run[name] for name in ("run_id", "outcome", "started_at", "ended_at", "message")},
        "failures": [
            {name: getattr(step, name) for name in ("kind", "source", "subject", "reason")} for step in steps
        ],
        "emotape_version": code_version(),
    }


def tell(url: str, timeout: float, facts: Mapping[str, Any], clock: Clock | None = None) -> str | None:
    """Post facts to a webhook as JSON, up to three times. Redirects are not followed. Never raises.

    Parameters
    ----------
    timeout
        Seconds that an attempt may take in all.

    Returns
    -------
    None where the webhook took it (2xx), else a sentence that says why not. It never holds the address.
    """
    clock = clock or Clock()
    attempt, reason = 0, ""
    try:
        body = json.dumps(facts, default=str).encode()
        for attempt in range(1, ATTEMPTS + 1):
            failure = _attempt(url, timeout, body)
            if failure is None:
                return None
            reason, may_pass = failure
            if not may_pass:
                break
            if attempt < ATTEMPTS:
                clock.sleep(PAUSE * 2 ** (attempt - 1))
    except Stopped:
        pass  # nobody waits for another attempt; the reason of the last one stands
    except Exception as error:  # a run that failed must not fail once more in saying so
        reason = f"unexpected {type(error).__name__}"
    return (
        f"The webhook was not told (attempts: {attempt}): {reason}. Check {environment_name('webhook.url')}."
    )


def _attempt(url: str, timeout: float, body: bytes) -> tuple[str, bool] | None:
    """Post once; return why it failed, and whether that may pass. The library's words hold the address."""
    import requests

    try:
        status = within(timeout, lambda: _post(url, timeout, body))
    except (TooLate, requests.Timeout):
        return f"no answer within {timeout:g} s", True
    except requests.exceptions.SSLError:
        return "its certificate or encryption is not accepted", False
    except requests.ConnectionError:
        return "it cannot be reached", True
    except (requests.RequestException, ValueError) as error:
        return f"its address cannot be used ({type(error).__name__})", False
    return _judge(status)


def _judge(status: int) -> tuple[str, bool] | None:
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return f"it sends on to another address ({status}), which is not followed", False
    return f"it answered {status}", status >= 500 or status in {408, 429}


def _post(url: str, timeout: float, body: bytes) -> int:
    import requests

    headers = {"Content-Type": "application/json", "User-Agent": user_agent()}
    # The answer's body is of no interest, however long it is.
    with requests.post(
        url, data=body, headers=headers, timeout=timeout, allow_redirects=False, stream=True
    ) as answer:
        return answer.status_code
