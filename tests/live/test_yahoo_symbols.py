"""One firm, two spellings of its symbol."""

import pytest

from etl.live.yahoo.symbols import is_crypto, yahoo_symbol
from etl.sources.fields import canonical_symbol


@pytest.mark.parametrize(
    ("ours", "yahoos"), [("AAPL", "AAPL"), ("BRK.B", "BRK-B"), ("^VIX", "^VIX"), ("SHOP.TO", "SHOP.TO")]
)
def test_a_share_class_is_written_as_yahoo_does_and_read_back(ours, yahoos):
    assert yahoo_symbol(ours) == yahoos
    assert canonical_symbol(yahoos) == ours


def test_crypto_currencies_are_known_by_their_mark():
    assert is_crypto("BTC.X")
    assert not is_crypto("BRK.B")
