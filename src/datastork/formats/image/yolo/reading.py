"""Label files of YOLO to votes."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from datastork.core.errors import DataError
from datastork.core.questions import LabelClass, Question
from datastork.core.votes import CastVote
from datastork.formats.casting import Caster, number, sound_regions, whole
from datastork.formats.declared import to_classes
from datastork.formats.format import Options, Refused
from datastork.formats.image.sizes import size_of
from datastork.formats.image.yolo.layout import Layout, Place, locate, places
from datastork.formats.record import Annotated
from datastork.formats.source import lines

KINDS = ("boxes", "polygons", "keypoints")
_SLACK = 0.1  # shares of the image a coordinate may lie outside it
_PEEK = 200  # label files looked at to see what they hold


def read(path: Path, questions: Sequence[Question] | None, options: Options) -> Iterator[Annotated | Refused]:
    """Yield every image. An empty label file is the answer "nothing here"; without one there is no vote."""
    cast = Caster("yolo", path, questions, options)
    layout = locate(path)
    empty: Question | None = None
    seen: set[str] = set()
    for place in places(layout, options):
        if isinstance(place, DataError):
            yield Refused("", str(path.name), place.message)
        elif place.name in seen:
            yield Refused(place.name, path.name, "it is listed twice")
        else:
            seen.add(place.name)
            if empty is None:
                empty = _first_question(layout, cast, options)
            yield from _one(place, layout, cast, empty, options)
    yield from cast.unused()


def classes(path: Path, options: Options) -> list[LabelClass]:
    """Return the classes; their order is what the numbers in label files mean."""
    return to_classes(locate(path).names)


def _first_question(layout: Layout, cast: Caster, options: Options) -> Question | None:
    """Return the question that label files without a line answer."""
    asked = cast.asked(*KINDS)
    if asked:
        return asked[0]
    if cast.told:
        return None
    for at, place in enumerate(places(layout, options)):
        if at >= _PEEK:
            break
        if isinstance(place, Place) and place.labels.is_file():
            for _, _, line in lines(place.labels):
                if isinstance(line, str) and line.strip():
                    return cast.question(_kind(len(line.split()), layout, cast))
    return cast.question("boxes")


def _one(
    place: Place, layout: Layout, cast: Caster, empty: Question | None, options: Options
) -> Iterator[Annotated | Refused]:
    split = place.split or options.split
    try:
        size = size_of(place.name, place.image, options)
    except DataError as error:
        yield Refused(place.name, str(place.image), error.message)
        size = None
    width, height = size or (None, None)
    if not place.labels.is_file():
        yield Annotated(place.name, width=width, height=height, split=split)
        return
    found: dict[str, tuple[Question, list[tuple[str, Any]]]] = {}
    count = 0
    for at, _, line in lines(place.labels):
        if isinstance(line, str) and not line.strip():
            continue
        count += 1
        try:
            if isinstance(line, DataError):
                raise line
            if size is None:
                raise DataError("the size of the image is not known: give the folder of the images, or sizes")
            numbers = line.split()
            question = cast.question(_kind(len(numbers), layout, cast))
            if question is not None:
                region = _region(numbers, question, layout, cast, size)
                found.setdefault(question.name, (question, []))[1].append((f"line {at}", region))
        except DataError as error:
            yield Refused(place.name, f"{place.labels.name}, line {at}", error.message)
    votes: list[CastVote] = []
    for question, regions in found.values():
        good, bad = sound_regions(question.kind, regions, place.name)
        yield from (Refused(one.name, f"{place.labels.name}, {one.where}", one.why) for one in bad)
        votes += cast.marks(place.name, question, good, bad)
    if not count and empty is not None:
        votes.append(cast.vote(place.name, empty, []))
    yield Annotated(place.name, tuple(votes), width=width, height=height, split=split)


def _kind(count: int, layout: Layout, cast: Caster) -> str:
    points, dims = layout.points
    if points and count == 5 + points * dims:
        return "keypoints"
    if count in (5, 6):
        return "boxes"
    if count == 9:  # four corners: a rotated box, or a polygon
        asked = [one.kind for one in cast.asked("boxes", "polygons")]
        return asked[0] if asked else "boxes" if layout.task == "obb" else "polygons"
    if count >= 7 and count % 2:
        return "polygons"
    raise DataError(f"{count} numbers are neither a box (5), a polygon (7, 9, 11 …) nor a pose")


def _region(
    words: list[str], question: Question, layout: Layout, cast: Caster, size: tuple[int, int]
) -> dict[str, Any]:
    at = whole(words[0], "the number of a class")
    if not 0 <= at < len(layout.names):
        last = f"0 to {len(layout.names) - 1}" if layout.names else "none: no list of names was found"
        raise DataError(f"class {at} is not among the classes ({last})")
    region: dict[str, Any] = {"label": cast.label(question, layout.names[at])}
    numbers = [number(word) for word in words[1:]]
    width, height = size
    if question.kind == "keypoints":
        return {**region, "points": _pose(numbers[4:], question, layout, size)}
    places_ = numbers[:4] if len(words) == 6 else numbers
    wrong = next((one for one in places_ if not -_SLACK <= one <= 1 + _SLACK), None)
    if wrong is not None:
        raise DataError(f"{wrong:g} is no share of the image: coordinates go from 0 to 1")
    if question.kind == "polygons":
        flat = numbers
        points = [[x * width, y * height] for x, y in zip(flat[0::2], flat[1::2], strict=True)]
        return {**region, "points": points}
    if len(words) == 9:
        return {
            **region,
            **_rotated([(x * width, y * height) for x, y in zip(numbers[0::2], numbers[1::2], strict=True)]),
        }
    x, y, w, h = (one * side for one, side in zip(places_, (width, height, width, height), strict=True))
    if len(words) == 6:
        region["attributes"] = {"confidence": numbers[4]}
    return {**region, "x": x - w / 2, "y": y - h / 2, "width": w, "height": h}


def _rotated(corners: Sequence[tuple[float, float]]) -> dict[str, float]:
    """Return the box of four corners, clockwise from its top left before it was rotated."""
    (ax, ay), (bx, by), (cx, cy), _ = corners
    width, height = math.hypot(bx - ax, by - ay), math.hypot(cx - bx, cy - by)
    angle = math.degrees(math.atan2(by - ay, bx - ax)) % 360
    mx, my = (sum(one[k] for one in corners) / 4 for k in (0, 1))
    box = {"x": mx - width / 2, "y": my - height / 2, "width": width, "height": height}
    return {**box, "rotation": angle} if round(angle, 6) % 360 else box


def _pose(numbers: Sequence[float], question: Question, layout: Layout, size: tuple[int, int]) -> list[dict[str, Any]]:
    count, dims = layout.points
    names: Sequence[str] = question.points if len(question.points) == count else layout.point_names
    names = names if len(names) == count else [f"point {at + 1}" for at in range(count)]
    points = []
    for at, name in enumerate(names):
        x, y, *rest = numbers[at * dims : (at + 1) * dims]
        visible = whole(rest[0], "visible") if rest else 2 if x or y else 0
        points.append({"name": name, "x": x * size[0], "y": y * size[1], "visible": visible})
    return points
