"""Lines that stand in many texts: menus, footers, notices."""

from typing import TYPE_CHECKING, Annotated, NamedTuple

from datastork.core import Frame, Range, step
from datastork.media.text.measures.line_hashes import HASH_BYTES, LineHashes
from datastork.store.columns import put, take

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


@step(needs=(LineHashes,))
def boilerplate(
    frame: Frame,
    *,
    min_documents: Annotated[int, Range(2)] = 10,
    min_characters: Annotated[int, Range(0)] = 20,
    drop_from: Annotated[float, Range(0, 1)] = 1.0,
) -> Frame:
    """Find the lines that stand in many texts, and drop texts that are nothing else.

    Fills the columns `boilerplate_share` (share of a text's characters in such lines, 0 to 1) and `boilerplate_lines`
    (their numbers, from 1, each with four digits by which `clean.text.cut_lines` knows the line again; null where there
    are none). Nothing is cut here: put `clean.text.cut_lines` directly behind.

    Lines are compared in lower case, with single spaces, and with 0 for every digit. A short line may stand in many
    texts by chance ("Yes, sir."): it counts where a line beside it does, as in a menu. Texts of the same lines count as
    one; put `clean.near_dup` before, or ten near-copies of one text make boilerplate of it.

    Settings:
        min_documents: how many texts a line must stand in
        min_characters: the length from which a line counts by itself
        drop_from: the share of characters in such lines from which a text is dropped

    After the deduplication of lines in Wenzek and others, "CCNet: Extracting High Quality Monolingual Datasets from Web
    Crawl Data", arXiv 1911.00359, section 3.1, which cuts every line that a shard has twice.
    """
    import numpy as np
    import pyarrow as pa

    table = take(frame, line_hashes="large_binary", line_lengths="large_binary")
    lines = _lines(table)
    held = _repeated(lines, min_documents)
    beside = np.zeros(len(held), bool)
    same = lines.document[1:] == lines.document[:-1]
    beside[1:] |= held[:-1] & same
    beside[:-1] |= held[1:] & same
    found = held & ((lines.length >= min_characters) | beside)

    count = table.num_rows
    characters = np.bincount(lines.document, lines.length, count)
    share = np.bincount(lines.document, lines.length * found, count) / np.maximum(characters, 1)
    dropped = (characters > 0) & (share >= drop_from)
    reasons = [f"boilerplate {one:.2f} ≥ {drop_from:g} of its characters" for one in share[dropped].tolist()]
    places = np.where(dropped, np.cumsum(dropped) - 1, -1)
    changed = {
        "id": table["id"],
        "boilerplate_share": pa.array(share),
        "boilerplate_lines": _told(lines, found, count),
        "drop_reason": pa.array(reasons, pa.string()).take(pa.array(places, mask=~dropped)),
        "drop_evidence": pa.array(share, mask=~dropped),
    }
    return put(frame, pa.table(changed))


class _Lines(NamedTuple):
    """Every line that is not blank, text by text: row of its text, number in it, hash and length; and which texts are
    the first of their lines.
    """

    document: "np.ndarray"
    number: "np.ndarray"
    hash: "np.ndarray"
    length: "np.ndarray"
    first: "np.ndarray"


def _lines(table: "pa.Table") -> _Lines:
    import numpy as np
    import pyarrow.compute as pc

    lines, characters = (pc.fill_null(table[name].combine_chunks(), b"") for name in ("line_hashes", "line_lengths"))
    hashes = np.frombuffer(b"".join(lines.to_pylist()), "<u8")
    lengths = np.frombuffer(b"".join(characters.to_pylist()), "<u4").astype(np.int64)
    counts = pc.binary_length(lines).to_numpy() // HASH_BYTES
    document = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(len(document)) - np.repeat(np.cumsum(counts) - counts, counts) + 1
    code = lines.dictionary_encode().indices.to_numpy()
    first = np.zeros(len(counts), bool)
    first[np.unique(code, return_index=True)[1]] = True
    there = hashes != 0
    return _Lines(document[there], number[there], hashes[there], lengths[there], first)


def _repeated(lines: _Lines, least: int) -> "np.ndarray":
    """Return which lines stand in at least so many texts."""
    import numpy as np

    counted = lines.first[lines.document]
    hashes, document = lines.hash[counted], lines.document[counted]
    order = np.argsort(hashes, kind="stable")  # texts stay in order within a hash
    hashes, document = hashes[order], document[order]
    begins = np.ones(len(hashes), bool)
    begins[1:] = hashes[1:] != hashes[:-1]
    fresh = begins.copy()
    fresh[1:] |= document[1:] != document[:-1]
    starts = np.flatnonzero(begins)
    texts = np.add.reduceat(fresh.astype(np.int64), starts) if len(starts) else starts
    return np.isin(lines.hash, hashes[starts[texts >= least]])


def _told(lines: _Lines, found: "np.ndarray", count: int) -> "pa.Array":
    """Return for each text its boilerplate as "3:9f2c,4:01ab", null for none."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    marks = pa.array([value.to_bytes(2, "little").hex() for value in range(1 << 16)])
    mark = marks.take(pa.array((lines.hash[found] & np.uint64(0xFFFF)).astype(np.int64)))
    entries = pc.binary_join_element_wise(pa.array(lines.number[found]).cast("string"), mark, ":")
    each = np.bincount(lines.document[found], minlength=count)
    offsets = pa.array(np.concatenate([[0], np.cumsum(each)]), pa.int32())
    joined = pc.binary_join(pa.ListArray.from_arrays(offsets, entries), ",")
    return pc.if_else(pa.array(each > 0), joined, pa.scalar(None, joined.type))
