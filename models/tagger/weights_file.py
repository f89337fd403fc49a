"""The weights as a file: arrays of numbers in NumPy's format, without pickle, with a checksum.

Contributions are stored as half-precision floats (relative error 2^-11), which halves the file.
"""

import hashlib
import io
import zipfile

import numpy as np
from numpy.typing import NDArray

from models.emotions import EMOTIONS
from models.tagger.linear import Weights

FORMAT = 2  # counts up when the same file would be read otherwise, its parts of words included
LARGEST = 8_000_000  # bytes
ARRAYS = ("words", "of_word", "parts", "of_part", "pairs", "of_pair", "bias")


class WeightsError(ValueError):
    """A file that is not whole, or not weights of this format."""


def pack(weights: Weights) -> tuple[bytes, str]:
    """Return weights as the bytes of a file, and their version: 12 hex digits of SHA-256.

    Equal weights give equal bytes.
    """
    arrays: dict[str, NDArray[np.generic]] = {
        "format": np.array(FORMAT),
        "classes": np.array(EMOTIONS),
        "words": _as_bytes(weights.words),
        "parts": _as_bytes(weights.parts),
        "of_word": weights.of_word.astype(np.float16),
        "of_part": weights.of_part.astype(np.float16),
        "of_pair": weights.of_pair.astype(np.float16),
        "pairs": weights.pairs.astype(np.int32),
        "bias": weights.bias.astype(np.float32),
    }
    arrays["checksum"] = np.array(_checksum(arrays))
    packed = io.BytesIO()
    # np.savez writes the time of day into the archive, so that equal weights would differ.
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), content.getvalue(), zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue(), str(arrays["checksum"])[:12]


def unpack(content: bytes, name: str = "the weights") -> tuple[Weights, str]:
    """Return weights and their version from the bytes of a file.

    Raises
    ------
    WeightsError
        The content is damaged, or of another format or taxonomy.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
        checksum = str(arrays.pop("checksum"))
        right = checksum == _checksum(arrays)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise WeightsError(f"{name} cannot be read as weights of the tagger: {error}.") from error
    if not right:
        raise WeightsError(f"{name}: the checksum is wrong, so the file is damaged; fetch or train it again.")
    if int(arrays["format"]) != FORMAT or tuple(arrays["classes"].tolist()) != EMOTIONS:
        raise WeightsError(
            f"{name} has format {arrays['format']} for {', '.join(arrays['classes'].tolist())}; expected "
            f"format {FORMAT} for {', '.join(EMOTIONS)}. Train it again with `emotape train`."
        )
    weights = Weights(
        words=_as_texts(arrays["words"]),
        of_word=arrays["of_word"].astype(np.float32),
        parts=_as_texts(arrays["parts"]),
        of_part=arrays["of_part"].astype(np.float32),
        pairs=arrays["pairs"],
        of_pair=arrays["of_pair"].astype(np.float32),
        bias=arrays["bias"],
    )
    return weights, checksum[:12]


def _as_bytes(texts: tuple[str, ...]) -> NDArray[np.uint8]:
    # Forms hold no line break: the tokens' pattern has none that matches one.
    return np.frombuffer("\n".join(texts).encode(), dtype=np.uint8)


def _as_texts(content: NDArray[np.uint8]) -> tuple[str, ...]:
    joined = content.tobytes().decode()
    return tuple(joined.split("\n")) if joined else ()


def _checksum(arrays: dict[str, NDArray[np.generic]]) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape} ".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()
