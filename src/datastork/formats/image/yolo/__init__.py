"""YOLO: a text file of numbers for each image, in shares of its width and height.

`class cx cy w h` is a box, `class x1 y1 x2 y2 …` a polygon, `class x1 y1 … x4 y4` a rotated box (OBB, with
`options.rotated`), `class cx cy w h (x y visible)…` a pose. An empty file is an image with nothing on it, a missing one
an image that nobody looked at. The order of the classes is what their numbers mean. Sizes of images come from the
images or from `options.sizes`. Read and written: Ultralytics' data.yaml and Darknet's obj.data; read: plain folders.
Source: https://docs.ultralytics.com/datasets/
"""

from pathlib import Path

from datastork.formats.format import READING, WRITING, Format
from datastork.formats.image.yolo.layout import NAMES
from datastork.formats.image.yolo.reading import KINDS, classes, read
from datastork.formats.image.yolo.writing import write


def _sniff(path: Path, head: str) -> bool:
    if path.is_file():
        table = path.suffix.lower() in (".yaml", ".yml") and "names:" in head
        return table or (path.suffix == ".data" and "names" in head)
    if any((path / name).is_file() for name in (*NAMES, "obj.data")):
        return True
    first = next(iter(sorted((path / "labels" if (path / "labels").is_dir() else path).glob("*.txt"))), None)
    if first is None:
        return False
    words = first.read_text(encoding="utf-8", errors="replace")[:4096].partition("\n")[0].split()
    return len(words) >= 5 and words[0].isdigit() and all(_is_share(word) for word in words[1:5])


def _is_share(word: str) -> bool:
    try:
        return -1 <= float(word) <= 2
    except ValueError:
        return False


FORMAT = Format(
    name="yolo",
    says="a folder of text files: boxes, rotated boxes, polygons, poses",
    kinds=frozenset(KINDS),
    suffixes=(".yaml", ".data"),
    sniff=_sniff,
    reader=read,
    writer=write,
    classed=classes,
    options=READING | WRITING | {"images", "sizes", "layout", "rotated"},
    folder=True,
)
