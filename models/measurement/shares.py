r"""Intervals of shares.

Wilson's interval of a share p of n independent trials, z = 1.96:

.. math:: \frac{p + \frac{z^2}{2n} \pm z \sqrt{\frac{p(1-p)}{n} + \frac{z^2}{4n^2}}}{1 + \frac{z^2}{n}}

It stays within 0 and 1 and holds its level for few trials too (Wilson 1927; Brown, Cai and DasGupta 2001).
Posts of one author or one day are not independent, so it is too narrow for them.
"""

import polars as pl

_Z = 1.959964  # of 95 %


def wilson(share: str, n: str) -> list[pl.Expr]:
    """Return Wilson's 95 % interval of the column `share`, of `n` trials, as `low` and `high`."""
    p, count = pl.col(share), pl.col(n)
    centre = (p + _Z**2 / (2 * count)) / (1 + _Z**2 / count)
    margin = _Z / (1 + _Z**2 / count) * (p * (1 - p) / count + _Z**2 / (4 * count**2)).sqrt()
    return [(centre - margin).alias("low"), (centre + margin).alias("high")]
