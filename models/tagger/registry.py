"""The taggers by name: what stands after `--tagger`, and what is stored with a score."""

import os
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from models.tagger.scoring import Tagger

# The taggers that can be chosen by name; the last two with what is filled in.
TAGGERS = ("linear", "lexicon", "vader", "ensemble", "ensemble:A+B", "transformer:FOLDER_OR_HUB_ID")
DEFAULT_ENSEMBLE = "linear+lexicon"
_ENSEMBLE, _TRANSFORMER = "ensemble:", "transformer:"
_HUB_ID = re.compile(r"[\w][\w.-]*/[\w][\w.-]*(?:@[\w.-]+)?")

OpenTransformer = Callable[[str], Tagger]


def load_tagger(name: str = "linear", open_transformer: OpenTransformer | None = None) -> Tagger:
    """Return a tagger by its name; no network is used.

    Parameters
    ----------
    name
        One of `TAGGERS`. The members of an ensemble stand between plus signs.
    open_transformer
        Opens what stands after `transformer:`. Default: `open_folder`, which knows folders only.

    Raises
    ------
    ValueError
        There is no tagger of this name, or it cannot be loaded; the message is a sentence.
    """
    if name == "linear":
        return _load_linear()
    if name == "lexicon":
        from models.tagger.lexicon import LexiconTagger

        return LexiconTagger()
    if name == "vader":
        from models.tagger.vader import VaderTagger

        return VaderTagger()
    if name == "ensemble" or name.startswith(_ENSEMBLE):
        from models.tagger.ensemble import EnsembleTagger

        members = name.removeprefix("ensemble").removeprefix(":") or DEFAULT_ENSEMBLE
        return EnsembleTagger(tuple(load_tagger(member, open_transformer) for member in members.split("+")))
    if name.startswith(_TRANSFORMER) and name != _TRANSFORMER:
        return (open_transformer or open_folder)(name.removeprefix(_TRANSFORMER))
    raise ValueError(f"there is no tagger '{name}'; there are: {', '.join(TAGGERS)}.")


def stored_name(name: str) -> str:
    """Return the name under which a tagger's scores are stored: short, and the same on every machine.

    A transformer in a folder is called by the folder's name, never by its path; the members of an
    ensemble stand one by one. A classifier of the hub is called by its id without the revision, which
    its version tells. Any other name is returned as it is.
    """
    if name == "ensemble" or name.startswith(_ENSEMBLE):
        members = name.removeprefix("ensemble").removeprefix(":") or DEFAULT_ENSEMBLE
        return _ENSEMBLE + "+".join(stored_name(member) for member in members.split("+"))
    if name.startswith(_TRANSFORMER):
        place = name.removeprefix(_TRANSFORMER)
        if is_hub_id(place) and not Path(place).is_dir():
            return _TRANSFORMER + place.split("@", 1)[0]
        folder = Path(os.path.abspath(Path(place).expanduser())).name
        return _TRANSFORMER + re.sub(r"[^\w.-]+", "-", folder).strip("-")
    return name


def is_hub_id(place: str) -> bool:
    """Tell whether a place is written as the hub writes ids: `owner/name` or `owner/name@revision`."""
    return _HUB_ID.fullmatch(place) is not None


def open_folder(place: str) -> Tagger:
    """Return the transformer in a folder.

    Raises
    ------
    ValueError
        There is no such folder, or no classifier of emotions in it.
    """
    from models.tagger.transformer import open_transformer

    folder = Path(place).expanduser()
    if not folder.is_dir():
        raise ValueError(
            f"there is no folder {place}; expected one with a Hugging Face classifier, "
            "or a hub id of the form owner/name."
        )
    return open_transformer(folder, stored_name(_TRANSFORMER + place))


def _load_linear() -> Tagger:
    from models.tagger.linear import LinearTagger
    from models.tagger.weights_file import unpack

    content = (files("models.tagger") / "linear.npz").read_bytes()
    weights, version = unpack(content, "linear.npz")
    return LinearTagger(weights, version)
