"""Where in a COCO file things are, so that images and their annotations meet without being held.

A file lists all images, then all annotations in any order. One pass notes the place of each (32 bytes an annotation);
a second fetches those of one image at a time.
"""

from array import array
from collections import Counter
from collections.abc import Iterator
from typing import IO, Any

from datastork.core.errors import DataError
from datastork.formats.casting import whole
from datastork.formats.format import Refused
from datastork.formats.stream import entries, parse

SECTIONS = frozenset({"images", "annotations", "categories"})


class Index:
    """Places of images and annotations, the categories, and how often which kind of answer occurs (`tally`)."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.refused: list[Refused] = []
        self.categories: dict[int, dict[str, Any]] = {}
        self.tally: Counter[str] = Counter()
        self._images = [array("q") for _ in range(3)]  # id, start, end
        self._marks = [array("q") for _ in range(4)]  # id of the image, of itself, start, end
        lists = set()
        for entry in entries(file, SECTIONS):
            if entry.number == 0:
                continue
            lists.add(entry.section)
            what = f"{entry.section}, entry {entry.number}"
            try:
                self._note(entry.section, entry.value, entry.start, entry.end)
            except DataError as error:
                self._refuse("", what, error.message)
        if not lists & {"images", "annotations"}:
            raise DataError("it has neither images nor annotations: it is no COCO file")
        self._join()

    def _note(self, section: str, value: Any, start: int, end: int) -> None:
        if isinstance(value, DataError):
            raise value
        if not isinstance(value, dict):
            raise DataError(f"expected an object, got {value!r:.60}")
        if section == "categories":
            number = whole(value.get("id"), "an id")
            if not isinstance(value.get("name"), str) or not value["name"]:
                raise DataError("a category needs a name")
            if number in self.categories:
                raise DataError(f"the category id {number} is given twice")
            self.categories[number] = value
        elif section == "images":
            if not isinstance(value.get("file_name"), str) or not value["file_name"]:
                raise DataError("an image needs a file_name")
            for column, one in zip(self._images, (whole(value.get("id"), "an id"), start, end), strict=True):
                column.append(one)
        else:
            image = whole(value.get("image_id"), "an image_id")
            own = whole(value.get("id", -len(self._marks[0]) - 1), "an id")
            for column, one in zip(self._marks, (image, own, start, end), strict=True):
                column.append(one)
            self.tally.update(kinds_of(value))

    def _refuse(self, name: str, where: str, why: str) -> None:
        self.refused.append(Refused(name, where, why))

    def _join(self) -> None:
        import numpy as np

        ids, _, _ = (np.frombuffer(one, np.int64) if len(one) else np.zeros(0, np.int64) for one in self._images)
        images, own, *_ = (np.frombuffer(one, np.int64) if len(one) else np.zeros(0, np.int64) for one in self._marks)
        self._twice = self._repeated(ids, "images", "the image id")
        bad = self._repeated(own, "annotations", "the annotation id")
        lost = np.flatnonzero(~np.isin(images, ids))
        for at in lost[:1000].tolist():
            self._refuse("", f"annotations, entry {at + 1}", f"there is no image {images[at]}")
        if len(lost) > 1000:
            self._refuse("", "annotations", f"and {len(lost) - 1000:,} more without their image")
        good = np.ones(len(images), bool)
        good[list(bad)] = False
        order = np.flatnonzero(good)
        self._order = order[np.argsort(images[order], kind="stable")]
        self._sorted = images[self._order]

    def _repeated(self, ids: Any, section: str, what: str) -> set[int]:
        """Return the entries (from 0) whose id an earlier one has, and refuse them."""
        import numpy as np

        order = np.argsort(ids, kind="stable")
        again = np.sort(order[1:][ids[order][1:] == ids[order][:-1]]).tolist()
        for at in again:
            self._refuse("", f"{section}, entry {at + 1}", f"{what} {ids[at]} is given twice")
        return set(again)

    def pairs(self) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
        """Yield each image with its annotations, in the order of the file."""
        import numpy as np

        for at, number in enumerate(self._images[0]):
            if at in self._twice:
                continue
            first, last = np.searchsorted(self._sorted, [number, number + 1])
            places = self._order[first:last].tolist()
            marks = [self._read(self._marks[2][one], self._marks[3][one]) for one in places]
            yield self._read(self._images[1][at], self._images[2][at]), marks

    def _read(self, start: int, end: int) -> dict[str, Any]:
        self._file.seek(start)
        value: dict[str, Any] = parse(self._file.read(end - start))
        return value


def kinds_of(mark: dict[str, Any]) -> list[str]:
    """Return the kinds of answer that an annotation holds."""
    kinds = []
    if mark.get("keypoints"):
        kinds.append("keypoints")
    segmentation = mark.get("segmentation")
    if isinstance(segmentation, dict):
        kinds.append("masks")
    elif segmentation:
        kinds.append("polygons")
    if mark.get("bbox"):
        kinds.append("boxes")
    if isinstance(mark.get("caption"), str):
        kinds.append("text")
    return kinds
