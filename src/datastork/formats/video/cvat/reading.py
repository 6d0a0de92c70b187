"""CVAT's XML to votes."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from datastork.consensus.structured import runs
from datastork.core.errors import DataError, TooLargeError
from datastork.core.questions import LabelClass, Question
from datastork.formats.casting import Caster, number, sound_regions, whole
from datastork.formats.declared import to_classes, used_classes
from datastork.formats.format import Options, Refused
from datastork.formats.record import Annotated
from datastork.formats.source import PIECE, opened
from datastork.formats.xmls import Element, elements

SHAPES = {
    "box": "boxes",
    "polygon": "polygons",
    "mask": "masks",
    "skeleton": "keypoints",
    "points": "keypoints",
    "tag": "tags",
}
IMAGE_KINDS = ("boxes", "polygons", "masks", "keypoints", "tags")
_NONE = frozenset({"polyline", "cuboid", "ellipse"})
_PLACES = ("task", "job", "project")  # where in <meta> things may stand; also in <meta> itself
_MOST = 2**28  # pixels of an image with a mask


def read(path: Path, questions: Sequence[Question] | None, options: Options) -> Iterator[Annotated | Refused]:
    """Yield every image of a file, or the one video it is about."""
    cast = Caster("cvat", path, questions, options)
    asked: list[Question] | None = None
    meta = Element("meta", {}, 0)
    tracks: list[Element] = []
    with opened(path) as file:
        for one in elements(file, frozenset({"meta", "image", "track"})):
            if one.name == "meta":
                meta = one
            elif one.name == "track":
                tracks.append(one)
            else:
                asked = _asked(path, cast) if asked is None else asked
                yield from _image(one, asked, cast, attribute_types(meta))
    if tracks or meta_value(meta, "mode") == "interpolation":
        yield from _video(path, meta, tracks, cast)
    yield from cast.unused()


def classes(path: Path, options: Options) -> list[LabelClass]:
    """Return the labels declared in <meta>, else those that are used."""
    with opened(path) as file:
        meta = next(elements(file, frozenset({"meta"})), None)
    names = [one.value("name") for one in labels_of(meta) if not one.value("parent")] if meta is not None else []
    return to_classes(names) if names else used_classes(read(path, None, options))


def labels_of(meta: Element) -> list[Element]:
    """Return the declared labels, wherever they stand."""
    found = [meta.find(place, "labels") for place in _PLACES] + [meta.find("labels")]
    return [label for one in found if one is not None for label in one.all("label")]


def meta_value(meta: Element, *path: str) -> str:
    """Return a value of <meta>, wherever it stands; "" where it does not."""
    return next((text for place in _PLACES if (text := meta.value(place, *path))), meta.value(*path))


def attribute_types(meta: Element) -> dict[tuple[str, str], str]:
    """Return the input type of each attribute by (label, attribute)."""
    types = {}
    for label in labels_of(meta):
        found = label.find("attributes")
        for one in found.all("attribute") if found is not None else ():
            types[label.value("name"), one.value("name")] = one.value("input_type")
    return types


def _asked(path: Path, cast: Caster) -> list[Question]:
    """Return the questions that images of the file answer: those whose shapes occur in it, or are declared."""
    marks = {f"<{name} ".encode(): kind for name, kind in SHAPES.items()}
    marks |= {f"<type>{name}</type>".encode(): kind for name, kind in {**SHAPES, "rectangle": "boxes"}.items()}
    there: set[str] = set()
    with opened(path) as file:
        rest = b""
        while data := file.read(PIECE):
            data = rest + data.replace(b"\n", b" ")
            there |= {kind for mark, kind in marks.items() if mark in data}
            rest = data[-32:]
    kinds = [kind for kind in IMAGE_KINDS if kind in there]
    if not kinds:
        return cast.asked(*IMAGE_KINDS)[:1] if cast.told else [q for q in [cast.question("boxes")] if q is not None]
    found = [cast.question(*(("tags", "choice") if kind == "tags" else (kind,))) for kind in kinds]
    return [one for one in found if one is not None]


def _image(
    image: Element, asked: Sequence[Question], cast: Caster, types: dict[tuple[str, str], str]
) -> Iterator[Annotated | Refused]:
    name = image.attributes.get("name", "").replace("\\", "/")
    try:
        if not name:
            raise DataError("an image without a name")
        size = tuple(whole(image.attributes.get(side), f"{side} in pixels") for side in ("height", "width"))
        if min(size) < 1:
            raise DataError(f"a size of {size[1]} × {size[0]} pixels cannot be")
    except DataError as error:
        yield Refused(name, f"line {image.line}", error.message)
        return
    unanswered = image.attributes.get("unanswered", "").split("|")
    votes = []
    for question in asked:
        if question.kind in ("tags", "choice"):
            labels = [cast.label(question, one.attributes.get("label", "")) for one in image.all("tag")]
            if question.kind == "choice" and len(labels) > 1:
                yield Refused(name, f"line {image.line}", f"{len(labels)} tags where one class is asked for")
            elif question.name not in unanswered and (labels or question.kind == "tags"):
                votes.append(cast.vote(name, question, labels if question.kind == "tags" else labels[0]))
            continue
        shapes = [one for one in image.children if SHAPES.get(one.name) == question.kind]
        found = [(f"line {one.line}", _checked(one, question, cast, types, size)) for one in shapes]
        good, bad = sound_regions(question.kind, found, name)
        yield from bad
        if good or question.name not in unanswered:
            votes += cast.marks(name, question, good, bad)
    for one in image.children:
        if one.name in _NONE:
            yield Refused(name, f"line {one.line}", f"a {one.name} has no counterpart here")
    split = image.attributes.get("subset") or cast.options.split
    yield Annotated(name, tuple(votes), width=size[1], height=size[0], split=split)


def _checked(one: Element, question: Question, cast: Caster, types: Any, size: tuple[int, ...]) -> Any:
    try:
        return {**_known(one, question, cast, types), **_shape(one, question, size)}
    except DataError as error:
        return error


def _known(one: Element, question: Question, cast: Caster, types: dict[tuple[str, str], str]) -> dict[str, Any]:
    """Return the label and attributes of a shape."""
    label = one.attributes.get("label", "")
    known: dict[str, Any] = {"label": cast.label(question, label)}
    attributes: dict[str, Any] = {}
    if one.attributes.get("occluded") == "1" and one.name != "skeleton":
        attributes["occluded"] = True
    if one.attributes.get("group_id"):
        attributes["group_id"] = whole(one.attributes["group_id"], "a group_id")
    for further in one.all("attribute"):
        name, text = further.attributes.get("name", ""), further.text
        type_ = types.get((label, name), "")
        if type_ == "checkbox":
            attributes[name] = text.strip().lower() == "true"
        elif type_ == "number":
            value = number(text, f"a number as '{name}'")
            attributes[name] = int(value) if value == int(value) and "." not in text else value
        else:
            attributes[name] = text
    if "region" in attributes and types.get((label, "region")) == "text":
        known["id"] = attributes.pop("region")
    if attributes:
        known["attributes"] = attributes
    return known


def _shape(one: Element, question: Question, size: tuple[int, ...]) -> dict[str, Any]:
    given = one.attributes
    if one.name == "box":
        return box_of(given)
    if one.name == "polygon":
        return {"points": _points(given.get("points", ""))}
    if one.name == "mask":
        return _mask(given, size)
    if one.name == "points":
        found = _points(given.get("points", ""))
        names = question.points if len(question.points) == len(found) else [f"point {n + 1}" for n in range(len(found))]
        return {"points": [{"name": n, "x": x, "y": y, "visible": 2} for n, (x, y) in zip(names, found, strict=True)]}
    points = []
    for point in one.all("points"):
        [[x, y]] = _points(point.attributes.get("points", ""))[:1] or [[0.0, 0.0]]
        outside = point.attributes.get("outside") == "1"
        visible = 0 if outside else 1 if point.attributes.get("occluded") == "1" else 2
        x, y = (0.0, 0.0) if outside else (x, y)
        points.append({"name": point.attributes.get("label", ""), "x": x, "y": y, "visible": visible})
    return {"points": points}


def box_of(given: dict[str, str]) -> dict[str, Any]:
    """Return the box of the corners that CVAT writes; rotation is about the centre, as ours is."""
    left, top, right, bottom = (number(given.get(side), side) for side in ("xtl", "ytl", "xbr", "ybr"))
    box = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    angle = number(given.get("rotation") or 0, "rotation in degrees") % 360
    return {**box, "rotation": angle} if angle else box


def _points(text: str) -> list[list[float]]:
    pairs = [one.split(",") for one in text.split(";") if one.strip()]
    if not pairs or any(len(one) != 2 for one in pairs):
        raise DataError(f"points are written x,y;x,y; these are {text!r:.60}")
    return [[number(x, "pixels"), number(y, "pixels")] for x, y in pairs]


def _mask(given: dict[str, str], size: tuple[int, ...]) -> dict[str, Any]:
    """Return a mask of run lengths that go row by row within its box, zeros first."""
    import numpy as np

    left, top, width, height = (whole(given.get(side), side) for side in ("left", "top", "width", "height"))
    rows, columns = size
    if rows * columns > _MOST:
        raise TooLargeError(f"a mask on {columns:,} × {rows:,} pixels is beyond the limit of {_MOST:,}")
    if min(left, top, width, height) < 0 or left + width > columns or top + height > rows:
        raise DataError(f"the box of the mask ({left}, {top}, {width} × {height}) lies outside the image")
    try:
        counts = np.array([int(one) for one in given.get("rle", "").split(",")], np.int64)
    except (ValueError, OverflowError):
        raise DataError("the rle of a mask is a list of whole numbers") from None
    if counts.min() < 0 or counts.max() > _MOST or int(counts.sum()) != width * height:
        raise DataError(f"the runs of the mask sum up to {int(counts.sum()):,}, its box has {width * height:,} pixels")
    mask = np.zeros((rows, columns), np.uint8)
    inside = np.repeat(np.arange(len(counts)) % 2, counts).reshape(height, width)
    mask[top : top + height, left : left + width] = inside
    return dict(runs.encode(mask))


def _video(path: Path, meta: Element, tracks: Sequence[Element], cast: Caster) -> Iterator[Annotated | Refused]:
    name = meta_value(meta, "source") or meta_value(meta, "name") or path.stem
    size = {side: meta_value(meta, "original_size", side) for side in ("width", "height")}
    frames = meta_value(meta, "size")
    question = cast.question("tracks")
    votes: tuple[Any, ...] = ()
    if question is not None:
        types = attribute_types(meta)
        found = [(f"line {one.line}", _track(one, at, question, cast, types)) for at, one in enumerate(tracks)]
        good, bad = sound_regions("tracks", found, name)
        yield from bad
        votes = cast.marks(name, question, good, bad)
    fps = cast.options.fps
    count = int(frames) if frames.isdigit() and int(frames) else None
    known = {side: int(text) if text.isdigit() else None for side, text in size.items()}
    yield Annotated(name, votes, **known, frames=count, fps=fps, split=cast.options.split)  # type: ignore[arg-type]


def _track(one: Element, at: int, question: Question, cast: Caster, types: dict[tuple[str, str], str]) -> Any:
    try:
        boxes = [box for box in one.all("box") if box.attributes.get("keyframe", "1") == "1"]
        if not boxes:
            kinds = ", ".join(sorted({child.name for child in one.children})) or "nothing"
            raise DataError(f"a track of {kinds}; tracks of boxes are understood")
        first = Element(
            "box", {"label": one.attributes.get("label", "")}, one.line, "", list(boxes[0].all("attribute"))
        )
        keyframes = []
        for box in boxes:
            frame = whole(box.attributes.get("frame"), "a frame number")
            shape = {side: value for side, value in box_of(box.attributes).items() if side != "rotation"}
            time = {"time": frame / cast.options.fps} if cast.options.fps else {}
            flags = {flag: box.attributes.get(flag) == "1" for flag in ("outside", "occluded")}
            keyframes.append({"frame": frame, **time, **shape, **flags})
        number_ = one.attributes.get("id", "")
        track = int(number_) if number_.isdigit() and len(number_) < 13 else at
        return {**_known(first, question, cast, types), "track": track, "keyframes": keyframes}
    except DataError as error:
        return error
