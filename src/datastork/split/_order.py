"""A shuffle that depends on the seed and on each id alone, never on what else is there."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

WORD = (1 << 64) - 1


def shuffle_keys(ids: "pa.ChunkedArray", seed: int) -> "np.ndarray":
    """Return one 64-bit number per id; sorting by it shuffles.

    SplitMix64 (Steele, Lea and Flood 2014) over the id's words of 8 bytes.
    """
    import numpy as np

    if not len(ids):
        return np.zeros(0, np.uint64)
    text = np.array(ids.cast("binary").to_numpy(), dtype=np.bytes_)
    width = -(-text.dtype.itemsize // 8)
    words = text.astype(f"S{width * 8}").view("<u8").reshape(len(text), width)
    key = _mix(np.full(len(text), seed & WORD, np.uint64))
    for index in range(width):
        word = words[:, index]
        # padding must not count: it depends on the longest id of the table
        key = np.where(word == 0, key, _mix(key ^ word))
    return key


def _mix(value: "np.ndarray") -> "np.ndarray":
    import numpy as np

    value = value + np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(value ^ (value >> np.uint64(31)))
