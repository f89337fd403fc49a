"""Figures of a firm as Yahoo gives them, as rows of the store: with the day described and the day known.

A snapshot is known from the day (in New York) on which it was taken, so a session after that day is the first
that may use it. Yahoo says of short interest which day it describes; of the rest it does not:

- Shares outstanding are taken to describe the day of the snapshot.
- The institutional share is that of the last quarter whose reports were due by then, 45 days after its end.
- The history of shares outstanding was not known to us on its days. A count is taken to be known 45 days
  after its day, as a quarterly report is, and its row says that this was assumed; a younger one is known from
  the snapshot on.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from etl.live.yahoo.history import day_number
from etl.sources.facts import OWNERSHIP, SHARES, SHORT_INTEREST, FactFile
from etl.sources.fields import FieldError, read_number

REPORTED_AFTER = 45  # days: form 13F, quarterly reports
CONFIRMED_AFTER = timedelta(days=90)
"""An unchanged count is stored anew once its last row describes a day so long ago: old ones are given up."""

KINDS = (SHORT_INTEREST, OWNERSHIP, SHARES)


class Snapshot:
    """Rows by the kind of their table (`short_interest`, `ownership`, `shares`), and what was refused."""

    def __init__(self, ticker: str, today: date) -> None:
        self.refused: dict[str, list[dict[str, Any]]] = {wanted.kind: [] for wanted in KINDS}
        self._rows: dict[str, dict[date, dict[str, Any]]] = {wanted.kind: {} for wanted in KINDS}
        self._ticker = ticker
        self._today = today

    def rows(self, wanted: FactFile) -> list[dict[str, Any]]:
        """Return the rows of a kind, as `wanted.schema`, by the day that they describe."""
        return [row for _, row in sorted(self._rows[wanted.kind].items())]

    def add(
        self, wanted: FactFile, described: date | None, figures: Mapping[str, Any], known: date | None = None
    ) -> None:
        """Add a row, where the day that it describes and the first of its figures are there.

        Parameters
        ----------
        known
            The day on which it is taken to have been known; None is the day of the snapshot.
        """
        values = {name: read_number(figures.get(name)) for name in wanted.figures}
        if described is None or values[wanted.figures[0]] is None:
            return
        try:
            if described > self._today:
                raise FieldError("known before the day that it describes")
            wanted.check(values)
        except FieldError as error:
            raw = json.dumps({wanted.described: described.isoformat(), **values})
            refused = {"line": day_number(described), "reason": str(error), "raw": raw}
            self.refused[wanted.kind].append(refused)
            return
        days = {
            wanted.described: described,
            "known_on": known or self._today,
            "known_after": (known - described).days if known else None,
        }
        self._rows[wanted.kind][described] = {"ticker": self._ticker, **days, **values}


def read_snapshot(
    ticker: str, info: Mapping[str, Any], counts: Mapping[date, float], today: date
) -> Snapshot:
    """Read what Yahoo says of a firm.

    Parameters
    ----------
    info
        Figures under Yahoo's names; any of them may be missing.
    counts
        Shares outstanding by day, before today.
    """
    snapshot = Snapshot(ticker, today)
    of_today = {"float_shares": info.get("floatShares"), "shares_outstanding": info.get("sharesOutstanding")}
    for short, settled in (
        ("sharesShortPriorMonth", "sharesShortPreviousMonthDate"),
        ("sharesShort", "dateShortInterest"),
    ):
        # Float and shares outstanding are those of the day of publication, in this table.
        figures = {"shares_short": info.get(short), **of_today}
        snapshot.add(SHORT_INTEREST, _day(info.get(settled)), figures)
    quarter = last_reported_quarter(today)
    snapshot.add(OWNERSHIP, quarter, {"inst_own": info.get("heldPercentInstitutions")})
    for day, count in counts.items():
        known = day + timedelta(days=REPORTED_AFTER)
        snapshot.add(SHARES, day, {"shares_outstanding": count}, known if known < today else None)
    snapshot.add(SHARES, today, {"shares_outstanding": info.get("sharesOutstanding")})
    return snapshot


def keep_news(
    wanted: FactFile, rows: list[dict[str, Any]], stored: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Leave out rows that say nothing which stored rows of the same ticker do not say.

    Parameters
    ----------
    rows, stored
        As `wanted.schema`; rows by the day that they describe.
    """
    known = list(stored)
    news = []
    for row in rows:
        if _is_news(wanted, row, known):
            news.append(row)
            known.append(row)
    return news


def _is_news(wanted: FactFile, row: dict[str, Any], known: list[dict[str, Any]]) -> bool:
    described = wanted.described
    if wanted is not SHARES:
        same_day = [old for old in known if old[described] == row[described]]
        return not same_day or _differ(wanted, row, max(same_day, key=lambda old: old["known_on"]))
    # A count stands until the next one differs. What is stored of its very day was known before.
    before = [old for old in known if old[described] <= row[described]]
    if not before:
        return True
    last = max(before, key=lambda old: (old[described], old["known_on"]))
    if last[described] == row[described]:
        return False
    return row[described] - last[described] >= CONFIRMED_AFTER or _differ(wanted, row, last)


def _differ(wanted: FactFile, one: dict[str, Any], other: dict[str, Any]) -> bool:
    return any(one[name] != other[name] for name in wanted.figures)


def _day(value: object) -> date | None:
    """Read seconds since 1970, at midnight in UTC, as a day."""
    seconds = read_number(value)
    return datetime.fromtimestamp(seconds, tz=UTC).date() if seconds and 0 < seconds < 2**32 else None


def last_reported_quarter(today: date) -> date:
    """Return the end of the last quarter whose holdings were due by today."""
    after = today - timedelta(days=REPORTED_AFTER - 1)
    return date(after.year, 3 * ((after.month - 1) // 3) + 1, 1) - timedelta(days=1)
