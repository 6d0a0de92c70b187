"""Which characters make words, and which of them are the same: tables of code points."""

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

LETTER, ALONE = 1 << 24, 1 << 25  # flags above the folded code point: part of a word, a word by itself
TABLED = 0x20000  # code points below are tabled; those above are ideographs or no letters
IDEOGRAPHS = range(0x20000, 0x40000)
SPACE = 0x20

# Scripts written without spaces between words, whose every character is a word here.
_ALONE = (
    *(range(0x0E00, 0x0F00), range(0x1000, 0x10A0), range(0x1780, 0x1800), range(0x19E0, 0x1A00)),  # Thai to Khmer
    *(range(0x2E80, 0x2FE0), range(0x3005, 0x3008), range(0x3040, 0x3130), range(0x31A0, 0x3200)),  # kana, bopomofo
    *(range(0x3400, 0x4DC0), range(0x4E00, 0xA4D0), range(0xF900, 0xFB00), range(0x1B000, 0x1B300)),  # Han, Yi
)


def ascii_table() -> bytes:
    """Return a table for `bytes.translate`: letters in lower case, digits, and a space for all else."""
    return bytes(ord(chr(c).lower()) if c < 128 and chr(c).isalnum() else SPACE for c in range(256))


@cache
def table() -> "np.ndarray":
    """Return for each code point below `TABLED` what it is folded to, with its flags; 0 for what parts words.

    Letters, marks and numbers make words. They are folded to lower case and, where that is one character, to their
    compatibility form, so that full-width letters are letters.
    """
    import numpy as np

    found = np.zeros(TABLED, np.uint32)
    alone = {code for part in _ALONE for code in part}
    for code in range(TABLED):
        character = chr(code)
        if unicodedata.category(character)[0] not in "LMN":
            continue
        folded = _folded(character)
        found[code] = folded | (ALONE if folded in alone else LETTER)
    return found


def _folded(character: str) -> int:
    for form in (unicodedata.normalize("NFKC", character).casefold(), character.casefold(), character.lower()):
        if len(form) == 1:
            return ord(form)
    return ord(character)


def looked_up(codes: "np.ndarray") -> "np.ndarray":
    """Return the entries of `table` for code points of any size."""
    import numpy as np

    found = table().take(codes, mode="clip")
    if codes.max(initial=0) >= TABLED:
        high = codes >= TABLED
        ideograph = (codes >= IDEOGRAPHS.start) & (codes < IDEOGRAPHS.stop)
        found[high] = np.where(ideograph, codes | np.uint32(ALONE), 0)[high]
    return found
