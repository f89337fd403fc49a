"""The mean of several taggers."""

import numpy as np
import polars as pl
import pytest

from models.tagger import load_tagger
from models.tagger.ensemble import EnsembleTagger

TEXTS = pl.Series(["to the moon 🚀", "scared of a crash", "", None])


def test_probabilities_are_the_mean_of_the_members():
    members = [load_tagger(name).predict_proba(TEXTS) for name in ("linear", "lexicon")]
    proba = load_tagger("ensemble:linear+lexicon").predict_proba(TEXTS)
    np.testing.assert_allclose(proba, (members[0] + members[1]) / 2, rtol=1e-6)
    np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-5)


def test_without_members_it_is_linear_and_lexicon():
    assert load_tagger("ensemble").name == "ensemble:linear+lexicon"
    assert load_tagger("ensemble").version == load_tagger("ensemble:linear+lexicon").version


def test_its_version_changes_with_a_members():
    class Changed(type(load_tagger("lexicon"))):
        version = "changed"

    linear, lexicon = load_tagger("linear"), load_tagger("lexicon")
    assert EnsembleTagger((linear, Changed())).version != EnsembleTagger((linear, lexicon)).version


@pytest.mark.parametrize("name", ["ensemble:linear", "ensemble:lexicon+lexicon"])
def test_fewer_than_two_different_members_are_refused(name):
    with pytest.raises(ValueError, match="two or more different taggers"):
        load_tagger(name)


def test_an_unknown_member_is_named():
    with pytest.raises(ValueError, match="no tagger 'oracle'"):
        load_tagger("ensemble:linear+oracle")
