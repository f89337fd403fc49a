"""The plot of cost against size."""

import plotly.graph_objects as go

from models.figures.drawing import FONT, GRID, SYMBOLS, finish

# Lines of all stages stand in one panel: colour and marker tell them apart, in grey the marker alone.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#8C8C8C", "#222222", "#7A5C00")
LEAST_DRAWN = 0.02  # microseconds


def draw_costs(costs: dict[str, dict[int, float]], title: str) -> go.Figure:
    """Draw microseconds a post against the number of posts, a line a stage; both axes in logarithms.

    Pieces of a stage are dotted. What costs next to nothing at every size is left out.
    """
    costs = {stage: cost for stage, cost in costs.items() if max(cost.values()) >= LEAST_DRAWN}
    figure = go.Figure()
    markers = list(SYMBOLS.values())
    for k, (stage, cost) in enumerate(costs.items()):
        colour, dash = COLOURS[k % len(COLOURS)], "dot" if ":" in stage else "solid"
        figure.add_trace(
            go.Scatter(
                x=list(cost),
                y=list(cost.values()),
                name=stage,
                mode="lines+markers",
                line={"color": colour, "width": 1.5, "dash": dash},
                marker={"symbol": markers[k % len(markers)], "size": 9, "color": colour},
            )
        )
    sizes = sorted({size for cost in costs.values() for size in cost})
    figure = finish(figure, title, height=380, bottom=60)
    figure.update_xaxes(
        type="log",
        title_text="posts",
        tickvals=sizes,
        ticktext=[f"{size:,}" for size in sizes],
        gridcolor=GRID,
    )
    steps = [digit * 10**power for power in range(-3, 7) for digit in (1, 2, 5)]
    figure.update_yaxes(
        type="log",
        title_text="microseconds a post",
        tickvals=steps,
        ticktext=[f"{step:,g}" for step in steps],
        gridcolor=GRID,
    )
    return figure.update_layout(legend={"font": {"family": FONT, "size": 11}})
