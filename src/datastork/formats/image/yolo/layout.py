"""Where a YOLO dataset keeps what: Ultralytics' data.yaml, Darknet's obj.data, or a folder of label files.

Everything is looked for below the folder of the file that was named; addresses that leave it are not followed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from datastork.core.errors import DataError
from datastork.formats.format import Options
from datastork.formats.image.sizes import SUFFIXES
from datastork.formats.source import found, lines, text_of
from datastork.formats.target import safe_name

_KEY = re.compile(r"([A-Za-z_][\w-]*)\s*:\s*(.*)")
_ITEM = re.compile(r"\s+(?:-\s+|['\"]?(\d+)['\"]?\s*:\s*)(.*)|-\s+(.*)")
_SETTINGS = frozenset({"path", "names", "nc", "kpt_shape", "flip_idx", "download", "channels", "task", "kpt_names"})
NAMES = ("classes.txt", "obj.names", "classes.names", "data.yaml", "dataset.yaml", "classes.yaml")


@dataclass(slots=True)
class Layout:
    """A dataset: its folder, classes in their order, points of a pose, and what is in which split."""

    folder: Path
    names: list[str] = field(default_factory=list)
    splits: dict[str, list[str]] = field(default_factory=dict)
    points: tuple[int, int] = (0, 2)
    point_names: list[str] = field(default_factory=list)
    task: str = ""
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """One image: its name, where it and its labels should lie, and its split."""

    name: str
    image: Path | None
    labels: Path
    split: str | None


def locate(path: Path) -> Layout:
    """Return the layout of the dataset at `path`. Raises DataError where there is none."""
    if path.is_dir():
        for name in ("data.yaml", "dataset.yaml", "obj.data"):
            if (path / name).is_file():
                return locate(path / name)
        tables = [one for one in sorted(path.glob("*.y*ml")) if "names:" in text_of(one)]
        if len(tables) == 1 and (path / "images").is_dir() | (path / "labels").is_dir():
            return locate(tables[0])
        return Layout(path, _names_near(path), plain=True)
    if path.suffix.lower() in (".yaml", ".yml"):
        return _ultralytics(path)
    if path.suffix.lower() == ".data":
        return _darknet(path)
    raise DataError(f"{path.name} is no YOLO dataset: name its folder, its data.yaml or its obj.data")


def _names_near(folder: Path) -> list[str]:
    for place in (folder, folder.parent):
        for name in NAMES:
            if (place / name).is_file():
                return names_in(place / name)
    return []


def names_in(path: Path) -> list[str]:
    """Return the classes of a list of names, one a line, or of a YAML file."""
    if path.suffix in (".yaml", ".yml"):
        return _ultralytics(path).names
    return [line.strip() for line in text_of(path).splitlines() if line.strip()]


def _scalar(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if text.startswith('"'):
        from datastork.formats.stream import parse

        end = text.rfind('"')
        return str(parse(text[: end + 1]))
    return re.sub(r"(^|\s)#.*$", "", text).strip()


def _flow(text: str) -> list[str]:
    """Return the items of `[a, b]` or the values of `{0: a, 1: b}`, commas in quotes being no division."""
    parts = re.findall(r"""(?:\d+\s*:\s*)?("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,\[\]{}]+)""", text)
    return [_scalar(re.sub(r"^\s*\d+\s*:\s*", "", part)) for part in parts if part.strip()]


def _ultralytics(path: Path) -> Layout:
    values: dict[str, list[str]] = {}
    key = ""
    for line in text_of(path).splitlines():
        top = _KEY.match(line)
        item = _ITEM.match(line)
        if top:
            key, rest = top[1], top[2].strip()
            flow = rest.startswith(("[", "{"))
            values[key] = _flow(rest) if flow else [_scalar(rest)] if _scalar(rest) else []
        elif item and key:
            if item[1] is not None and int(item[1]) != len(values[key]):
                raise DataError(f"{path.name}: class {item[1]} stands at place {len(values[key])} of '{key}'")
            values[key].append(_scalar(item[2] if item[2] is not None else item[3]))
    base = "".join(values.get("path", [])[:1])
    inside = safe_name(base.removeprefix("./").rstrip("/")) if base else None
    folder = path.parent / inside if inside and (path.parent / inside).is_dir() else path.parent
    shape = [int(one) for one in values.get("kpt_shape", []) if one.isdigit()]
    layout = Layout(folder, values.get("names", []), task="".join(values.get("task", [])[:1]))
    layout.points = (shape[0], shape[1]) if len(shape) == 2 and shape[1] in (2, 3) else (0, 2)
    layout.point_names = values.get("kpt_names", [])
    layout.splits = {name: given for name, given in values.items() if name not in _SETTINGS and given}
    return layout


