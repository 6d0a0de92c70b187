"""What the columns of a table are, and what their values say: numbers, dates, codes, words."""

from datastork.tables.kinds.decide import kind_of, kinds_of, moments_of, numbers_of
from datastork.tables.kinds.kind import NAMES, Kind, Name

__all__ = ["NAMES", "Kind", "Name", "kind_of", "kinds_of", "moments_of", "numbers_of"]
