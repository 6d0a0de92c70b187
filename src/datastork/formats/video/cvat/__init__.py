"""CVAT for images and CVAT for video 1.1: one XML file of images with shapes and tags, or of one video with tracks.

Boxes are given by their corners and rotated about their centre; masks are run lengths row by row within their box,
zeros first; `outside` ends a track. Numbers keep six decimals. An image listed without shapes is the answer "nothing
here", except where `unanswered` (which we write) says otherwise. Polylines, ellipses and cuboids are refused.
Source: https://docs.cvat.ai/docs/manual/advanced/xml_format/
"""

from pathlib import Path

from datastork.formats.format import READING, WRITING, Format
from datastork.formats.video.cvat.reading import IMAGE_KINDS, classes, read
from datastork.formats.video.cvat.writing import write


def _sniff(path: Path, head: str) -> bool:
    return "<annotations>" in head and any(mark in head for mark in ("<meta>", "<image ", "<track ", "<version>"))


FORMAT = Format(
    name="cvat",
    says="CVAT's XML 1.1: images with shapes and tags, or a video with tracks of boxes",
    kinds=frozenset((*IMAGE_KINDS, "choice", "tracks")),
    suffixes=(".xml",),
    sniff=_sniff,
    reader=read,
    writer=write,
    classed=classes,
    options=READING | WRITING | {"fps"},
)
