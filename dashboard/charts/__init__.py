"""From frames to figures, a module a page. Shares and SD are computed upstream; here is formatting only."""

from dashboard.charts.comparison import draw_comparison
from dashboard.charts.heat import draw_heat
from dashboard.charts.mood import draw_departures, draw_mood
from dashboard.charts.regressions import draw_column
from dashboard.charts.shared import CONFIG
from dashboard.charts.ticker import draw_contributions, draw_ticker
from dashboard.charts.volume import draw_volume

__all__ = [
    "CONFIG",
    "draw_column",
    "draw_comparison",
    "draw_contributions",
    "draw_departures",
    "draw_heat",
    "draw_mood",
    "draw_ticker",
    "draw_volume",
]
