"""The brush masks of Label Studio: run lengths of RGBA bytes, row by row, packed bit by bit.

The stream: 32 bits, how many values follow (height × width × 4); 5 bits, bits of a value less one (always 8 bits
here); four times 4 bits, the sizes of lengths less one. Then runs: 1 bit (a repeated value, or values one by one), 2
bits (which size), the length less one, and the value or values. A pixel belongs to the mask where its fourth value,
the opacity, is not 0. Source: the package "rle-pack" of thi.ng/umbrella, which Label Studio uses.
"""

from array import array
from typing import TYPE_CHECKING, Any

from datastork.core.errors import DataError, TooLargeError

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

SIZES = (3, 4, 8, 16)  # bits of a length
HEAD = 32 + 5 + 4 * 4  # bits before the first run
PIXELS = 2**28
_WINDOW = 1 << 20  # bytes looked at in one go
_OPAQUE = 255


def encode(mask: "Array") -> list[int]:
    """Return the bytes of a mask (height × width, what is not zero belongs to it).

    >>> import numpy as np
    >>> encode(np.ones((1, 2)))
    [0, 0, 0, 8, 57, 27, 252, 255, 224]
    """
    import numpy as np

    flat = np.asarray(mask != 0).ravel()
    if not len(flat):
        raise DataError("a mask without pixels")
    edges = np.flatnonzero(np.diff(flat)) + 1
    starts = np.concatenate([[0], edges])
    lengths = np.diff(np.concatenate([starts, [len(flat)]])) * 4
    values = flat[starts].astype(np.int64) * _OPAQUE
    pieces = -(-lengths // 65536)  # a run of more than 16 bits comes in pieces
    last = lengths - (pieces - 1) * 65536
    values = np.repeat(values, pieces)
    ends = np.cumsum(pieces) - 1
    lengths = np.full(len(values), 65536, np.int64)
    lengths[ends] = last
    place = np.searchsorted(2 ** np.array(SIZES), lengths)
    size = np.array(SIZES)[place]
    codes = (((4 + place) << size | (lengths - 1)) << 8) | values
    head = [len(flat) * 4, 7, *(one - 1 for one in SIZES)]
    return _packed(np.concatenate([head, codes]), np.concatenate([[32, 5, 4, 4, 4, 4], size + 11]))


def _packed(codes: "Array", widths: "Array") -> list[int]:
    """Return numbers of these widths, highest bit first, as bytes; at least one zero bit ends them."""
    import numpy as np

    owner = np.repeat(np.arange(len(codes)), widths)
    below = np.repeat(np.cumsum(widths), widths) - 1 - np.arange(len(owner))
    bits = ((codes[owner] >> below) & 1).astype(np.uint8)
    spare = 8 - len(bits) % 8
    packed: list[int] = np.packbits(np.concatenate([bits, np.zeros(spare, np.uint8)])).tolist()
    return packed


def decode(rle: Any, height: int, width: int) -> "Array":
    """Return the mask as uint8, height × width, of zeros and ones.

    Raises DataError where the bytes are none, are cut short, or are of another size.
    """
    import numpy as np

    total = height * width * 4
    if height < 1 or width < 1 or total > PIXELS * 4:
        raise TooLargeError(f"a mask of {height:,} × {width:,} pixels cannot be, or is beyond {PIXELS:,}")
    try:
        data = np.asarray(rle)
        if data.ndim != 1 or data.dtype.kind not in "iu" or not len(data) or data.min() < 0 or data.max() > 255:
            raise DataError("the rle of a brush is a list of bytes, 0 to 255")
    except ValueError as error:
        raise DataError("the rle of a brush is a list of bytes, 0 to 255") from error
    data = data.astype(np.uint8)
    if len(data) * 8 < HEAD:
        raise DataError("the rle of a brush is cut short")
    head = int.from_bytes(data[:7].tobytes(), "big") >> 3
    count = head >> 21
    if count != total:
        raise DataError(f"the brush has {count:,} values; {height} × {width} pixels have {total:,}")
    word = (head >> 16 & 31) + 1
    sizes = [(head >> shift & 15) + 1 for shift in (12, 8, 4, 0)]
    places, lengths, repeated = _runs(data, sizes, word, total)
    ends = np.cumsum(lengths)
    firsts = ends - lengths
    seen = ends // 4 - firsts // 4  # opacities in each run: the places 3, 7, 11 …
    set_ = np.repeat(_opaque(data, np.where(repeated, places, HEAD), word), seen)
    single = np.flatnonzero(~repeated & (seen > 0))
    if len(single):  # values one by one: the places of their opacities
        run = np.repeat(single, seen[single])
        pixel = (
            (firsts // 4)[run] + np.arange(len(run)) - np.repeat(np.cumsum(seen[single]) - seen[single], seen[single])
        )
        set_[pixel] = _opaque(data, places[run] + (pixel * 4 + 3 - firsts[run]) * word, word)
    return np.asarray(set_.reshape(height, width).astype(np.uint8))


def _opaque(data: "Array", at: "Array", word: int) -> "Array":
    """Whether the values of `word` bits that begin at these bits are more than zero."""
    import numpy as np

    if len(at) and int(at.max()) + word > len(data) * 8:
        raise DataError("the rle of a brush is cut short")
    byte = at >> 3
    wide = np.concatenate([data, np.zeros(4, np.uint8)]).astype(np.int64)
    found = sum((wide[byte + k] << (8 * (4 - k)) for k in range(5)), np.zeros(len(at), np.int64))
    return np.asarray((found >> (40 - word - (at & 7)) & ((1 << word) - 1)) != 0)


def _runs(data: "Array", sizes: list[int], word: int, total: int) -> "tuple[Array, Array, Array]":
    """Return of every run the bit where its values begin, how many there are, and whether it is one value repeated."""
    import numpy as np

    places, lengths, repeated = array("q"), array("q"), array("b")
    at, done, base = HEAD, 0, 0
    window: list[int] = []
    while done < total:
        here = (at >> 3) - base
        if here >= len(window) or here < 0:
            base = at >> 3
            piece = data[base : base + _WINDOW + 4].astype(np.int64)
            if not len(piece):
                raise DataError("the rle of a brush is cut short")
            padded = np.concatenate([piece, np.zeros(4, np.int64)])
            n = min(len(piece), _WINDOW)
            words = sum((padded[k : k + n] << (8 * (4 - k)) for k in range(5)), np.zeros(n, np.int64))
            window = words.tolist()  # 40 bits from each byte on
            here = 0
        top = window[here] << (at & 7) & 0xFFFFFFFFFF
        size = sizes[top >> 37 & 3]
        length = (top >> (37 - size) & ((1 << size) - 1)) + 1
        at += 3 + size
        places.append(at)
        lengths.append(length)
        repeated.append(top >> 39)
        at += word if top >> 39 else length * word
        done += length
    if done > total:
        raise DataError("the rle of a brush has more values than its image")
    return np.array(places), np.array(lengths), np.array(repeated) == 1
