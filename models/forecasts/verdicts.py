"""What the numbers say, in one sentence."""

LEVEL = 0.05


def _say(p_value: float) -> str:
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"


def judge_returns(r2: float, p_value: float, benchmark: str, n_forecasts: int) -> str:
    """Say whether forecasts beat their benchmark.

    Parameters
    ----------
    r2
        Out-of-sample R2 against the benchmark, as a share of 1.
    p_value
        One-sided, of Clark and West.
    """
    found = f"out-of-sample R2 {100 * r2:.3f} % against {benchmark}"
    test = f"Clark-West {_say(p_value)}, {n_forecasts:,} forecasts"
    if r2 <= 0 and not p_value < LEVEL:
        return f"Nothing: the forecasts missed by at least as much as {benchmark} ({found}; {test})."
    if r2 <= 0:
        return (
            f"Nothing to use: {found}. The outcome goes with what was known ({test}), but so weakly that "
            "estimating the slopes cost more than they brought."
        )
    if not p_value < LEVEL:
        return f"Nothing: {found}, which cannot be told from chance ({test})."
    return f"Something: {found} ({test}). Whether it pays depends on the costs of trading."


def judge_volatility(gain: float, p_value: float, nested_p_value: float, n_forecasts: int) -> str:
    """Say whether emotions lowered the loss of volatility forecasts.

    Parameters
    ----------
    gain
        Mean QLIKE without emotions less mean QLIKE with them.
    p_value
        Two-sided, of Diebold and Mariano.
    nested_p_value
        One-sided, of Clark and West.
    """
    test = f"Diebold-Mariano {_say(p_value)}, {n_forecasts:,} forecasts"
    if not p_value < LEVEL:
        nothing = f"Nothing to use: with emotions QLIKE is as without them, as far as can be told ({test})."
        if nested_p_value < LEVEL:
            return (
                f"{nothing} What was added goes with volatility (Clark-West {_say(nested_p_value)}), but "
                "too weakly to make forecasts better."
            )
        return nothing
    if gain > 0:
        return f"Something: with emotions QLIKE is lower by {gain:.4f} ({test})."
    return f"Nothing: with emotions QLIKE is higher by {-gain:.4f}, the forecasts are worse ({test})."


def judge_trading(
    spread: float, p_value: float, break_even: float, cost: float, net_p_value: float, n_sessions: int
) -> str:
    """Say whether a long-short portfolio could have paid.

    Parameters
    ----------
    spread
        Mean return of a session, highest group less lowest, in basis points.
    p_value, net_p_value
        Two-sided, of the spread before costs, and of what is left of it after `cost`.
    break_even, cost
        Basis points a side at which nothing is left, and those that are assumed.
    """
    found = f"{spread:+.1f} basis points a session between the extreme groups"
    test = f"{_say(p_value)}, {n_sessions:,} sessions"
    if not p_value < LEVEL:
        return f"Nothing: {found} cannot be told from zero, before any cost ({test})."
    if break_even <= cost:
        return (
            f"Nothing to earn: {found} ({test}), but costs eat it: it is gone at {break_even:.1f} basis "
            f"points a side, and {cost:g} are assumed."
        )
    if not net_p_value < LEVEL:
        return (
            f"Hardly: {found} ({test}) breaks even at {break_even:.1f} basis points a side, but what "
            f"{cost:g} leave of it cannot be told from zero ({_say(net_p_value)})."
        )
    return (
        f"Something: {found} ({test}) breaks even at {break_even:.1f} basis points a side. The direction is "
        "chosen in hindsight; borrowing shares and moving prices cost more."
    )
