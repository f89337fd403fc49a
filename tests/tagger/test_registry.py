"""Names of taggers: what is opened, what is stored."""

import pytest

from etl.errors import BadInput
from etl.taggers import open_tagger
from models.emotions import EMOTIONS
from models.tagger import load_tagger, stored_name


@pytest.mark.parametrize("name", ["linear", "lexicon", "ensemble:linear+lexicon"])
def test_a_tagger_is_called_by_the_name_it_is_stored_under(name):
    tagger = load_tagger(name)
    assert tagger.name == stored_name(name) == name
    assert tagger.classes_ == EMOTIONS
    assert " " not in tagger.name + tagger.version


@pytest.mark.parametrize("name", ["oracle", "Linear", "", "transformer:", "linear+lexicon"])
def test_an_unknown_name_is_refused_with_those_that_there_are(name):
    with pytest.raises(ValueError, match=r"there are: linear, lexicon, vader, ensemble, .*transformer:"):
        load_tagger(name)


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("linear", "linear"),
        ("truth", "truth"),
        ("ensemble", "ensemble:linear+lexicon"),
        ("ensemble:lexicon+transformer:/srv/models/emo", "ensemble:lexicon+transformer:emo"),
        ("transformer:/srv/models/emo", "transformer:emo"),
        ("transformer:/srv/models/emo/", "transformer:emo"),
        ("transformer:/srv/my models/emo (v2)", "transformer:emo-v2"),
        ("transformer:~/emo", "transformer:emo"),
        ("transformer:emo", "transformer:emo"),
        ("transformer:someone/emo", "transformer:someone/emo"),
        ("transformer:someone/emo@abc123", "transformer:someone/emo"),
    ],
)
def test_the_stored_name_is_short_and_holds_no_path(name, stored):
    assert stored_name(name) == stored
    assert stored_name(stored) == stored


def test_a_folder_is_told_from_a_hub_id(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models" / "emo").mkdir(parents=True)
    assert stored_name("transformer:models/emo") == "transformer:emo"
    assert stored_name("transformer:models/other") == "transformer:models/other"
    assert stored_name("transformer:.") == f"transformer:{tmp_path.name}"


@pytest.mark.parametrize("place", ["/nowhere/emo", "emo", "./nowhere/emo"])
def test_a_missing_folder_is_told_and_no_network_asked(place):
    with pytest.raises(BadInput, match="there is no folder"):
        open_tagger(f"transformer:{place}")


def test_models_never_ask_the_hub():
    with pytest.raises(ValueError, match="there is no folder someone/emo"):
        load_tagger("transformer:someone/emo")
