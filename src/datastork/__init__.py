"""datastork makes machine-learning datasets, end to end: collect, clean, generate, label, split, measure, publish.

import datastork as ds

birds = ds.open("garden-birds")
birds.build()
birds.frame(split="train")
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datastork.cleaning import clean_table
    from datastork.core import Drop, Frame, Range, step
    from datastork.core.errors import DatastorkError
    from datastork.dataset import Dataset, open  # noqa: A004

# datastork sends nothing anywhere, and neither do the libraries it runs on. Set before they are imported.
os.environ["DAFT_ANALYTICS_ENABLED"] = "0"
os.environ["DO_NOT_TRACK"] = "1"
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ.setdefault("DAFT_PROGRESS_BAR", "0")
os.environ.setdefault("DAFT_SHOW_QUERY_ID", "0")  # at a terminal it would name every query

__version__ = "0.1.0"

_HOME = {
    "Dataset": "datastork.dataset",
    "clean_table": "datastork.cleaning",
    "DatastorkError": "datastork.core.errors",
    "Drop": "datastork.core",
    "Frame": "datastork.core",
    "Range": "datastork.core",
    "open": "datastork.dataset",
    "step": "datastork.core",
}
__all__ = ["Dataset", "DatastorkError", "Drop", "Frame", "Range", "clean_table", "open", "step"]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for, so that `stork --help` imports next to nothing."""
    if name not in _HOME:
        raise AttributeError(f"module 'datastork' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
