"""Initial public offerings: enthusiasm before the first trade, and returns at and after it."""

from models.estimation.spec import Family, Spec
from models.ipo.buy_and_hold import HORIZONS

CAUTION = (
    "Associations, not effects: the eager may have known what the offer price left out. Files of firms that "
    "are still listed hold survivors only, whose returns are too high."
)
CHARACTERISTICS = ("log_proceeds", "log_age", "venture")
BENCHMARKS = {"m": "market", "ind": "industry"}


def _first_day(number: int, title: str, by: tuple[str, ...]) -> Spec:
    return Spec(
        family="ipo_first_day",
        column_no=number,
        title=title,
        outcome="first_day_return",
        regressors=by,
        effects=(),
        inference="iid",
        estimator="ipo_group_means",
        frame="listings",
    )


IPO_FIRST_DAY = Family(
    name="ipo_first_day",
    explanation="How much do offerings of high and of low enthusiasm return on their first day?",
    specs=(
        _first_day(1, "All listings", ()),
        _first_day(2, "By enthusiasm (happy)", ("enthusiasm",)),
        _first_day(3, "By enthusiasm (valence)", ("enthusiasm_valence",)),
    ),
    caution=CAUTION,
)


def _cross_section(
    number: int,
    title: str,
    regressors: tuple[str, ...],
    controls: tuple[str, ...],
    inference: str = "HC1",
    effects: tuple[str, ...] = ("quarter",),
) -> Spec:
    return Spec(
        family="ipo_cross_section",
        column_no=number,
        title=title,
        outcome="first_day_return",
        regressors=regressors,
        controls=controls,
        effects=effects,
        inference=inference,
        estimator="ipo_cross_section",
        frame="listings",
    )


IPO_CROSS_SECTION = Family(
    name="ipo_cross_section",
    explanation="Does enthusiasm go with the first-day return, given proceeds, age, backing and the market?",
    specs=(
        _cross_section(1, "Without posts", (), ("log_age", "venture", "market_ret_15")),
        _cross_section(2, "Enthusiasm", ("enthusiasm",), ("market_ret_15",)),
        _cross_section(3, "Enthusiasm, no effects", ("enthusiasm",), (), effects=()),
        _cross_section(4, "+ age, backing", ("enthusiasm",), ("log_age", "venture", "market_ret_15")),
        _cross_section(5, "+ proceeds", ("enthusiasm",), (*CHARACTERISTICS, "market_ret_15")),
        _cross_section(6, "as 5, HC3", ("enthusiasm",), (*CHARACTERISTICS, "market_ret_15"), "HC3"),
        _cross_section(7, "as 5, valence", ("enthusiasm_valence",), (*CHARACTERISTICS, "market_ret_15")),
    ),
    caution=CAUTION,
)


def _long_run() -> tuple[Spec, ...]:
    """Return a column a benchmark and horizon: all listings first, then by enthusiasm."""
    columns = [
        (benchmark, horizon, by)
        for by in ((), ("enthusiasm",))
        for benchmark in BENCHMARKS
        for horizon in HORIZONS
    ]
    return tuple(
        Spec(
            family="ipo_bhar",
            column_no=number,
            title=f"{horizon} sessions, less {BENCHMARKS[benchmark]}{', by enthusiasm' if by else ''}",
            outcome=f"bhar_{benchmark}_{horizon}",
            regressors=by,
            effects=(),
            inference="iid",
            estimator="ipo_long_run",
            frame="listings",
        )
        for number, (benchmark, horizon, by) in enumerate(columns, 1)
    )


IPO_BHAR = Family(
    name="ipo_bhar",
    explanation="What do offerings return from their first close to a year on, less the market or industry?",
    specs=_long_run(),
    caution=CAUTION,
)


def _after(number: int, title: str, group: str) -> Spec:
    return Spec(
        family="ipo_after",
        column_no=number,
        title=title,
        outcome="enthusiasm_after",
        regressors=("enthusiasm",),
        effects=(),
        inference="iid",
        estimator="ipo_afterwards",
        frame="listings",
        options=(("group", group),),
    )


IPO_AFTER = Family(
    name="ipo_after",
    explanation="Does the enthusiasm before an offering last over its first twenty sessions?",
    specs=(
        _after(1, "All", "all"),
        _after(2, "High before", "high"),
        _after(3, "Low before", "low"),
        _after(4, "High less low", "difference"),
        Spec(
            family="ipo_after",
            column_no=5,
            title="After on before",
            outcome="enthusiasm_after",
            regressors=("enthusiasm",),
            effects=(),
            inference="HC1",
            estimator="ipo_cross_section",
            frame="listings",
        ),
    ),
    caution=CAUTION,
)

IPO = (IPO_FIRST_DAY, IPO_CROSS_SECTION, IPO_BHAR, IPO_AFTER)
