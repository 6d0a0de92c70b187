"""The lines of a text as numbers, by which those that many texts share are found."""

import hashlib
from typing import NamedTuple

from datastork.media.text import Text
from datastork.media.text.measures.folded import stripped_lines

_FOLD = bytes.maketrans(b"123456789\t\v\f", b"000000000   ")
HASH_BYTES = 8


class LineHashes(NamedTuple):
    """`line_hashes`: 8 bytes for each line; `line_lengths`: 4 bytes, its characters without white space at the ends.

    A blank line is all zeros. Lines are compared in lower case, with single spaces, and with 0 for every digit: `Page
    12 of 30` and `Page 7 of 30` differ, `Page 2 of 30` and `Page 7 of 30` do not.
    """

    line_hashes: bytes
    line_lengths: bytes

    @staticmethod
    def of(text: Text) -> "LineHashes":
        """Hash the lines of a text."""
        import numpy as np

        lines = stripped_lines(text)
        lengths = np.fromiter(map(len, lines), np.uint32, len(lines))
        return LineHashes(b"".join(map(line_hash, lines)), lengths.tobytes())


def line_hash(line: str) -> bytes:
    """Return the hash of a line without white space at its ends: the same on every machine."""
    if not line:
        return bytes(HASH_BYTES)
    plain = line if line.isascii() else line.replace("\u00a0", " ")
    folded = plain.lower().encode("utf-8", "surrogatepass").translate(_FOLD)
    while b"  " in folded:
        folded = folded.replace(b"  ", b" ")
    return hashlib.blake2b(folded, digest_size=HASH_BYTES).digest()
