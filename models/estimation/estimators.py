"""The estimators by name. Each is a function (spec, data, tagger) -> Fit, imported when it is used."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from models.estimation.results import Data, Fit
from models.estimation.spec import Spec

EstimateSpec = Callable[[Spec, Data, str], Fit]


@dataclass(frozen=True)
class Estimator:
    """Where an estimator is, and which relations it reads besides its spec's own frame."""

    path: str  # "module:function"
    also_reads: tuple[str, ...] = ()

    def load(self) -> EstimateSpec:
        """Import the function."""
        module, _, function = self.path.partition(":")
        loaded: EstimateSpec = getattr(import_module(module), function)
        return loaded


ESTIMATORS = {
    "least_squares": Estimator("models.estimation.least_squares:estimate_least_squares"),
    "event_study": Estimator("models.dynamics.event_study:estimate_event_study"),
    "placebo": Estimator("models.estimation.placebo:estimate_placebo"),
    "forecast_returns": Estimator("models.forecasts.returns:forecast_returns"),
    "forecast_volatility": Estimator("models.forecasts.volatility:forecast_volatility"),
    "sort_portfolios": Estimator("models.portfolios.estimate:sort_portfolios", ("factors",)),
    "fama_macbeth": Estimator("models.estimation.fama_macbeth:estimate_fama_macbeth"),
    "quantile": Estimator("models.estimation.quantile:estimate_quantile"),
    "half_life": Estimator("models.dynamics.half_life:estimate_half_life"),
    "transitions": Estimator("models.dynamics.transitions:estimate_transitions"),
    "vector_autoregression": Estimator("models.dynamics.autoregression:estimate_equation"),
    "granger": Estimator("models.dynamics.autoregression:run_granger_tests"),
    "impulse_responses": Estimator("models.dynamics.responses:estimate_responses"),
    "label_shares": Estimator("models.measurement.estimate:estimate_label_shares"),
    "adjusted_counts": Estimator("models.measurement.estimate:estimate_adjusted_counts", ("confusion",)),
    "simulation_extrapolation": Estimator(
        "models.measurement.estimate:estimate_simulation_extrapolation", ("confusion",)
    ),
    "ipo_group_means": Estimator("models.ipo.group_means:estimate_group_means"),
    "ipo_cross_section": Estimator("models.ipo.cross_section:estimate_cross_section"),
    "ipo_long_run": Estimator("models.ipo.long_run:estimate_long_run"),
    "ipo_afterwards": Estimator("models.ipo.afterwards:estimate_afterwards"),
}
