"""What listings earned after their first close, by enthusiasm, with the number still followed."""

import plotly.graph_objects as go
import polars as pl
from plotly.subplots import make_subplots

from models.emotions import COLOURS
from models.figures.drawing import GRID, VALENCE, ZERO, Figure, fade, finish, span
from models.figures.words import join_sentences, mark_simulated
from models.ipo.group_means import ALL, HIGH, LOW
from models.ipo.paths import average_paths
from models.tables.labels import label

PERCENT = 100
# Enthusiasm is the mean probability of happy.
_LINES = {
    HIGH: {"color": COLOURS["happy"], "dash": "solid"},
    LOW: {"color": COLOURS["sad"], "dash": "dash"},
    ALL: {"color": VALENCE, "dash": "solid"},
}


def draw_ipo_paths(paths: pl.DataFrame, tagger: str, simulated: bool) -> Figure | None:
    """Draw mean buy-and-hold abnormal returns by session since the listing; None without two listings.

    Parameters
    ----------
    paths
        `ticker, event_session, bhar_m, enthusiasm`, as `sql/queries/listing_paths.sql` returns them.
    """
    means = average_paths(paths)
    if means.is_empty():
        return None
    groups = [name for name in _LINES if name in means["group"].to_list()]
    of_all = groups == [ALL]
    asked = "What did offerings return after their first close"
    title = mark_simulated(f"{asked}?" if of_all else f"{asked}, by enthusiasm before it?", simulated)
    first = {group: means.filter(group=group).row(0, named=True)["n"] for group in groups}
    counted = " and ".join(f"{n:,} {'' if of_all else label(g).split()[0].lower()}" for g, n in first.items())
    caption = join_sentences(
        "Mean buy-and-hold return since the first close less the market's, in percent; bands are pointwise "
        "95 % intervals of t for independent listings, though those of one season share its returns",
        "Groups are cut at the median of enthusiasm, the mean probability of happy over the posts of the 90 "
        "days before the first trade"
        if not of_all
        else "",
        f"Listings followed at first: {counted.strip()}; the panel below says how many are left, and those "
        "that leave change the mean",
        f"Tagger: {tagger}" if not of_all else "",
        "Associations, not effects; listings that are gone from the file of prices are missing",
        "The data are simulated: nothing here is a finding about a market" if simulated else "",
    )
    return Figure(name="ipo-paths", title=title, caption=caption, plot=_draw(means, groups, title))


def _draw(means: pl.DataFrame, groups: list[str], title: str) -> go.Figure:
    figure = make_subplots(rows=2, shared_xaxes=True, row_heights=[0.78, 0.22], vertical_spacing=0.06)
    for group in groups:
        line = _LINES[group]
        rows = means.filter(group=group)
        x = rows["event_session"].to_list()
        edges = {"mode": "lines", "line_width": 0, "hoverinfo": "skip", "showlegend": False}
        figure.add_scatter(x=x, y=(rows["conf_high"] * PERCENT).to_list(), **edges, row=1, col=1)
        figure.add_scatter(
            x=x,
            y=(rows["conf_low"] * PERCENT).to_list(),
            fill="tonexty",
            fillcolor=fade(line["color"], 0.2),
            **edges,
            row=1,
            col=1,
        )
        figure.add_scatter(
            x=x,
            y=(rows["mean"] * PERCENT).to_list(),
            mode="lines",
            name=label(group),
            line=line | {"width": 2.2},
            hovertemplate="%{x} sessions: %{y:.1f} %<extra></extra>",
            row=1,
            col=1,
        )
        figure.add_scatter(
            x=x,
            y=rows["n"].to_list(),
            mode="lines",
            showlegend=False,
            line=line | {"width": 2, "shape": "hv"},
            hovertemplate="%{x} sessions: %{y} listings<extra></extra>",
            row=2,
            col=1,
        )
    figure.add_hline(y=0, line={"color": ZERO, "width": 1.2}, row=1, col=1)
    ends = [*(means["conf_low"] * PERCENT), *(means["conf_high"] * PERCENT)]
    figure.update_yaxes(title_text="Less the market, %", range=span(ends), gridcolor=GRID, row=1, col=1)
    most = max(means["n"])
    figure.update_yaxes(title_text="Listings", range=[0, most * 1.15], gridcolor=GRID, nticks=4, row=2, col=1)
    figure.update_xaxes(showgrid=False)
    figure.update_xaxes(title_text="Sessions after the first", row=2, col=1)
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"})
    return finish(figure, title, 380, above=40)
