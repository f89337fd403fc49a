"""A regression at t sees what was published before t, counted in the shares of t-1."""

from datetime import date, timedelta
from math import log, prod
from random import Random

import polars as pl
import pytest
from samples import price_table
from warehouse.reference import build_facts

from etl.sources.facts import OWNERSHIP, SHARES, SHORT_INTEREST
from models.sessions import exchange_sessions

SESSIONS = exchange_sessions(date(2016, 1, 4), date(2017, 12, 29))["session"].to_list()
FIRST = SESSIONS[0]


def short(ticker, settled, known, shares_short, float_shares=None, shares=None):
    return {
        "symbol": ticker,
        "settlement_date": settled,
        "published_on": known,
        "shares_short": shares_short,
        "public_float": float_shares,
        "shares_outstanding": shares,
    }


def held(ticker, described, known, share):
    return {"symbol": ticker, "quarter_end": described, "filing_date": known, "inst_own": share}


def counted(ticker, described, known, shares):
    return {"symbol": ticker, "as_of": described, "filing_date": known, "shares_outstanding": shares}


def prices_with_splits(tickers, days, splits):
    """Closes as Yahoo gives them, so adjusted for all the splits: a dict of (ticker, day) to ratio."""
    table = price_table(tickers, days)
    ratios = [splits.get(key) for key in table.select("ticker", "date").iter_rows()]
    return table.with_columns(split_ratio=pl.Series(ratios, dtype=pl.Float64))


def test_a_figure_is_seen_from_the_session_after_its_publication(tmp_path, home):
    days = SESSIONS[:10]
    facts = [(OWNERSHIP, [held("QZRA", days[0], days[4], 0.5), held("QZRA", days[2], days[6], 0.6)])]
    found = build_facts(home, tmp_path, price_table(["QZRA", "QZRB"], days), facts)
    assert found.filter(ticker="QZRA")["inst_own"].to_list() == [None] * 5 + [0.5] * 2 + [0.6] * 3
    assert found.filter(ticker="QZRB")["inst_own"].null_count() == 10
    assert found.height == 20


def test_a_revision_replaces_its_day_and_an_old_figure_published_late_replaces_nothing(tmp_path, home):
    days = SESSIONS[:10]
    rows = [
        held("QZRA", days[2], days[3], 0.5),
        held("QZRA", days[1], days[5], 0.9),  # older, published late
        held("QZRA", days[2], days[7], 0.55),  # revised
    ]
    found = build_facts(home, tmp_path, price_table(["QZRA"], days), [(OWNERSHIP, rows)])
    assert found["inst_own"].to_list() == [None] * 4 + [0.5] * 4 + [0.55] * 2


def test_a_figure_is_given_up_after_four_hundred_days(tmp_path, home):
    described = SESSIONS[3]
    rows = [held("QZRA", described, SESSIONS[40], 0.5)]
    found = build_facts(home, tmp_path, price_table(["QZRA"], SESSIONS[:320]), [(OWNERSHIP, rows)])
    seen = found.filter(pl.col("inst_own").is_not_null())["session"]
    assert seen.min() == SESSIONS[41]
    assert seen.max() == max(day for day in SESSIONS if (day - described).days <= 400)


def test_market_value_is_shares_known_times_the_printed_close_of_the_session_before(tmp_path, home):
    """By hand: 1,000 shares, one becomes four in session 6; stored closes are those of after the split."""
    days = SESSIONS[:10]
    prices = prices_with_splits(["QZRA"], days, {("QZRA", days[6]): 4.0})
    facts = [(SHARES, [counted("QZRA", days[0], days[2], 1000.0)])]
    found = build_facts(home, tmp_path, prices, facts)
    closes = found["close"].to_list()
    # Sessions 3 to 6 look at closes from before the split, printed at four times the stored ones.
    assert found["shares_outstanding"].to_list() == [None] * 3 + [1000.0] * 4 + [4000.0] * 3
    worth = [1000 * 4 * closes[n - 1] for n in range(3, 7)] + [4000 * closes[n - 1] for n in range(7, 10)]
    assert found["log_mcap"].to_list()[3:] == pytest.approx([log(w) for w in worth], rel=1e-12)


def test_a_split_between_settlement_and_publication_does_not_shrink_short_interest(tmp_path, home):
    """The float is that of publication, the shares short are those of settlement."""
    days = SESSIONS[:10]
    prices = prices_with_splits(["QZRA"], days, {("QZRA", days[3]): 10.0})
    facts = [(SHORT_INTEREST, [short("QZRA", days[1], days[5], 5.0, 1000.0, 1200.0)])]
    found = build_facts(home, tmp_path, prices, facts)
    assert found["short_interest"].to_list()[6:] == pytest.approx([0.05] * 4, rel=1e-12)
    assert found["shares_outstanding"].to_list()[6:] == [1200.0] * 4


