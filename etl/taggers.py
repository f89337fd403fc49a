"""The taggers as commands ask for them: those of `models.tagger`, and classifiers of the Hugging Face hub.

The network is used for `transformer:OWNER/NAME` alone, because the user named what lies there; what was
fetched stays in the hub's own cache, and `HF_HUB_OFFLINE=1` holds to it.
"""

from pathlib import Path

from etl.errors import BadInput
from models.tagger import Tagger, load_tagger, stored_name
from models.tagger.registry import is_hub_id, open_folder

READ = ("config.json", "tokenizer*", "vocab*", "merges.txt", "special_tokens_map.json", "*.model")
WEIGHTS = ("model*.safetensors*", "pytorch_model*.bin*")  # the first that is there


def open_tagger(name: str) -> Tagger:
    """Return a tagger by its name, ready to score.

    Raises
    ------
    BadInput
        There is no such tagger, a library or a file that it needs is missing, or it cannot be fetched.
    """
    try:
        tagger = load_tagger(name, _open_transformer)
        tagger.version  # noqa: B018 (what is missing is told before any post is read)
    except ValueError as error:
        raise BadInput(f"The tagger cannot be used: {error}") from error
    return tagger


def _open_transformer(place: str) -> Tagger:
    if is_hub_id(place) and not Path(place).is_dir():
        return _open_from_hub(place)
    return open_folder(place)


def _open_from_hub(hub_id: str) -> Tagger:
    from models.tagger.extras import import_extra
    from models.tagger.transformer import open_transformer

    name = stored_name(f"transformer:{hub_id}")
    for library in ("torch", "transformers"):
        import_extra(library, "transformer", name)
    hub = import_extra("huggingface_hub", "transformer", name)
    repository, _, revision = hub_id.partition("@")
    for weights in WEIGHTS:
        try:
            folder = Path(
                hub.snapshot_download(repository, revision=revision or None, allow_patterns=[*READ, weights])
            )
        except Exception as error:  # the hub's client has errors of its own for every kind of failure
            reason = (str(error) or type(error).__name__).strip().split("\n", 1)[0].rstrip(".")
            raise ValueError(f"{name} cannot be fetched from the Hugging Face hub: {reason}.") from error
        if any(folder.glob(weights)):
            break
    # The folder of a snapshot is called by the hash of its revision.
    return open_transformer(folder, name, folder.name[:12])
