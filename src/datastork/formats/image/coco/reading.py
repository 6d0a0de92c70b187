"""COCO files to votes."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from datastork.consensus.structured import outlines, runs
from datastork.core.errors import DataError
from datastork.core.questions import LabelClass, Question
from datastork.formats.casting import Caster, number, sound_regions, whole
from datastork.formats.format import Options, Refused
from datastork.formats.image.coco.index import Index
from datastork.formats.record import Annotated
from datastork.formats.source import opened

KINDS = ("keypoints", "masks", "polygons", "boxes")  # where no question is given: the first that occurs
_OF_IMAGES = frozenset({"id", "file_name", "width", "height", "split", "unanswered"})
_FLAGS = ("score", "occluded", "truncated", "difficult")


def read(path: Path, questions: Sequence[Question] | None, options: Options) -> Iterator[Annotated | Refused]:
    """Yield every image with its annotations as one vote for each question; none at all is the answer "nothing here".

    An image that says `unanswered` (what we write of images without a vote) has no vote on those questions.
    """
    cast = Caster("coco", path, questions, options)
    with opened(path) as file:
        index = Index(file)
        yield from index.refused
        asked = _asked(cast, index)
        for image, marks in index.pairs():
            yield from _one(image, marks, index, asked, cast)
    yield from cast.unused()


def classes(path: Path, options: Options) -> list[LabelClass]:
    """Return the categories, in the order of the file; a supercategory stands among the parents."""
    with opened(path) as file:
        index = Index(file)
    found = []
    for one in index.categories.values():
        parent = one.get("supercategory")
        parents = (parent,) if isinstance(parent, str) and parent not in ("", "none", one["name"]) else ()
        found.append(LabelClass(one["name"], one["name"], parents=parents))
    return found


def _asked(cast: Caster, index: Index) -> list[Question]:
    """Return the questions the file answers."""
    there = {kind for kind in (*KINDS, "text") if index.tally[kind]}
    if there & {"masks", "polygons"}:
        there |= {"masks", "polygons"}
    if not cast.told:
        if index.tally["masks"] == 0:
            there.discard("masks")
        wanted = [next((kind for kind in KINDS if kind in there), ""), "text" if "text" in there else ""]
        found = [cast.question(kind) for kind in wanted if kind] or [cast.question("boxes")]
        return [one for one in found if one is not None]
    asked = [one for one in cast.asked(*KINDS, "text") if one.kind in there or (not there and one.kind != "text")]
    if there and not asked:
        for kind in sorted(there):
            cast.unasked[kind] += index.tally[kind]
    return asked


def _one(
    image: dict[str, Any], marks: list[dict[str, Any]], index: Index, asked: list[Question], cast: Caster
) -> Iterator[Annotated | Refused]:
    name = image["file_name"].replace("\\", "/")
    try:
        size = _side(image, "height"), _side(image, "width")
    except DataError as error:
        yield Refused(name, f"image {image['id']}", error.message)
        return
    votes = []
    unanswered = image.get("unanswered")
    unanswered = unanswered if isinstance(unanswered, list) else []
    for question in asked:
        if question.kind == "text":
            captions = [one["caption"] for one in marks if isinstance(one.get("caption"), str)]
            who = [cast.annotator if len(captions) == 1 else f"{cast.annotator}#{n + 1}" for n in range(len(captions))]
            votes += [cast.vote(name, question, one, annotator=by) for one, by in zip(captions, who, strict=True)]
            continue
        found = [pair for mark in marks for pair in _regions(mark, question, size, index, cast)]
        good, bad = sound_regions(question.kind, found, name, question.points)
        yield from bad
        if good or question.name not in unanswered:
            votes += cast.marks(name, question, good, bad)
    split = image.get("split")
    yield Annotated(
        name,
        tuple(votes),
        width=size[1],
        height=size[0],
        split=split if isinstance(split, str) else cast.options.split,
        data={key: value for key, value in image.items() if key not in _OF_IMAGES},
    )


def _side(image: dict[str, Any], side: str) -> int | None:
    if image.get(side) is None:
        return None
    value = whole(image[side], f"{side} in pixels")
    if value < 1:
        raise DataError(f"{side} is {value} pixels")
    return value


def _regions(
    mark: dict[str, Any], question: Question, size: tuple[int | None, int | None], index: Index, cast: Caster
) -> list[tuple[str, Any]]:
    """Return the regions one annotation gives, with where it stands; an error stands for one that cannot be used."""
    where = f"annotation {mark.get('id', '')}"
    try:
        shapes = _SHAPES[question.kind](mark, size, index)
        if not shapes:
            return []
        category = index.categories.get(whole(mark.get("category_id"), "a category_id"))
        if category is None:
            raise DataError(f"there is no category {mark['category_id']}")
        known: dict[str, Any] = {"label": cast.label(question, category["name"])}
        if mark.get("iscrowd") in (1, True):
            known["iscrowd"] = True
        attributes = dict(mark.get("attributes") or {})
        attributes |= {flag: mark[flag] for flag in _FLAGS if mark.get(flag) is not None}
        if question.kind == "boxes" and isinstance(attributes.get("rotation"), int | float):
            known["rotation"] = attributes.pop("rotation")
        if len(shapes) > 1:
            attributes["object"] = str(mark.get("id", ""))
        elif isinstance(mark.get("region"), str):
            known["id"] = mark["region"]
        if attributes:
            known["attributes"] = attributes
        return [(where, {**known, **shape}) for shape in shapes]
    except (DataError, TypeError, ValueError) as error:
        message = error.message if isinstance(error, DataError) else f"it is not of COCO's form: {error}"
        return [(where, DataError(message))]


def _boxes(mark: dict[str, Any], size: Any, index: Index) -> list[dict[str, Any]]:
    box = mark.get("bbox")
    if not box:
        return []
    if not isinstance(box, list) or len(box) != 4:
        raise DataError(f"a bbox is [x, y, width, height], not {box!r:.60}")
    return [dict(zip(("x", "y", "width", "height"), (number(one, "pixels") for one in box), strict=True))]


def _rings(segmentation: Any) -> list[list[list[float]]]:
    if not isinstance(segmentation, list) or not all(isinstance(one, list) for one in segmentation):
        raise DataError(f"a segmentation is a list of polygons or run lengths, not {segmentation!r:.60}")
    rings = []
    for ring in segmentation:
        if len(ring) % 2 or len(ring) < 6:
            raise DataError(f"a polygon of {len(ring)} numbers; 6 or more, x and y in turns, are needed")
        flat = [number(one, "pixels") for one in ring]
        rings.append([list(point) for point in zip(flat[0::2], flat[1::2], strict=True)])
    return rings


def _runs(segmentation: dict[str, Any]) -> dict[str, Any]:
    counts = segmentation.get("counts")
    if isinstance(counts, str):
        counts = runs.from_string(counts)
    mask = {"size": segmentation.get("size"), "counts": counts}
    runs.edges_of(mask)  # raises where size and runs disagree
    return mask


def _polygons(mark: dict[str, Any], size: Any, index: Index) -> list[dict[str, Any]]:
    segmentation = mark.get("segmentation")
    if not segmentation:
        return []
    if isinstance(segmentation, dict):
        return [{"points": points} for points in outlines.to_polygons(_runs(segmentation))]
    return [{"points": points} for points in _rings(segmentation)]


def _masks(mark: dict[str, Any], size: tuple[int | None, int | None], index: Index) -> list[dict[str, Any]]:
    segmentation = mark.get("segmentation")
    if not segmentation:
        return []
    if isinstance(segmentation, dict):
        return [_runs(segmentation)]
    height, width = size
    if height is None or width is None:
        raise DataError("a polygon becomes a mask only where the image says its width and height")
    return [dict(runs.merge(outlines.from_polygon(ring, height, width) for ring in _rings(segmentation)))]


def _keypoints(mark: dict[str, Any], size: Any, index: Index) -> list[dict[str, Any]]:
    flat = mark.get("keypoints")
    if not flat:
        return []
    category = index.categories.get(mark.get("category_id", -1), {})
    names = category.get("keypoints") or [f"point {at + 1}" for at in range(len(flat) // 3)]
    if not isinstance(flat, list) or len(flat) != 3 * len(names):
        raise DataError(f"{len(names)} keypoints have {3 * len(names)} numbers, not {len(flat)}")
    points = [
        {"name": str(name), "x": number(x), "y": number(y), "visible": whole(visible)}
        for name, x, y, visible in zip(names, flat[0::3], flat[1::3], flat[2::3], strict=True)
    ]
    return [{"points": points}]


_SHAPES: dict[str, Callable[[dict[str, Any], Any, Index], list[dict[str, Any]]]] = {
    "boxes": _boxes,
    "polygons": _polygons,
    "masks": _masks,
    "keypoints": _keypoints,
}
