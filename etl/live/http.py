"""Asking a source politely: within what it allows, again after errors, not at all once it refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from etl.clock import Clock
from etl.configuration.reading import environment_name
from etl.errors import AllowanceSpent, SourceFailed, SourceRefused, UnknownSymbol
from etl.live.allowance import LONGEST_HOLD, Allowance
from etl.live.answers import Answer, read_answer, words_of
from etl.live.backoff import pause, pause_after_refusal, rate_limit_reset, read_date, retry_after
from etl.live.breaker import Breaker
from etl.live.patience import Patience
from etl.live.traffic import Traffic
from etl.live.wire import Reply, Wire


@dataclass(frozen=True)
class Site:
    """How a source is called, and how often it is asked.

    Parameters
    ----------
    title
        What people call it, at the start of a sentence.
    address_setting, token_setting
        Dotted names of the settings to mend where the address or the token is wrong.
    attempts
        How often a request is made before it is given up.
    """

    title: str
    address_setting: str
    token_setting: str
    attempts: int


class Requester:
    """Asks one source."""

    def __init__(
        self,
        site: Site,
        wire: Wire,
        allowance: Allowance,
        breaker: Breaker,
        patience: Patience,
        clock: Clock,
        traffic: Traffic,
    ) -> None:
        self.site = site
        self.traffic = traffic
        self._wire = wire
        self._allowance = allowance
        self._breaker = breaker
        self._patience = patience
        self._clock = clock

    def get(self, address: str, parameters: Mapping[str, object] | None = None, symbol: str = "") -> Answer:
        """Ask for JSON, as often as it takes.

        Parameters
        ----------
        parameters
            What is added to the address.
        symbol
            Whose address it is, if it is one's: a 404 means then that the symbol is unknown.

        Raises
        ------
        UnknownSymbol, SourceRefused, AllowanceSpent, SourceFailed, Stopped
            As `etl.live.posts.PostStream.page` says.
        """
        if parameters:
            address = f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(parameters)}"
        attempt = 0
        while True:
            attempt += 1
            reply, at = self._ask(address, attempt)
            answer = read_answer(address, at, reply) if reply.status == 200 else None
            if answer and answer.broken is None:
                return answer
            if reply.status is not None and 200 < reply.status < 500 and reply.status != 429:
                raise self._refusal(reply, symbol)
            seconds = self._back_off(reply, at, attempt)
            if attempt < self.site.attempts and seconds <= self._patience.left:
                self._patience.wait(seconds, self.site.title)
            elif answer:
                return answer
            else:
                raise self._give_up(reply, attempt, seconds)

    def _ask(self, address: str, attempt: int) -> tuple[Reply, datetime]:
        """Ask once, as soon as it is allowed; the moment is the server's where it tells the time."""
        self._breaker.check()
        while seconds := self._allowance.take():
            self._patience.wait(seconds, self.site.title)
            # Another process may have been refused meanwhile.
            self._breaker.check()
        asked_at = self._clock.now()
        self.traffic.requests += 1
        self.traffic.retries += attempt > 1
        reply = self._wire.ask(address)
        return reply, read_date(reply.headers.get("Date")) or asked_at

    def _back_off(self, reply: Reply, at: datetime, attempt: int) -> float:
        """Return how many seconds the source is to be left alone, and tell other runs if it asked for it."""
        seconds = retry_after(reply.headers, at)
        if reply.status == 429:
            seconds = seconds or rate_limit_reset(reply.headers, at) or pause_after_refusal(attempt)
        elif seconds is None:
            return pause(attempt)
        seconds = min(seconds, LONGEST_HOLD)
        self._allowance.hold(seconds)
        return seconds

    def _give_up(self, reply: Reply, attempt: int, seconds: float) -> SourceFailed:
        if reply.status == 429:
            allowed_at = self._clock.now() + timedelta(seconds=seconds)
            return AllowanceSpent(
                f"{self.site.title} allows no more requests for now (429); it is to be asked no sooner than "
                f"{allowed_at:%Y-%m-%d %H:%M:%S} UTC, and the next run goes on from there."
            )
        found = reply.failure or f"an error of its own ({reply.status})"
        return SourceFailed(
            f"{self.site.title} gave no answer (attempts: {attempt}): {found}; the next run asks again."
        )

    def _refusal(self, reply: Reply, symbol: str) -> SourceFailed:
        """Tell refusals apart; asking again would bring the same."""
        title, words = self.site.title, words_of(reply)
        if reply.status == 401:
            variable = environment_name(self.site.token_setting)
            return SourceRefused(f"{title} does not accept the token (401{words}); mend or unset {variable}.")
        if reply.status == 403 and reply.is_json:
            return SourceRefused(f"{title} refuses what was asked (403{words}); the next run asks again.")
        if reply.status == 403:
            kind = reply.content_type or "nothing"
            return self._breaker.open(
                f"{title} turned this address away (403, {kind} in place of JSON: it came from its CDN)"
            )
        if reply.status == 404 and symbol:
            return UnknownSymbol(
                f"{title} knows no symbol {symbol} (404{words}): it was delisted, renamed or misspelt; mend "
                "it, or take it off the watchlist."
            )
        if 300 <= (reply.status or 0) < 400:
            return SourceFailed(
                f"{title} sends on to {_host(reply)} ({reply.status}); expected an answer. If that is its "
                f"new home, say so in {self.site.address_setting}."
            )
        return SourceFailed(
            f"{title} does not take the request ({reply.status}{words}); check {self.site.address_setting}."
        )


def _host(reply: Reply) -> str:
    """Return where a reply sends on to: the host alone, since the rest may repeat the token."""
    try:
        return urlsplit(reply.headers.get("Location", "")).hostname or "another page"
    except ValueError:
        return "what is no address"
