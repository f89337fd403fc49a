"""A taxonomy of labels: which it knows, which of the seven emotions each becomes, and which come back.

Files hold `to_emtract` (kind "emotions") or `signs` (kind "valence"), and `because`: a sentence for each
mapping that could be disputed. Labels that become no emotion are listed in `unmapped`.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Literal

import polars as pl

from models.emotions import EMOTIONS

# In this order they are tried; labels that several know mean the same in all of them.
NAMES = ("emtract", "stockemotions", "goemotions", "bullish_bearish")
SHOWN = 5  # of the labels that a message names


@dataclass(frozen=True)
class Taxonomy:
    """A way to name what posts express.

    Parameters
    ----------
    kind
        `emotions`: labels become emotions; `valence`: they say the sign of valence.
    emotion_of
        The emotion that each label becomes. Empty where the kind is `valence`.
    label_of
        The label that stands for each of the seven emotions, where there is one.
    signs
        1 or -1 by label. Empty where the kind is `emotions`.
    unmapped
        Labels that become no emotion.
    because
        Why, for labels whose mapping could be disputed.
    """

    name: str
    title: str
    source: str
    kind: Literal["emotions", "valence"]
    emotion_of: Mapping[str, str] = field(default_factory=dict)
    label_of: Mapping[str, str] = field(default_factory=dict)
    signs: Mapping[str, int] = field(default_factory=dict)
    unmapped: tuple[str, ...] = ()
    because: Mapping[str, str] = field(default_factory=dict)

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels, in lower case."""
        return (*self.emotion_of, *self.signs, *self.unmapped)

    def to_emtract(self, labels: pl.Series) -> pl.Series:
        """Return the emotion of each label (n); null for null and for labels that become no emotion.

        Raises
        ------
        ValueError
            A label is not of this taxonomy, or its labels are no emotions.
        """
        if self.kind != "emotions":
            raise ValueError(f"{self.title}: labels say a direction and no emotion; use to_sign.")
        return self._replaced(labels, self.emotion_of, pl.String)

    def from_emtract(self, emotions: pl.Series) -> pl.Series:
        """Return the label that stands for each emotion (n); null where there is none.

        Raises
        ------
        ValueError
            One is not of the seven emotions, or this taxonomy names directions; use from_valence.
        """
        if self.kind != "emotions":
            raise ValueError(f"{self.title} name directions and no emotions; use from_valence.")
        if unknown := set(emotions.drop_nulls().unique()) - set(EMOTIONS):
            raise ValueError(f"there is no emotion {_named(unknown)}; there are {', '.join(EMOTIONS)}.")
        return emotions.replace_strict(self.label_of, default=None, return_dtype=pl.String)

    def to_sign(self, labels: pl.Series) -> pl.Series:
        """Return the sign of valence that each label says (n): 1, -1 or null.

        Raises
        ------
        ValueError
            A label is not of this taxonomy, or its labels are emotions.
        """
        if self.kind != "valence":
            raise ValueError(f"{self.title} are emotions; use to_emtract.")
        return self._replaced(labels, self.signs, pl.Int8)

    def from_valence(self, valence: pl.Series) -> pl.Series:
        """Return the label for each valence (n, -1 to 1): of sign 1 above zero, of sign -1 from zero down.

        Raises
        ------
        ValueError
            This taxonomy names emotions; use from_emtract.
        """
        if self.kind != "valence":
            raise ValueError(f"{self.title} are emotions; use from_emtract.")
        label = {sign: name for name, sign in self.signs.items()}
        return (valence > 0).replace_strict({True: label[1], False: label[-1]}, return_dtype=pl.String)

    def _replaced(
        self, labels: pl.Series, by: Mapping[str, str] | Mapping[str, int], dtype: type[pl.DataType]
    ) -> pl.Series:
        plain = _plain(labels)
        if unknown := set(plain.drop_nulls().unique()) - set(self.labels):
            raise ValueError(f"{self.name} has no label {_named(unknown)}; it has {', '.join(self.labels)}.")
        return plain.replace_strict(by, default=None, return_dtype=dtype)


def recognise(labels: Iterable[str | None]) -> Taxonomy:
    """Return the taxonomy that knows all labels; case and nulls do not matter.

    Labels that several taxonomies know go to the first of `NAMES`: they mean the same in each.

    Raises
    ------
    ValueError
        No taxonomy knows them all; the message names those that the nearest one does not know.
    """
    distinct = {label.strip().lower() for label in labels if label is not None}
    if not distinct:
        raise ValueError("there is no labelled post.")
    nearest = min(TAXONOMIES.values(), key=lambda taxonomy: len(distinct - set(taxonomy.labels)))
    if unknown := distinct - set(nearest.labels):
        raise ValueError(
            f"no taxonomy ({', '.join(TAXONOMIES)}) knows the label {_named(unknown)}; "
            f"the nearest, {nearest.name}, has {', '.join(nearest.labels)}."
        )
    return nearest


def single_labels(labels: pl.Series) -> pl.Series:
    """Return one label a row (n), in lower case; null where a row has none, or more than one.

    Rows may be lists, or strings such as `joy`, `joy, love` and `['joy']`.
    """
    if isinstance(labels.dtype, pl.List):
        lists = labels.cast(pl.List(pl.String))
    else:
        lists = labels.cast(pl.String).str.replace_all(r"[\[\]'\"]", "").str.split(",")
    frame = lists.alias("label").to_frame()
    only = pl.when(pl.col("label").list.len() == 1).then(pl.col("label").list.first())
    return _plain(frame.select(only)["label"])


def _plain(labels: pl.Series) -> pl.Series:
    plain = labels.cast(pl.String).str.strip_chars().str.to_lowercase()
    return plain.set(plain == "", None)


def _named(labels: Iterable[str]) -> str:
    ordered = sorted(labels)
    shown = ", ".join(f"'{label[:40]}'" for label in ordered[:SHOWN])
    return shown if len(ordered) <= SHOWN else f"{shown} and {len(ordered) - SHOWN} more"


def _read(name: str) -> Taxonomy:
    found = tomllib.loads((files("models.taxonomies") / f"{name}.toml").read_text(encoding="utf-8"))
    return Taxonomy(
        name=found["name"],
        title=found["title"],
        source=found["source"],
        kind=found["kind"],
        emotion_of=found.get("to_emtract", {}),
        label_of=found.get("from_emtract", {}),
        signs=found.get("signs", {}),
        unmapped=tuple(found.get("unmapped", ())),
        because=found.get("because", {}),
    )


TAXONOMIES: Mapping[str, Taxonomy] = {name: _read(name) for name in NAMES}
