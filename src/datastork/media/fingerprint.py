"""The fingerprint: a few hundred bytes by which two samples of one modality can be compared without their media."""

from collections.abc import Sequence
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

    @staticmethod
    def of_many(values: Sequence[Any]) -> "list[Fingerprint]":
        """Return what `of` does of each, at once. Raises what `of` raises for any of them."""
        kinds = {type(value) for value in values}
        if len(kinds) != 1:
            return [Fingerprint.of(value) for value in values]
        found = modality_of_type(kinds.pop())
        if found is None:
            raise DataError(f"no modality for {type(values[0]).__name__}")
        return [Fingerprint(one) for one in found.fingerprints(values)]
