"""Families of regressions by what they ask about, as a reader looks for them."""

from collections.abc import Collection

from dashboard.words.plain import plain
from models.estimation import FAMILIES

GROUPS = {
    "Returns after the posts": (
        "predictive", "predictive_5_posts", "fama_macbeth", "tails", "interactions", "whose_and_what",
    ),
    "Returns with the posts": ("contemporaneous", "event_study"),
    "What moves emotions": ("determinants", "half_life", "transitions"),
    "Later sessions": ("persistence", "persistence_cumulated"),
    "Volatility and volume": ("volatility", "volume"),
    "Can it be trusted": ("robustness", "placebo", "measurement"),
    "Would it have paid": ("portfolios", "return_forecasts", "volatility_forecasts"),
    "IPO": ("ipo_first_day", "ipo_cross_section", "ipo_bhar", "ipo_after"),
    "Whole market": ("market_returns", "market_var", "market_granger", "market_responses"),
}  # fmt: skip
OTHERS = "Your own"
_GROUP_OF = {family: group for group, families in GROUPS.items() for family in families}


def in_order(families: Collection[str]) -> list[str]:
    """Return families group by group, those of a reader's own last."""
    known = [family for family in _GROUP_OF if family in families]
    return [*known, *sorted(set(families) - set(known))]


def question(family: str) -> str:
    """Return a family's group and what it asks: what is chosen from a list."""
    asked = FAMILIES[family].explanation if family in FAMILIES else plain(family, 60)
    group = _GROUP_OF.get(family, OTHERS if family not in FAMILIES else "Others")
    return f"{group}: {asked}"
