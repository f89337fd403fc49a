from dataclasses import replace

import pytest

from etl.configuration import Settings
from etl.configuration.names import check_names
from etl.errors import BadInput


def with_refresh(**changes):
    return replace(Settings(), refresh=replace(Settings().refresh, **changes))


def test_defaults_name_what_there_is():
    check_names(Settings())


def test_a_misspelt_family_or_tagger_is_told():
    with pytest.raises(BadInput, match="no family predictiv; did you mean predictive"):
        check_names(with_refresh(families=("predictiv",)))
    with pytest.raises(BadInput, match="oracle"):
        check_names(with_refresh(tagger="oracle"))


def test_a_transformer_is_not_opened_for_a_check():
    check_names(with_refresh(tagger="transformer:nobody/nothing"))
