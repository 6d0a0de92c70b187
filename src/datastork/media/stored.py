"""The stored media as a column: for whole-table steps that must see what samples hold, not what was measured of it."""

from typing import Any, NamedTuple

from datastork.core.errors import DataError
from datastork.media.modality import modality_of_type


class Media(NamedTuple):
    """The media as it lies in the store, encoded. Costs no space: a step with `needs=(Media,)` gets the column
    `media`, read from disk when the lazy frame is, batch by batch.
    """

    media: bytes

    @staticmethod
    def of(value: Any) -> "Media":
        """Return what would be stored of a decoded sample."""
        found = modality_of_type(type(value))
        if found is None:
            raise DataError(f"no modality for {type(value).__name__}")
        return Media(found.encode(value).data)
