"""Texts as the measures get them."""

from collections.abc import Callable
from typing import Any

import daft
import pyarrow as pa
import pytest


@pytest.fixture
def texts() -> Callable[..., daft.DataFrame]:
    """Return a function that makes a frame of texts: further columns by name."""

    def make(contents: list[str], **columns: list[Any]) -> daft.DataFrame:
        count = len(contents)
        table: dict[str, Any] = {
            "id": pa.array([f"{at:06}" for at in range(count)], pa.string()),
            "media_modality": pa.array(["text"] * count, pa.string()),
            "media_size": pa.array([len(one.encode()) for one in contents], pa.int64()),
            "characters": pa.array([len(one) for one in contents], pa.int64()),
            "words": pa.array([len(one.split()) for one in contents], pa.int64()),
            "media": pa.array([one.encode() for one in contents], pa.large_binary()),
        }
        table |= {name: pa.nulls(count, pa.string()) for name in ("label", "split", "cluster")}
        table |= {name: pa.array(values) for name, values in columns.items()}
        return daft.from_arrow(pa.table(table))

    return make
