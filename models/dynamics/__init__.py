"""How emotions and the market move over time: persistence, transitions, vector autoregressions."""
