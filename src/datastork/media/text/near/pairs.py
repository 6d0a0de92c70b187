"""Near-duplicate texts: the pairs that share most of their shingles."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from datastork.core.errors import DataError
from datastork.media.modality import MediaOf, Pairs
from datastork.media.text.near.candidates import candidates
from datastork.media.text.near.comparison import likeness
from datastork.media.text.near.fingerprint import HEAD, LONG, SHORT
from datastork.media.text.near.known import Known
from datastork.media.ties import components, grouped, spread_out

if TYPE_CHECKING:
    import numpy as np


def near_pairs(fingerprints: Sequence[bytes], *, threshold: float, media: MediaOf, scratch: str | None = None) -> Pairs:
    """Return the pairs of texts of which at least `threshold` of all their shingles is in both, each pair once.

    Texts of fewer than `shingles.FEWEST` words, and those without any, are alike only where their content is the
    same, white space apart. Equal fingerprints are compared once; more than `ties.MANY` are paired with the first
    of them alone. Where more than `candidates.MANY` texts have a band in common, each is compared with a few of them,
    and no more once they are tied together: pairs are then left out, and what is tied, directly or through others, is
    the same but for pairs that only such a crowd ties. The work is near-linear in the number of texts.

    `media(rows)` returns the stored bytes of texts, asked of those alone that may have a near-duplicate. The result
    depends on the set of texts alone, not on their order, but for the indices. `scratch` is a folder in which is kept
    how alike pairs are, so that they need not be compared the next time.

    Raises DataError for bytes that are no text fingerprint.
    """
    import numpy as np

    distinct, members = grouped(fingerprints)
    wrong = next((one for one in distinct if len(one) not in (LONG, SHORT)), None)
    if wrong is not None:
        raise DataError(f"{len(wrong)} bytes are no fingerprint of a text")
    long = np.array([at for at, one in enumerate(distinct) if len(one) == LONG], np.int64)
    data = np.frombuffer(b"".join(distinct[at] for at in long.tolist()), np.uint8).reshape(-1, LONG)
    bands = np.ascontiguousarray(data[:, HEAD:]).view("<u4").astype(np.uint32)
    sizes = np.ascontiguousarray(data[:, :4]).view("<u4").ravel().astype(np.int64)
    leads = np.array([members[at][0] for at in long.tolist()], np.int64)
    digests = np.ascontiguousarray(data[:, 4:HEAD]).view("<u8").ravel()
    known = Known(scratch)
    found = _Found(sizes, threshold, lambda rows: media(leads[list(rows)].tolist()), digests, known)
    few, *crowds = candidates(bands, threshold)
    found.look(few)
    for codes in crowds:
        found.look(codes, tied=False)
    known.save()
    first, second, alike = found.pairs()
    return spread_out(long[first], long[second], alike, members)


class _Found:
    """Pairs of texts, looked at as they come."""

    def __init__(
        self, sizes: "np.ndarray", threshold: float, media: MediaOf, digests: "np.ndarray", known: Known
    ) -> None:
        import numpy as np

        self.sizes, self.threshold, self.media, self.digests, self.known = sizes, threshold, media, digests, known
        self.codes, self.alike = np.zeros(0, np.int64), np.zeros(0)

    def look(self, codes: "np.ndarray", *, tied: bool = True) -> None:
        """Compare pairs not compared yet; those tied through others already only where `tied`."""
        import numpy as np

        codes = codes[~np.isin(codes, self.codes, assume_unique=True)]
        if not len(codes):
            return
        first, second = codes // len(self.sizes), codes % len(self.sizes)
        if not tied:
            ends = self.pairs()
            root = components(len(self.sizes), ends[0], ends[1])
            apart = root[first] != root[second]
            codes, first, second = codes[apart], first[apart], second[apart]
        together = np.argsort(components(len(self.sizes), first, second)[first], kind="stable")
        codes, first, second = codes[together], first[together], second[together]
        alike = self.known.recall(self.digests[first], self.digests[second])
        new = np.isnan(alike)
        if new.any():
            alike[new] = likeness(first[new], second[new], self.sizes, self.media)
        self.known.note(self.digests[first], self.digests[second], alike)
        self.codes, self.alike = np.concatenate([self.codes, codes]), np.concatenate([self.alike, alike])

    def pairs(self) -> tuple["np.ndarray", "np.ndarray", "np.ndarray"]:
        """Return the pairs that are near-duplicates, and how alike they are."""
        near = self.alike >= self.threshold
        codes = self.codes[near]
        return codes // len(self.sizes), codes % len(self.sizes), self.alike[near]
