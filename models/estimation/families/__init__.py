"""The families of regressions. A new one is a tuple of specs and a line in `FAMILIES`."""

from models.estimation.families.cross_section import FAMA_MACBETH
from models.estimation.families.determinants import DETERMINANTS
from models.estimation.families.dynamics import HALF_LIFE, TRANSITIONS
from models.estimation.families.event_study import EVENT_STUDY
from models.estimation.families.forecasts import RETURN_FORECASTS, VOLATILITY_FORECASTS
from models.estimation.families.interactions import INTERACTIONS
from models.estimation.families.ipo import IPO
from models.estimation.families.market import MARKET_GRANGER, MARKET_RESPONSES, MARKET_RETURNS, MARKET_VAR
from models.estimation.families.measurement import MEASUREMENT
from models.estimation.families.parts import WHOSE_AND_WHAT
from models.estimation.families.persistence import PERSISTENCE, PERSISTENCE_CUMULATED
from models.estimation.families.portfolios import PORTFOLIOS
from models.estimation.families.predictive import CONTEMPORANEOUS, PREDICTIVE, PREDICTIVE_TALKED_ABOUT
from models.estimation.families.robustness import PLACEBO, ROBUSTNESS
from models.estimation.families.tails import TAILS
from models.estimation.families.volatility import VOLATILITY, VOLUME

FAMILIES = {
    family.name: family
    for family in (
        PREDICTIVE,
        PREDICTIVE_TALKED_ABOUT,
        CONTEMPORANEOUS,
        DETERMINANTS,
        PERSISTENCE,
        PERSISTENCE_CUMULATED,
        EVENT_STUDY,
        INTERACTIONS,
        VOLATILITY,
        VOLUME,
        WHOSE_AND_WHAT,
        ROBUSTNESS,
        PLACEBO,
        MEASUREMENT,
        RETURN_FORECASTS,
        VOLATILITY_FORECASTS,
        PORTFOLIOS,
        *IPO,
        HALF_LIFE,
        TRANSITIONS,
        MARKET_RETURNS,
        MARKET_VAR,
        MARKET_GRANGER,
        MARKET_RESPONSES,
        FAMA_MACBETH,
        TAILS,
    )
}
