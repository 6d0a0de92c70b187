"""The fingerprint of a text: 124 bytes by which those texts are found that may be its near-duplicates.

Layout: the number of words (uint32), 8 bytes of BLAKE2b of the content, then `BANDS` band hashes (uint32), all little
endian. Each band hash stands for the smallest shingle under `ROWS` hash functions: it is equal in two texts with the
probability J ** ROWS, J being the part of all their shingles that both have. A text of few words has no bands but the
first 16 bytes of BLAKE2b of its content, white space made even.

After Broder, On the resemblance and containment of documents, 1997; Indyk and Motwani, Approximate nearest
neighbors, 1998.
"""

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from datastork.media.text.near.shingles import Shingles, shingles

if TYPE_CHECKING:
    import numpy as np

BANDS, ROWS = 28, 4
HEAD = 12  # bytes before the bands
LONG, SHORT = HEAD + 4 * BANDS, 16  # bytes of the two kinds
TURNED = 1 << 16  # hashes at a time, under as many functions as that allows


def fingerprints(contents: Sequence[str]) -> list[bytes]:
    """Return the fingerprint of each text; it depends on that text alone."""
    found: list[bytes] = [b""] * len(contents)
    for some in shingles(contents):
        bands = signatures(some)
        for row, count, one in zip(some.rows.tolist(), some.words.tolist(), bands, strict=True):
            digest = blake2b(contents[row].encode("utf-8", "surrogatepass"), digest_size=HEAD - 4).digest()
            found[row] = count.to_bytes(4, "little") + digest + one.tobytes()
    for row, one in enumerate(found):
        if not one:
            plain = " ".join(contents[row].split()).encode("utf-8", "surrogatepass")
            found[row] = blake2b(plain, digest_size=SHORT).digest()
    return found


def signatures(some: Shingles) -> "np.ndarray":
    """Return the band hashes (texts, BANDS), uint32."""
    import numpy as np

    factors, weights = _functions()
    if not len(some.rows):
        return np.zeros((0, BANDS), "<u4")
    smallest = np.empty((BANDS * ROWS, len(some.rows)), np.uint32)
    at_once = max(1, TURNED // len(some.hashes))
    for start in range(0, len(factors), at_once):
        turned = some.hashes * factors[start : start + at_once, None]
        np.minimum.reduceat(turned, some.starts, axis=1, out=smallest[start : start + at_once])
    bands = (smallest.reshape(BANDS, ROWS, -1) * weights[:, None]).sum(axis=1, dtype=np.uint64)
    return np.ascontiguousarray((bands >> np.uint64(32)).T.astype("<u4"))


@cache
def _functions() -> tuple["np.ndarray", "np.ndarray"]:
    """Return the odd factors that make hash functions of one hash, and those that make one hash of a band."""
    import numpy as np

    drawn = b"".join(blake2b(f"datastork {n}".encode()).digest() for n in range(BANDS * ROWS // 16 + 1))
    factors = np.frombuffer(drawn, "<u4")[: BANDS * ROWS].astype(np.uint32) | np.uint32(1)
    return factors, np.frombuffer(drawn, "<u8")[-ROWS:].astype(np.uint64) | np.uint64(1)