def _darknet(path: Path) -> Layout:
    values = dict(re.findall(r"^\s*(\w+)\s*=\s*(.*?)\s*$", text_of(path), re.MULTILINE))
    folder = path.parent
    layout = Layout(folder)
    listed = values.pop("names", "")
    names = next((place for place in (folder / listed, folder / Path(listed).name) if place.is_file()), None)
    if names is None:
        raise DataError(f"{path.name}: its list of names '{listed}' is not there")
    layout.names = names_in(names)
    layout.splits = {
        name: [value if (folder / value).is_file() else Path(value).name]
        for name, value in values.items()
        if value.endswith(".txt")
    }
    return layout


def places(layout: Layout, options: Options) -> Iterator[Place | DataError]:
    """Yield every image of the dataset, listed or found; an error for one that leaves its folder."""
    there = False
    for one in _in_splits(layout, options):
        there = True
        yield one
    if not there:  # no splits, or none that is where its table says, as in a part of a dataset
        yield from _plain(layout, options)


def _in_splits(layout: Layout, options: Options) -> Iterator[Place | DataError]:
    for split, sources in layout.splits.items():
        for source in sources:
            relative = re.sub(r"^(\.{1,2}/)+", "", source).rstrip("/")
            if safe_name(relative) is None:
                yield DataError(f"'{source}' leaves the folder of the dataset")
            elif relative.endswith(".txt"):
                yield from _listed(layout, relative, split, options)
            else:
                yield from _in_folder(layout, relative, split, options)


def _listed(layout: Layout, source: str, split: str, options: Options) -> Iterator[Place | DataError]:
    if not (layout.folder / source).is_file():
        yield DataError(f"the list '{source}' is not there")
        return
    for number, _, line in lines(layout.folder / source):
        if isinstance(line, DataError):
            yield DataError(f"{source}, line {number}: {line.message}")
        elif line.strip():
            relative = re.sub(r"^(\./)+", "", line)
            if safe_name(relative) is None:
                yield DataError(f"{source}, line {number}: '{line[:200]}' leaves the folder of the dataset")
                continue
            if not (layout.folder / relative).exists():
                relative = relative.removeprefix("data/")
            yield _place(layout, relative, split, options)


def _in_folder(layout: Layout, source: str, split: str, options: Options) -> Iterator[Place]:
    images = layout.folder / source
    if images.is_dir():
        for image in found(images, SUFFIXES):
            yield _place(layout, image.relative_to(layout.folder).as_posix(), split, options)
        return
    labels = layout.folder / _labels_of(f"{source}/x.jpg")
    if labels.parent.is_dir():
        for one in found(labels.parent, (".txt",)):
            stem = one.relative_to(labels.parent).with_suffix("").as_posix()
            place = Path(source) / stem
            yield Place(_name(place.as_posix()), _beside(options.images, stem), one, split)


def _place(layout: Layout, relative: str, split: str, options: Options) -> Place:
    name = _name(relative)
    image = layout.folder / relative
    given = options.images / name if options.images is not None else None
    shown = given if given is not None and given.is_file() else image
    return Place(name, shown, layout.folder / _labels_of(relative), split)


def _labels_of(image: str) -> str:
    head, mark, tail = f"/{image}".rpartition("/images/")
    moved = f"{head}/labels/{tail}" if mark else f"/{image}"
    return re.sub(r"\.[^./]+$", "", moved[1:]) + ".txt"


def _name(relative: str) -> str:
    return re.sub(r"^(?:.*/)?(?:images|obj_\w+_data)/", "", relative)


def _plain(layout: Layout, options: Options) -> Iterator[Place]:
    folder = layout.folder
    labels = folder / "labels" if (folder / "labels").is_dir() else folder
    around = (options.images, folder / "images", folder.parent / "images", folder)
    images = next((one for one in around if one is not None and one.is_dir()), folder)
    for one in found(labels, (".txt",)):
        if one.name not in NAMES:
            stem = one.relative_to(labels).with_suffix("").as_posix()
            image = _beside(images, stem)
            name = image.relative_to(images).as_posix() if image is not None else stem
            yield Place(name, image, one, None)


def _beside(images: Path | None, stem: str) -> Path | None:
    if images is None:
        return None
    places_ = (images / f"{stem}{suffix}" for low in SUFFIXES for suffix in (low, low.upper()))
    return next((one for one in places_ if one.is_file()), None)
