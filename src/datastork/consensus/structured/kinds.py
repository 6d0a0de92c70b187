"""The kinds of regions by name: how alike two are, and what several come to."""

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from datastork.consensus.structured.matching.answer import Answer, Region
from datastork.consensus.structured.matching.fusion import Fusion
from datastork.core.errors import NotFoundError
from datastork.core.nearest import did_you_mean
from datastork.core.questions import REGIONS

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


def fuse_kind(kind: str, samples: Sequence[Sequence[Answer]], **settings: Any) -> Fusion:
    """Return what the answers about each sample come to; `kind` is that of the question ("boxes", "spans", …).

    `settings` are those of the kind: `threshold`, `by_class`, and `method` for masks and polygons. Raises NotFoundError
    for a kind that has no regions.
    """
    fused: Fusion = _module(kind).fuse_all(samples, **settings)
    return fused


def alike(kind: str, first: Sequence[Region], second: Sequence[Region]) -> "Array":
    """Return how alike each two regions of a kind are, float64[n, m], 0 to 1: mostly intersection over union."""
    likeness: Array = _module(kind).alike(first, second)
    return likeness


def _module(kind: str) -> Any:
    if kind not in REGIONS:
        raise NotFoundError(f"'{kind}' is no kind of regions{did_you_mean(kind, sorted(REGIONS))}")
    return import_module(f"datastork.consensus.structured.{kind}")
