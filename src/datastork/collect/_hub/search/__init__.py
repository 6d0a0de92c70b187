"""Looking for datasets that are public already, in several catalogues at once."""

from datastork.collect._hub.search.everywhere import SOURCES, Answers, search
from datastork.collect._hub.search.hit import Hit

__all__ = ["SOURCES", "Answers", "Hit", "search"]
