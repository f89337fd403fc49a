"""What emoji are called: the words of their Unicode names, which tell kin from strangers."""

import re
from functools import cache

TONES = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f]")  # skin tones, and the mark "draw me as an emoji"
# Words of names that say nothing of what is felt.
_EMPTY = frozenset(["face", "with", "of", "and", "the", "on", "in", "sign", "button", "symbols"])


@cache
def _names() -> dict[str, tuple[str, ...]]:
    import emoji

    names: dict[str, str] = {}
    for sequence, facts in emoji.EMOJI_DATA.items():
        bare, name = TONES.sub("", sequence), str(facts["en"])
        # Of an emoji's tones the shortest name is the one without a tone.
        if bare not in names or len(name) < len(names[bare]):
            names[bare] = name
    return {
        bare: tuple(w for w in re.split("[^a-z]+", name.lower()) if len(w) > 1 and w not in _EMPTY)
        for bare, name in names.items()
    }


def words_of(form: str) -> tuple[str, ...]:
    """Return the telling words of an emoji's name: `loudly`, `crying`; none for what is no emoji."""
    return _names().get(form, ())
