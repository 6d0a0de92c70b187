"""The fingerprint: a few hundred bytes by which two samples of one modality can be compared without their media."""

from typing import Any, NamedTuple

from datastork.core.errors import DataError
from datastork.media.modality import modality_of_type


class Fingerprint(NamedTuple):
    """What `clean.near_dup` and `measure.overlap` compare. Its content is the modality's own business."""

    fingerprint: bytes

    @staticmethod
    def of(value: Any) -> "Fingerprint":
        """Return the fingerprint of a decoded sample. Raises DataError where its modality has none."""
        found = modality_of_type(type(value))
        if found is None:
            raise DataError(f"no modality for {type(value).__name__}")
        return Fingerprint(found.fingerprint(value))
