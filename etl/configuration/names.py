"""Settings that name something of emotape's own: what is misspelt is told before a run begins."""

from difflib import get_close_matches

from etl.configuration.sections import Settings
from etl.errors import BadInput


def check_names(settings: Settings) -> None:
    """Check that there are such families of regressions and such a tagger. Nothing is fetched for it.

    Raises
    ------
    BadInput
        There is none of that name.
    """
    from etl.taggers import open_tagger
    from models.estimation.families import FAMILIES

    for name in settings.refresh.families:
        if name not in FAMILIES:
            near = get_close_matches(name, FAMILIES, n=1)
            hint = f"did you mean {near[0]}?" if near else "`emotape regress --list` shows them."
            raise BadInput(f"refresh.families: there is no family {name}; {hint}")
    # A transformer may lie on a hub, and is opened when it is used.
    if "transformer:" not in settings.refresh.tagger:
        open_tagger(settings.refresh.tagger)
