"""Pascal VOC: an XML file of boxes for each image.

VOC counts pixels from 1 and its last pixel belongs to the box; many tools count from 0. What we write says which
(`source/annotation`); of others, a 0 anywhere in the folder says that it counts from 0 (`options.base` decides
otherwise). Which was taken stands in the field `voc_base` of the data. `difficult`, `truncated`, `occluded` and `pose`
are attributes, as are CVAT's `attributes`. An image that a list names without an XML file has no vote.
Source: http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from datastork.core.errors import DataError
from datastork.core.questions import LabelClass, Question
from datastork.formats.casting import Caster, number, sound_regions, whole
from datastork.formats.choosing import Chooser
from datastork.formats.declared import to_classes, used_classes
from datastork.formats.format import READING, WRITING, Format, Options, Refused, Written
from datastork.formats.record import Annotated
from datastork.formats.source import SMALL, found, lines, opened, text_of
from datastork.formats.target import new_folder, safe_name
from datastork.formats.xmls import Element, as_text, elements, escape, of_text

_ZERO = re.compile(rb"<[xy]min>\s*0(\.0*)?\s*<")
_FLAGS = ("truncated", "difficult", "occluded")
_COUNTED = "pixels counted from "
_ROOT = frozenset({"annotation"})


def read(path: Path, questions: Sequence[Question] | None, options: Options) -> Iterator[Annotated | Refused]:
    """Yield the images of one XML file, of a folder of them, or of a folder with Annotations and ImageSets."""
    cast = Caster("voc", path, questions, options)
    question = cast.question("boxes")
    files = [path] if path.is_file() else list(found(_annotations(path), (".xml",)))
    listed = _listed(path) if path.is_dir() else {}
    base = options.base if options.base is not None else 0 if _counts_from_zero(files) else 1
    seen: set[str] = set()
    for file in files:
        stem = file.relative_to(_annotations(path)).with_suffix("").as_posix() if path.is_dir() else file.stem
        seen.add(stem)
        try:
            with opened(file) as data:
                root = next(elements(data, _ROOT), None)
            if root is None:
                raise DataError("there is no <annotation> in it")
            yield from _one(root, stem, question, cast, base, listed.get(stem, options.split))
        except DataError as error:
            yield Refused(stem, file.name, error.message)
    for stem, split in listed.items():
        if stem not in seen:
            yield Annotated(stem, split=split)
    yield from cast.unused()


def classes(path: Path, options: Options) -> list[LabelClass]:
    """Return the classes of `labelmap.txt`, else those that are used."""
    table = path / "labelmap.txt"
    if table.is_file():
        rows = [line for line in text_of(table).splitlines() if line.strip() and not line.startswith("#")]
        return to_classes(re.sub(r"(:[^:]*){3}$", "", row) for row in rows)
    return used_classes(read(path, None, options))


def _annotations(path: Path) -> Path:
    return path / "Annotations" if (path / "Annotations").is_dir() else path


def _counts_from_zero(files: Iterable[Path]) -> bool:
    for file in files:
        with file.open("rb") as data:
            if _ZERO.search(data.read(SMALL)):
                return True
    return False


def _listed(path: Path) -> dict[str, str | None]:
    """Return the split of each image by the lists of ImageSets/Main; "all" is none, lists of one class are left."""
    splits: dict[str, str | None] = {}
    files = (path / "ImageSets" / "Main").glob("*.txt")
    for file in sorted(files, key=lambda one: (one.stem == "trainval", one.name)):
        if "_" not in file.stem:
            for _, _, line in lines(file):
                if isinstance(line, str) and line.strip():
                    splits.setdefault(line.strip(), None if file.stem == "all" else file.stem)
    return splits


def _one(
    root: Element, stem: str, question: Question | None, cast: Caster, base: int, split: str | None
) -> Iterator[Annotated | Refused]:
    name = (root.value("filename") or stem).replace("\\", "/")
    said = root.value("source", "annotation")
    if said.startswith(_COUNTED) and said[-1] in "01":
        base = int(said[-1])
    size = {}
    for side in ("width", "height"):
        text = root.value("size", side)
        value = whole(text, f"{side} in pixels") if text else 0
        size[side] = value if value > 0 else None  # tools that do not know it write 0
    regions: list[tuple[str, Any]] = []
    parts = 0
    for one in root.all("object"):
        parts += sum(1 for _ in one.all("part"))
        try:
            regions.append((f"line {one.line}", _region(one, question, cast, base)))
        except DataError as error:
            regions.append((f"line {one.line}", error))
    good, bad = sound_regions("boxes", regions, name)
    yield from bad
    votes = cast.marks(name, question, good, bad) if question is not None else ()
    data: dict[str, Any] = {"voc_base": base, **({"voc_parts": parts} if parts else {})}
    yield Annotated(name, votes, width=size["width"], height=size["height"], split=split, data=data)


def _region(one: Element, question: Question | None, cast: Caster, base: int) -> dict[str, Any]:
    label = one.value("name")
    left, top, right, bottom = (number(one.value("bndbox", side), side) for side in ("xmin", "ymin", "xmax", "ymax"))
    if right < left - base or bottom < top - base:
        raise DataError(f"xmax {right:g} and ymax {bottom:g} lie before xmin {left:g} and ymin {top:g}")
    region: dict[str, Any] = {
        "label": cast.label(question, label) if question is not None else label,
        "x": left - base,
        "y": top - base,
        "width": right - left + base,
        "height": bottom - top + base,
    }
    attributes: dict[str, Any] = {flag: True for flag in _FLAGS if one.value(flag).lower() in ("1", "true", "yes")}
    if one.value("pose") not in ("", "Unspecified"):
        attributes["pose"] = one.value("pose")
    for further in (one.find("attributes") or one).all("attribute"):
        attributes[further.value("name")] = of_text(further.value("value"))
    if "rotation" in attributes:
        region["rotation"] = number(attributes.pop("rotation"), "rotation in degrees") % 360
    if attributes:
        region["attributes"] = attributes
    return region


def write(path: Path, samples: Iterable[Annotated], questions: Sequence[Question], options: Options) -> Written:
    """Write a folder: Annotations, ImageSets/Main with a list for each split, labelmap.txt."""
    choose = Chooser("voc", ("boxes",), questions, options, ("width", "height", "split"))
    base = 1 if options.base is None else options.base
    names: dict[str, None] = {}
    for question in choose.fit.values():
        names.update(dict.fromkeys(choose.label(question, one.id) for one in question.classes if not one.abstract))
    count = 0
    with new_folder(path, options) as folder, ExitStack() as stack:
        lists: dict[str, IO[str]] = {}
        for sample in samples:
            _data_lost(sample, choose)
            chosen = choose.one(sample)
            stem = re.sub(r"\.[^./]+$", "", sample.name)
            if safe_name(sample.name) is None:
                choose.lost["samples whose names no file can have"] += 1
                continue
            if chosen is None:
                stem = sample.name
            elif not folder.write(f"Annotations/{stem}.xml", _xml(sample, *chosen, choose, base, names)):
                choose.lost["samples whose file another sample has"] += 1
                continue
            split = re.sub(r"\W", "-", sample.split or "all").replace("_", "-")
            if split not in lists:
                lists[split] = stack.enter_context(folder.opened(f"ImageSets/Main/{split}.txt"))
            lists[split].write(f"{stem}\n")
            count += 1
        folder.write("labelmap.txt", "# label:color_rgb:parts:actions\n" + "".join(f"{one}:::\n" for one in names))
        stack.close()
        files = folder.files(path)
    return choose.written(count, files, f"{_COUNTED}{base}")


def _data_lost(sample: Annotated, choose: Chooser) -> None:
    if sample.data and set(sample.data) == {"voc_base"}:
        choose.lost["further fields of samples"] -= 1


def _xml(sample: Annotated, question: Question, vote: Any, choose: Chooser, base: int, names: dict[str, None]) -> str:
    lines_ = ["<annotation>", f"  <filename>{escape(sample.name)}</filename>"]
    lines_.append(f"  <source><annotation>{_COUNTED}{base}</annotation></source>")
    if sample.width and sample.height:
        lines_.append(f"  <size><width>{sample.width}</width><height>{sample.height}</height><depth>3</depth></size>")
    lines_.append("  <segmented>0</segmented>")
    for region in vote.value:
        label = choose.label(question, region["label"])
        names.setdefault(label)
        choose.region(region, ("attributes", "rotation"))
        attributes = dict(region.get("attributes") or {})
        if region.get("rotation"):
            attributes["rotation"] = region["rotation"]
        lines_.append(f"  <object><name>{escape(label)}</name>")
        lines_.append(f"    <pose>{escape(str(attributes.pop('pose', 'Unspecified')))}</pose>")
        for flag in _FLAGS:
            value = attributes.pop(flag, False)
            if not isinstance(value, bool):
                attributes[flag], value = value, False
            lines_.append(f"    <{flag}>{int(value)}</{flag}>")
        corners = {
            "xmin": region["x"] + base,
            "ymin": region["y"] + base,
            "xmax": region["x"] + region["width"],
            "ymax": region["y"] + region["height"],
        }
        inner = "".join(f"<{side}>{_short(value)}</{side}>" for side, value in corners.items())
        lines_.append(f"    <bndbox>{inner}</bndbox>")
        if attributes:
            rows = "".join(
                f"<attribute><name>{escape(name)}</name><value>{escape(as_text(value))}</value></attribute>"
                for name, value in sorted(attributes.items())
            )
            lines_.append(f"    <attributes>{rows}</attributes>")
        lines_.append("  </object>")
    return "\n".join([*lines_, "</annotation>", ""])


def _short(value: float) -> str:
    return f"{round(value, 6):.6f}".rstrip("0").rstrip(".")


def _sniff(path: Path, head: str) -> bool:
    if path.is_file():
        return (
            re.search(r"<annotation[\s>]", head) is not None
            and "<annotations" not in head
            and ("<object>" in head or "<filename>" in head)
        )
    first = next(iter(sorted(_annotations(path).glob("*.xml"))), None)
    return first is not None and _sniff(first, text_of(first)[:4096])


FORMAT = Format(
    name="voc",
    says="Pascal VOC: a folder of XML files with boxes",
    kinds=frozenset({"boxes"}),
    suffixes=(".xml",),
    sniff=_sniff,
    reader=read,
    writer=write,
    classed=classes,
    options=READING | WRITING | {"base"},
    folder=True,
)
