"""How often a source was asked."""

from dataclasses import dataclass


@dataclass
class Traffic:
    """Requests that were made, retries among them."""

    requests: int = 0
    retries: int = 0
