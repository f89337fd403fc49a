"""The ticker page: events, peers, facts of the firm, and the posts behind it, chosen by what they are."""

import json
from datetime import date, datetime, timedelta

import polars as pl
import pytest
from homes import HOSTILE, moving_scores
from samples import message, price_table, write_lines

from dashboard import charts, words
from etl.settings import open_home
from etl.sources.facts import SHORT_INTEREST
from etl.sources.stocktwits import StockTwits
from etl.warehouse.build import build_version
from etl.warehouse.describing import describe_stored_posts
from etl.warehouse.load import load_posts, load_prices
from etl.warehouse.load_ipos import load_ipos
from etl.warehouse.load_reference import load_facts
from etl.warehouse.store import open_store
from etl.warehouse.tagging import store_scores
from models.emotions import EMOTIONS
from models.panel.rebasing import rebase

N_SESSIONS = 24
TEXTS = [
    "sold my shares before earnings, the chart is broken",  # finance, original
    "good morning, what a lovely day",  # chat, original
    "RT @somebody good morning to all",  # passed on
]


def tag_of(n):
    return [None, {"basic": "Bullish"}, {"basic": "Bearish"}][n % 3]


@pytest.fixture(scope="module")
def home(tmp_path_factory, sessions_of_2016):
    """Posts of every kind on QZRA, fewer on QZRB; a split, an offering, short interest, and a gap."""
    folder = tmp_path_factory.mktemp("ticker")
    days = sessions_of_2016[5 : 5 + N_SESSIONS]
    posts, number = [], 0
    for row in days.to_dicts():
        for n in range(9):
            number += 1
            moment = f"{row['open_at'] + timedelta(minutes=10 + n):%Y-%m-%dT%H:%M:%SZ}"
            symbols = ("QZRA", "QZRB") if n == 0 else ("QZRA",)
            more = {"entities": {"sentiment": tag_of(number // 3)}}
            posts.append(message(number, moment, TEXTS[n % 3], *symbols, **more))
    for n, body in enumerate(HOSTILE):
        moment = f"{days['open_at'][-1] + timedelta(hours=2, minutes=n):%Y-%m-%dT%H:%M:%SZ}"
        posts.append(message(number + 1 + n, moment, body, "QZRA", "NOPRICE"))
    write_lines(folder / "posts.jsonl", posts)
    sessions = days["session"].to_list()
    prices = pl.concat([price_table(["QZRA"], sessions), price_table(["QZRB"], sessions[4:])])
    split = (pl.col("ticker") == "QZRA") & (pl.col("date") == sessions[10])
    prices.with_columns(split_ratio=pl.when(split).then(4.0).otherwise(1.0)).write_csv(folder / "prices.csv")
    published = [sessions[0] - timedelta(days=9), sessions[12], sessions[16]]
    pl.DataFrame(
        {
            "symbol": "QZRA",
            "settlement_date": [day - timedelta(days=10) for day in published],
            "published_on": published,
            "shares_short": [5e6, 8e6, 8e6],
            "public_float": 100e6,
            "shares_outstanding": 120e6,
        }
    ).write_csv(folder / "short.csv")
    pl.DataFrame({"ticker": "QZRB", "first_trade": [sessions[4]], "offer_price": 80.0}).write_csv(
        folder / "ipos.csv"
    )
    home = open_home(folder / "home")
    with open_store(home) as store:
        load_posts(store, StockTwits(), folder / "posts.jsonl")
        load_prices(store, folder / "prices.csv", None)
        load_facts(store, SHORT_INTEREST, folder / "short.csv", None)
        load_ipos(store, folder / "ipos.csv")
        describe_stored_posts(store)
        raw = store.sql("select source, post_id, body_hash from raw_posts").pl()
        sure = (pl.col("post_id").cast(pl.Int64) % 10 / 10 + 0.05).cast(pl.Float32)
        store_scores(store, "linear", "test", moving_scores(raw).with_columns(confidence=sure))
        build_version(store, home)
    return home


@pytest.fixture
def days(sessions_of_2016):
    return sessions_of_2016["session"][5 : 5 + N_SESSIONS].to_list()


def figure_of(app, number=0):
    return json.loads(app.get("plotly_chart")[number].proto.spec)


def trace(figure, name):
    return next(found for found in figure["data"] if found.get("name") == name)


def captions(app):
    return "\n".join(caption.value for caption in app.caption)


def listed(app):
    return next(table.value for table in app.dataframe if "body" in table.value.columns)


def test_a_split_and_a_new_figure_of_short_interest_are_marked_on_the_price(show, home, days):
    app = show(home, "ticker", symbol="QZRA")
    assert not app.exception
    figure = figure_of(app)
    split = trace(figure, "Split")
    assert (split["x"], split["customdata"]) == ([days[10].isoformat()], ["split, 4 for 1"])
    short = trace(figure, "Short interest")
    # Published on a day, it is known from the next session on; what was republished unchanged is no event.
    assert short["x"] == [days[13].isoformat()]
    assert "20.0% until then" not in short["customdata"][0]
    assert "◆ a split; ▼ a new figure of short interest" in captions(app)
    assert "★" not in captions(app)


def test_the_first_day_of_an_offering_is_marked_with_its_return(show, home, days):
    app = show(home, "ticker", symbol="QZRB")
    first = trace(figure_of(app), "First day")
    assert first["x"] == [days[4].isoformat()]
    assert first["customdata"] == ["first day of trading, offered at 80.00, +26.2 % from offer to close"]


def test_what_is_known_of_the_firm_stands_there_and_what_is_not_names_its_command(show, home):
    app = show(home, "ticker", symbol="QZRA")
    told = {metric.label: metric.value for metric in app.metric}
    assert told["Shares"] == "120 m"
    assert "Institutions hold" not in told
    assert told["Short interest"].endswith("%")
    assert "`emotape load ownership FILE`" in captions(app)
    nothing = show(home, "ticker", symbol="QZRB")
    assert "Short interest" not in {metric.label for metric in nothing.metric}
    assert "`emotape load short-interest FILE`" in captions(nothing)


def test_posts_are_chosen_by_kind_origin_tag_and_confidence_from_the_url(show, home):
    every = listed(show(home, "ticker", symbol="QZRA"))
    assert set(every["kind"]) == {"Finance", "Chat"}
    finance = listed(show(home, "ticker", symbol="QZRA", kind="finance", origin="original"))
    assert set(finance["body"]) >= {TEXTS[0]}
    assert set(finance["kind"]) == {"Finance"}
    assert set(finance["originality"]) == {"Original"}
    passed = listed(show(home, "ticker", symbol="QZRA", origin="passing_on", tag="Bullish"))
    assert set(passed["body"]) == {TEXTS[2]}
    assert set(passed["sentiment"]) == {"Bullish"}
    untagged = listed(show(home, "ticker", symbol="QZRA", tag="none"))
    assert untagged["sentiment"].isna().all()
    assert len(untagged) == every["sentiment"].isna().sum()
    sure = listed(show(home, "ticker", symbol="QZRA", confidence="40", least="90"))
    assert set(sure["post_id"]) == {name for name in every["post_id"] if int(name) % 10 >= 4}


def test_posts_whose_sign_of_valence_is_against_the_tag_can_be_listed(show, home):
    every = listed(show(home, "ticker", symbol="QZRA"))
    against = every[
        ((every["sentiment"] == "Bullish") & (every["valence"] < 0))
        | ((every["sentiment"] == "Bearish") & (every["valence"] > 0))
    ]
    found = listed(show(home, "ticker", symbol="QZRA", tag="disagrees"))
    assert 0 < len(found) == len(against)
    assert set(found["post_id"]) == set(against["post_id"])


def test_a_filter_that_leaves_nothing_says_so_and_keeps_the_numbers(show, home):
    app = show(home, "ticker", symbol="QZRB", kind="chat")
    assert not app.exception
    assert "No post matches" in app.info[-1].value
    assert app.expander[0].label == "The numbers behind the figure"


def test_filters_of_posts_that_make_no_sense_count_for_nothing(show, home):
    sane = listed(show(home, "ticker", symbol="QZRA"))
    odd = show(home, "ticker", symbol="QZRA", kind="x", origin="'", tag="<b>", confidence="-1")
    assert not odd.exception
    assert len(listed(odd)) == len(sane)


def test_choosing_a_filter_writes_it_to_the_url(show, home):
    app = show(home, "ticker", symbol="QZRA")
    box = next(found for found in app.selectbox if found.key == "filter_tag")
    assert box.set_value("disagrees").run().query_params["tag"] == "disagrees"


def test_posts_of_stocktwits_are_linked_by_their_number_alone(show, home):
    links = listed(show(home, "ticker", symbol="QZRA"))
    assert any("javascript" in body for body in links["body"])
    assert (links["original"] == "https://stocktwits.com/message/" + links["post_id"]).all()


@pytest.mark.parametrize(
    ("post", "said"),
    [
        ({}, r"[4 Jan 2016, 15:30 UTC](https://stocktwits.com/message/12) · [\$AB.C](https://stocktwits.com/symbol/AB.C)"),
        ({"source": "other"}, r"4 Jan 2016, 15:30 UTC · \$AB.C"),
        ({"post_id": "12)](javascript:x"}, r"4 Jan 2016, 15:30 UTC · [\$AB.C](https://stocktwits.com/symbol/AB.C)"),
        ({"tickers": ["](javascript:x)", "A B", "É"]}, "[4 Jan 2016, 15:30 UTC](https://stocktwits.com/message/12)"),
    ],
)  # fmt: skip
def test_addresses_are_made_of_digits_and_symbols_and_never_of_text(post, said):
    known = {
        "source": "stocktwits",
        "post_id": "12",
        "available_at": datetime(2016, 1, 4, 15, 30),
        "time_known": True,
        "tickers": ["AB.C"],
    }
    assert words.post_links(known | post) == said


def test_a_whole_text_keeps_its_lines_and_loses_marks_that_turn_it():
    assert words.whole_text("one\ntwo\u202eevil\x00") == "one\ntwo evil "
    assert len(words.whole_text("x" * 100_000)) < 5_010


def test_others_are_set_beside_it_from_a_common_start(show, home, days):
    app = show(home, "ticker", symbol="QZRA", compare="QZRB")
    assert not app.exception
    assert app.multiselect[0].value == ["QZRB"]
    figure = figure_of(app, 1)
    ours, theirs = figure["data"][0], figure["data"][3]
    assert (ours["name"], theirs["name"]) == ("QZRA", "QZRB")
    assert ours["y"][:4] == [None] * 4  # QZRB has no price yet
    assert ours["y"][4] == theirs["y"][4] == 100
    assert theirs["y"][-1] == pytest.approx(100 * (50.5 + 19 / 2) / 50.5)
    assert ours["y"][-1] == pytest.approx(100 * (50.5 + 23 / 2) / (50.5 + 2))
    counts = figure["data"][2]["y"]
    assert counts[:6] == [9, 18, 27, 36, 45, 45]
    assert f"100 at the close of {words.day(days[4])}" in captions(app)
    assert "QZRB 24 posts" in captions(app)
    assert any(heading.value.startswith("From 100, ") for heading in app.subheader)


def test_choosing_others_writes_them_to_the_url_and_clearing_takes_them_away(show, home):
    app = show(home, "ticker", symbol="QZRA")
    chosen = app.multiselect[0].set_value(["QZRB", "NOPRICE"]).run()
    assert not chosen.exception
    assert chosen.query_params["compare"] == "QZRB,NOPRICE"
    assert len(figure_of(chosen, 1)["data"]) == 9
    assert "compare" not in chosen.multiselect[0].set_value([]).run().query_params


def test_a_stranger_among_the_others_is_refused_and_stays_inert(show, home):
    app = show(home, "ticker", symbol="QZRA", compare="<img src=x>,QZRA,QZRB")
    assert app.multiselect[0].value == ["QZRB"]
    assert "There is no symbol" in app.warning[0].value
    assert "<img" not in app.warning[0].value.replace(r"\<", "")


def test_others_without_a_price_leave_the_rest_their_common_start(show, home):
    app = show(home, "ticker", symbol="NOPRICE", compare="QZRA")
    assert not app.exception
    assert "Beside other symbols" in [heading.value for heading in app.subheader]


def test_sessions_that_were_not_observed_whole_are_shaded_in_one_piece_each():
    days = [date(2016, 1, n) for n in range(4, 10)]
    sessions = pl.DataFrame(
        {
            "session": days,
            **dict.fromkeys(("open", "high", "low", "close"), 10.0),
            "n_posts": 12,
            **dict.fromkeys(EMOTIONS, 1 / 7),
            "coverage": [1.0, 0.0, 0.998, None, 0.5, 1.0],
        }
    )
    figure = charts.draw_ticker(sessions)
    assert [(shape.x0, shape.x1) for shape in figure.layout.shapes] == [(0.5, 2.5), (3.5, 4.5)]
    told = next(found for found in figure.data if found.name == "Partly observed")
    assert list(told.customdata) == ["nothing of it", "99% of its time", "50% of its time"]


def test_without_prices_the_emotions_have_the_room(show, home):
    layout = figure_of(show(home, "ticker", symbol="NOPRICE"))["layout"]
    assert layout["yaxis"]["visible"] is False
    assert layout["yaxis2"]["domain"][1] > 0.9


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"kind": "split", "value": 1.5}, "split, 3 for 2"),
        ({"kind": "split", "value": 0.125}, "reverse split, 1 for 8"),
        ({"kind": "split", "value": 1 / 15}, "reverse split, 1 for 15"),
        (
            {"kind": "short_interest", "value": 0.08, "before": 0.05},
            "short interest 8.0% of the float, 5.0% until then; published before this session",
        ),
        ({"kind": "listing", "value": None, "before": None}, "first day of trading"),
    ],
)
def test_an_event_is_said_in_words(event, said):
    assert words.event_text({"before": None} | event) == said


def test_rebased_prices_are_price_relatives_to_the_first_session_of_all():
    prices = pl.DataFrame(
        {
            "ticker": ["A"] * 4 + ["B"] * 4 + ["C"] * 4,
            "session": [1, 2, 3, 4] * 3,
            "adj_close": [8.0, 10.0, None, 12.0, None, 4.0, 5.0, 3.0, None, None, None, None],
        }
    )
    assert rebase(prices)["price_index"].to_list() == [
        None, 100.0, None, 120.0, None, 100.0, 125.0, 75.0, None, None, None, None,
    ]  # fmt: skip
    apart = pl.DataFrame({"ticker": ["A", "B"], "session": [1, 2], "adj_close": [1.0, 2.0]})
    assert rebase(apart)["price_index"].to_list() == [None, None]
