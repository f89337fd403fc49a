"""What the paper on emotions and IPO returns reports, to stand beside our estimates.

Source: Vamossy, "Social Media Emotions and IPO Returns", abstract of arXiv 2306.12602 v3; Journal of
Money, Credit and Banking 57(1). Its tables, sample and formula of enthusiasm were not read, so our
numbers are set beside these and reproduce none of them.
"""

FIRST_DAY_HIGH, FIRST_DAY_LOW = 0.2973, 0.1759
LONG_RUN_HIGH, LONG_RUN_LOW = -0.0822, -0.0014  # adjusted for industry; the horizon is not in the abstract
SOURCE = "Vamossy, arXiv 2306.12602 v3, abstract"


def first_day_published() -> str:
    """Return the sentence for the note of a table of first-day returns."""
    return (
        f"Published beside (no estimate of ours; {SOURCE}): first-day return {FIRST_DAY_HIGH:.2%} with high, "
        f"{FIRST_DAY_LOW:.2%} with low enthusiasm."
    )


def long_run_published() -> str:
    """Return the sentence for the note of a table of long-run returns."""
    return (
        f"Published beside (no estimate of ours; {SOURCE}): long-run industry-adjusted return "
        f"{LONG_RUN_HIGH:.2%} with high, {LONG_RUN_LOW:.2%} with low enthusiasm."
    )
