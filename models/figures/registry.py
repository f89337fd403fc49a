"""Which figures a family of stored results has."""

from collections.abc import Callable, Iterator
from functools import partial

import polars as pl

from models.figures.choices import draw_specification_curve
from models.figures.coefficients import draw_coefficients
from models.figures.drawing import Figure
from models.figures.horizons import draw_event_study, draw_impulse_responses, draw_local_projections
from models.figures.placebo import draw_placebo
from models.figures.portfolios import draw_portfolios
from models.figures.transitions import draw_half_lives, draw_transitions
from models.tables.choices import ROWS_OF_MODELS

Builder = Callable[[pl.DataFrame, pl.DataFrame], Figure | None]

# Families that are not named here have coefficients, or a specification curve where that is their layout.
FIGURES: dict[str, tuple[Builder, ...]] = {
    "persistence": (draw_local_projections,),
    "persistence_cumulated": (draw_local_projections,),
    "market_responses": (draw_impulse_responses,),
    "event_study": (draw_event_study,),
    "robustness": (draw_specification_curve,),
    "placebo": (draw_placebo,),
    "portfolios": (draw_portfolios,),
    "transitions": (draw_transitions,),
    "half_life": (draw_half_lives,),
    # What is sought is a slope on shares, whose spread differs by how they were measured.
    "measurement": (partial(draw_coefficients, per_sd=False),),
    # Errors of forecasts and systems of equations are tables: their terms have no common unit.
    "return_forecasts": (),
    "volatility_forecasts": (),
    "market_var": (),
}


def draw_figures(models: pl.DataFrame, terms: pl.DataFrame) -> Iterator[Figure]:
    """Draw all figures that the stored models of one family and tagger allow, in order.

    Raises
    ------
    ValueError
        The models are of several families or taggers.
    """
    if models.is_empty():
        return
    if models.select("family", "tagger").n_unique() > 1:
        raise ValueError("Figures show one family and tagger: filter first.")
    of_family = terms.filter(pl.col("result_id").is_in(models["result_id"].implode()))
    for builder in _builders(models):
        if figure := builder(models, of_family):
            yield figure


def _builders(models: pl.DataFrame) -> tuple[Builder, ...]:
    family = str(models["family"][0])
    layouts = models["layout"].to_list() if "layout" in models.columns else []
    default: Builder = draw_specification_curve if ROWS_OF_MODELS in layouts else draw_coefficients
    return FIGURES.get(family, (default,))
