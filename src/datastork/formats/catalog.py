"""The formats by name, found without loading them, and which of them a file is in."""

from importlib import import_module
from pathlib import Path

from datastork.core.errors import DataError, NotFoundError
from datastork.core.nearest import did_you_mean
from datastork.formats.format import Format
from datastork.formats.source import opened

# in the order in which a file is held against them: those that are sure of themselves first
ADDRESSES: dict[str, str] = {
    "coco": "datastork.formats.image.coco:FORMAT",
    "label-studio": "datastork.formats.label_studio.tasks:FORMAT",
    "cvat": "datastork.formats.video.cvat:FORMAT",
    "voc": "datastork.formats.image.voc:FORMAT",
    "webvtt": "datastork.formats.sound.webvtt:FORMAT",
    "textgrid": "datastork.formats.sound.textgrid:FORMAT",
    "rttm": "datastork.formats.sound.rttm:FORMAT",
    "mot": "datastork.formats.video.mot:FORMAT",
    "yolo": "datastork.formats.image.yolo:FORMAT",
    "audacity": "datastork.formats.sound.audacity:FORMAT",
    "jsonl": "datastork.formats.tables.jsonl:FORMAT",
    "doccano": "datastork.formats.text.doccano:FORMAT",
    "conll": "datastork.formats.text.conll:FORMAT",
    "csv": "datastork.formats.tables.csv:CSV",
    "tsv": "datastork.formats.tables.csv:TSV",
}
_HEAD = 1 << 16  # bytes


def names() -> tuple[str, ...]:
    """Return the names of all formats, in the alphabet's order."""
    return tuple(sorted(ADDRESSES))


def find(name: str) -> Format:
    """Return a format. Raises NotFoundError with the nearest name."""
    if name not in ADDRESSES:
        near = did_you_mean(name, ADDRESSES)
        raise NotFoundError(f"there is no format '{name}'{near}", hint=f"formats: {', '.join(names())}")
    module, _, thing = ADDRESSES[name].partition(":")
    form: Format = getattr(import_module(module), thing)
    return form


def guess(path: Path) -> str:
    """Return the name of the format a file or folder is in, by what is in it.

    Raises DataError where it is none that is known, SourceError where it cannot be read.
    """
    head = ""
    if not path.is_dir():
        with opened(path) as file:
            head = file.read(_HEAD).decode("utf-8", "replace").lstrip()
        if not head:
            raise DataError(f"{path.name} is empty")
    for name in ADDRESSES:
        if find(name).sniff(path, head):
            return name
    raise DataError(f"{path.name} is in no format of annotations we know", hint=f"formats: {', '.join(names())}")
