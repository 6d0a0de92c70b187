"""A table of samples as the measures get it, from a few columns."""

from types import SimpleNamespace

import daft
import numpy as np
import pyarrow as pa
import pytest

from datastork.media import modality
from datastork.media.modality import Pairs

VOTE = pa.struct([("annotator", pa.string()), ("value", pa.string()), ("confidence", pa.float64())])


def ruler(fingerprints, *, threshold, media, mirrored=False, rotated=False, scratch=None):
    """Compare lengths in centimetres: a difference of 1 cm takes 0.01 from the similarity."""
    lengths = np.array([int(one) for one in fingerprints])
    first, second = np.triu_indices(len(lengths), 1)
    alike = 1 - np.abs(lengths[first] - lengths[second]) / 100
    near = alike >= threshold - 1e-9
    return Pairs(first[near], second[near], alike[near])


def grey(fingerprints, media):
    """Return fingerprints of grey values as centred vectors of unit length."""
    flat = np.array([np.frombuffer(one, np.uint8) for one in fingerprints]).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    return flat / np.linalg.norm(flat, axis=1, keepdims=True)


@pytest.fixture(autouse=True)
def _stand_ins(monkeypatch):
    """Modalities whose likeness can be reckoned by hand."""
    import sys

    for name, stand_in in {
        "ruler": SimpleNamespace(near_pairs=ruler, comparable=True, likeness=0.9, chained=False),
        "grey": SimpleNamespace(vectors=grey, comparable=True),
        "mute": SimpleNamespace(comparable=False),
    }.items():
        monkeypatch.setitem(sys.modules, f"stand_in_{name}", SimpleNamespace(MODALITY=stand_in))
        monkeypatch.setitem(modality.KNOWN, name, f"stand_in_{name}")


@pytest.fixture
def samples():
    """Return a function that makes a frame: columns by name, the others filled in."""

    def make(count, **columns):
        table = {
            "id": pa.array([f"{at:04}" for at in range(count)], pa.string()),
            "uri": pa.array([f"photos/{at:04}.png" for at in range(count)], pa.string()),
            "content": pa.array([f"{at:04}" for at in range(count)], pa.string()),
            "votes": pa.nulls(count, pa.list_(VOTE)),
            "media_modality": pa.array(["ruler"] * count, pa.string()),
            "media_size": pa.array([1024] * count, pa.int64()),
            "fingerprint": pa.array([str(1000 * at).encode() for at in range(count)], pa.binary()),
        }
        table |= {name: pa.nulls(count, pa.string()) for name in ("label", "group", "cluster", "split")}
        for name, values in columns.items():
            table[name] = pa.array(values, pa.list_(VOTE)) if name == "votes" else pa.array(values)
        return daft.from_arrow(pa.table(table))

    return make
