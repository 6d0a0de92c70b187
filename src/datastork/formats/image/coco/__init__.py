"""COCO: instances (boxes, polygons, masks), keypoints and captions in one JSON file.

Boxes are [x, y, width, height] in pixels from 0; run lengths go column by column, zeros first, and `area` is that of
the mask. Classes are known by their names: ids are written from 1 without gaps and read whatever they are. A polygon
of several parts is several polygons with one attribute `object`. Numbers keep six decimals.
Source: https://cocodataset.org/#format-data
"""

import re
from pathlib import Path

from datastork.formats.format import READING, WRITING, Format
from datastork.formats.image.coco.reading import KINDS, classes, read
from datastork.formats.image.coco.writing import write


def _sniff(path: Path, head: str) -> bool:
    if not head.startswith("{") or path.name.lower().endswith((".jsonl", ".ndjson")):
        return False
    first = re.sub(r"\s", "", head[:4096])
    lists = re.search(r'"(images|annotations|categories)":\[\{?', first) is not None
    return lists and any(f'"{key}"' in head for key in ("file_name", "image_id", "supercategory", "category_id"))


FORMAT = Format(
    name="coco",
    says="one JSON file of images: boxes, polygons, masks, keypoints, captions",
    kinds=frozenset((*KINDS, "text")),
    suffixes=(".json",),
    sniff=_sniff,
    reader=read,
    writer=write,
    classed=classes,
    options=READING | WRITING,
)
