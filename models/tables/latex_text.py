"""Text in LaTeX: no sign is taken for a command, and none is missing from the usual fonts."""

import unicodedata

from models.tables.signs import sign_minus, split_powers

_SPECIAL = {
    "\\": r"\textbackslash{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''",
    # After \\ and \item, a bare [ or * would be read as their argument.
    **{sign: f"{{{sign}}}" for sign in "[]*"},
    "−": "$-$",
    "±": r"$\pm$",
    "×": r"$\times$",
    "·": r"$\cdot$",
    "²": r"\textsuperscript{2}",
    "³": r"\textsuperscript{3}",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "–": "--",
    "—": "---",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
    "…": r"\ldots{}",
    "€": r"\texteuro{}",
    "∞": r"$\infty$",
}
_ACCENTED_IN_T1 = "ŁłŒœ"


def escape(text: str) -> str:
    """Make text plain in LaTeX, and one line; a sign that fonts lack is named in brackets."""
    words = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(_escape_sign(sign) for sign in words)


def write_number(text: str) -> str:
    """Escape text, with minus signs and powers of ten where it has numbers."""
    return "".join(
        words + (rf"$\times10^{{{power}}}$" if power is not None else "")
        for words, power in split_powers(sign_minus(escape(text), "$-$"))
    )


def _escape_sign(sign: str) -> str:
    if sign in _SPECIAL:
        return _SPECIAL[sign]
    if (sign.isascii() and sign.isprintable()) or _is_accented(sign):
        return sign
    if unicodedata.category(sign) in {"Mn", "Me", "Cf", "Cc"}:  # joiners, variation selectors, controls
        return ""
    return f"{{[}}{unicodedata.name(sign, f'U+{ord(sign):04X}').lower()}{{]}}"


def _is_accented(sign: str) -> bool:
    """Whether a letter is in the T1 encoding: Latin-1, and letters that are a base and an accent."""
    decomposed = unicodedata.decomposition(sign)
    return (
        ("À" <= sign <= "ÿ" and sign not in "×÷")
        or sign in _ACCENTED_IN_T1
        or (sign <= "ž" and bool(decomposed) and not decomposed.startswith("<"))
    )