def test_short_interest_is_by_float_else_by_shares_and_wrong_shares_are_not_believed(tmp_path, home):
    days = SESSIONS[:5]
    rows = [
        short("QZRA", days[0], days[1], 10.0, 100.0, 200.0),
        short("QZRB", days[0], days[1], 10.0, None, 200.0),
        short("QZRC", days[0], days[1], 10.0, 100.0, 2.0),  # fewer shares than the float: not believed
    ]
    facts = [(SHORT_INTEREST, rows), (SHARES, [counted("QZRB", days[0], days[1], 250.0)])]
    found = build_facts(home, tmp_path, price_table(["QZRA", "QZRB", "QZRC"], days), facts)
    last = found.filter(session=days[4]).sort("ticker")
    assert last["short_interest"].to_list() == pytest.approx([0.1, 0.05, 0.1])
    assert last["shares_outstanding"].to_list() == [200.0, 250.0, None]  # a file of shares goes first


def test_without_a_price_of_the_session_before_there_is_no_market_value(tmp_path, home):
    days = SESSIONS[:8]
    prices = price_table(["QZRA"], days[:5] + days[6:])
    found = build_facts(home, tmp_path, prices, [(SHARES, [counted("QZRA", days[0], days[1], 1000.0)])])
    missing = found.filter(pl.col("log_mcap").is_null())["session"].to_list()
    assert missing == [days[0], days[1], days[6]]


def known_by_brute_force(rows, splits, closes):
    """Take each session alone, walk through every row: what the mart's joins must come to.

    Parameters
    ----------
    rows
        (kind, described, known, number, float) with kinds short, held, counted; of one ticker.
    splits
        Day to ratio.
    closes
        Session to stored close.
    """

    def grown(after, until):
        return prod(ratio for day, ratio in splits.items() if after < day <= until)

    found = []
    for n, session in enumerate(SESSIONS):
        if session not in closes:
            continue
        known = {"short": None, "held": None, "counted": None}
        for kind, described, published, number, whole in rows:
            if published < session:
                best = known[kind]
                if best is None or (described, published) > best[:2]:
                    known[kind] = (described, published, number, whole)
        fresh = {k: v if v and (session - v[0]).days <= 400 else None for k, v in known.items()}
        interest = fresh["short"]
        before = SESSIONS[n - 1] if n and SESSIONS[n - 1] in closes else None
        shares = None
        if before and fresh["counted"]:
            shares = fresh["counted"][2] * grown(fresh["counted"][0], before)
        elif before and interest:
            shares = interest[3] * grown(interest[1], before)
        found.append(
            {
                "session": session,
                "short_interest": interest and interest[2] * grown(interest[0], interest[1]) / interest[3],
                "inst_own": fresh["held"] and fresh["held"][2],
                "shares_outstanding": shares,
                "log_mcap": shares and log(shares * closes[before] * grown(before, SESSIONS[-1])),
            }
        )
    return found


def simulate_firm(ticker, random):
    """Random days described and known (weekends, revisions, late old figures), splits and missing prices."""
    rows, keys = [], set()
    for _ in range(random.randrange(1, 40)):
        kind = random.choice(["short", "held", "counted"])
        # Few days described, so that some are described twice.
        described = FIRST + timedelta(days=random.choice([0, 3, 90, 91, 200, 365, 500]) - 60)
        known = described + timedelta(days=random.choice([0, 1, 2, 14, 45, 200]))
        if (kind, described, known) not in keys:
            keys.add((kind, described, known))
            rows.append((kind, described, known, random.uniform(0.1, 1.0), random.uniform(2.0, 3.0)))
    splits = {random.choice(SESSIONS[:400]): random.choice([0.1, 2.0, 3.0]) for _ in range(3)}
    days = [session for session in SESSIONS[:400] if random.random() < 0.9 or session in splits]
    prices = prices_with_splits([ticker], days, {(ticker, day): ratio for day, ratio in splits.items()})
    return rows, splits, prices


def test_what_is_known_equals_a_walk_through_every_row(tmp_path, home):
    firms = {f"QZ{n}": simulate_firm(f"QZ{n}", Random(n)) for n in range(30)}
    rows = [(ticker, *row) for ticker, (rows, _, _) in firms.items() for row in rows]
    facts = [
        (SHORT_INTEREST, [short(t, d, k, x, f, f) for t, kind, d, k, x, f in rows if kind == "short"]),
        (OWNERSHIP, [held(t, d, k, x) for t, kind, d, k, x, _ in rows if kind == "held"]),
        (SHARES, [counted(t, d, k, x) for t, kind, d, k, x, _ in rows if kind == "counted"]),
    ]
    prices = pl.concat([prices for _, _, prices in firms.values()])
    found = build_facts(home, tmp_path, prices, facts)
    for ticker, (own_rows, splits, own_prices) in firms.items():
        closes = dict(own_prices.select("date", "close").iter_rows())
        expected = known_by_brute_force(own_rows, splits, closes)
        got = found.filter(ticker=ticker).sort("session").to_dicts()
        for day_found, day_expected in zip(got, expected, strict=True):
            for name, value in day_expected.items():
                # A product of ratios in another order differs in its last digits.
                exact = value is None or name == "session"
                assert day_found[name] == (value if exact else pytest.approx(value, rel=1e-12))
