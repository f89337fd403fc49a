"""The simulated market of the demo: its posts, prices and listings, and what was planted in them."""

from models.simulation.market import DEFAULT_SEED, PLANTED, SimulatedMarket, simulate_market

__all__ = ["DEFAULT_SEED", "PLANTED", "SimulatedMarket", "simulate_market"]
