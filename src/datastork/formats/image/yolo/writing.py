"""Votes to label files of YOLO."""

import math
import re
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from datastork.core.errors import DataError
from datastork.core.questions import Question
from datastork.formats.choosing import Chooser
from datastork.formats.format import Options, Written
from datastork.formats.image.yolo.reading import KINDS
from datastork.formats.record import Annotated
from datastork.formats.stream import dumps
from datastork.formats.target import Folder, new_folder, safe_name

_HOLDS = ("width", "height", "split")


def write(path: Path, samples: Iterable[Annotated], questions: Sequence[Question], options: Options) -> Written:
    """Write a folder: label files, a list of images for each split, and the classes. Images are not copied."""
    if options.layout not in (None, "ultralytics", "darknet"):
        raise DataError(f"layout is 'ultralytics' or 'darknet', not '{options.layout}'")
    darknet = options.layout == "darknet"
    choose = Chooser("yolo", KINDS, questions, options, _HOLDS)
    first = next(iter(choose.fit.values()), None)
    if first is not None and len(choose.fit) > 1:
        choose = Chooser("yolo", (first.kind,), [first], options, _HOLDS)
        choose.questions.update({one.name: one for one in questions})
    names: dict[str, int] = {}
    for one in first.classes if first is not None else ():
        if not one.abstract:
            names.setdefault(choose.label(first, one.id), len(names))  # type: ignore[arg-type]
    count, unsplit = 0, 0
    with new_folder(path, options) as folder, ExitStack() as stack:
        lists: dict[str, IO[str]] = {}
        base = "obj_{}_data" if darknet else "images"
        for sample in samples:
            split = sample.split or "train"
            unsplit += sample.split is None
            key = re.sub(r"\W", "_", split) or "train"
            if safe_name(sample.name) is None:
                choose.lost["samples whose names no file can have"] += 1
                continue
            place = f"{base.format(key)}/{sample.name}"
            chosen = choose.one(sample)
            if not _labels(folder, place, sample, chosen, choose, names, options):
                continue
            if key not in lists:
                lists[key] = stack.enter_context(folder.opened(f"{key}.txt"))
            lists[key].write(f"{'data/' if darknet else './'}{place}\n")
            count += 1
        stack.close()
        _table(folder, list(names), list(lists), first, darknet)
        files = folder.files(path)
    notes = (f"{unsplit} samples of no split are in train",) if unsplit else ()
    return choose.written(count, files, *notes)


def _labels(
    folder: Folder, place: str, sample: Annotated, chosen: Any, choose: Chooser, names: dict[str, int], options: Options
) -> bool:
    """Write the label file of a sample, where it has a vote; return whether the sample can be listed."""
    if chosen is None:
        return True
    if chosen[1].value and not (sample.width and sample.height):
        choose.lost["answers on samples without width and height"] += 1
        return True
    text = "".join(_line(sample, chosen[0], region, choose, names, options) + "\n" for region in chosen[1].value)
    head, _, tail = f"/{place}".rpartition("/images/")
    target = f"{head}/labels/{tail}".lstrip("/") if tail != f"/{place}" and place.startswith("images/") else place
    if not folder.write(re.sub(r"\.[^./]+$", "", target) + ".txt", text):
        choose.lost["samples whose label file another sample has"] += 1
        return False
    return True


def _line(
    sample: Annotated,
    question: Question,
    region: dict[str, Any],
    choose: Chooser,
    names: dict[str, int],
    options: Options,
) -> str:
    width, height = sample.width or 1, sample.height or 1
    at = names.setdefault(choose.label(question, region["label"]), len(names))
    choose.region(region, ("rotation",) if options.rotated else ())
    if question.kind == "keypoints":
        numbers = _pose(question, region["points"], choose, width, height)
    elif question.kind == "polygons":
        numbers = [one / side for point in region["points"] for one, side in zip(point, (width, height), strict=True)]
    elif options.rotated:
        numbers = [one / side for point in _corners(region) for one, side in zip(point, (width, height), strict=True)]
    else:
        numbers = _shares(_corners(region), width, height)
    return " ".join([str(at), *(f"{one:.12g}" for one in numbers)])


def _shares(points: Sequence[tuple[float, float]], width: int, height: int) -> list[float]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
    return [(left + right) / 2 / width, (top + bottom) / 2 / height, (right - left) / width, (bottom - top) / height]


def _corners(box: dict[str, Any]) -> list[tuple[float, float]]:
    x, y, w, h = box["x"], box["y"], box["width"], box["height"]
    turn = math.radians(box.get("rotation", 0.0))
    cos, sin = math.cos(turn), math.sin(turn)
    cx, cy = x + w / 2, y + h / 2
    sides = ((-w / 2, -h / 2), (w / 2, -h / 2), (w / 2, h / 2), (-w / 2, h / 2))
    return [(cx + dx * cos - dy * sin, cy + dx * sin + dy * cos) for dx, dy in sides]


def _pose(
    question: Question, points: Sequence[dict[str, Any]], choose: Chooser, width: int, height: int
) -> list[float]:
    by_name = {one["name"]: one for one in points}
    choose.lost["points the question does not name"] += len(by_name.keys() - set(question.points))
    seen = [(one["x"], one["y"]) for one in points if one["visible"]]
    numbers = _shares(seen or [(0.0, 0.0)], width, height)
    for name in question.points:
        one = by_name.get(name, {"x": 0.0, "y": 0.0, "visible": 0})
        numbers += [one["x"] / width, one["y"] / height, one["visible"]]
    return numbers


def _table(folder: Folder, names: list[str], splits: list[str], question: Question | None, darknet: bool) -> None:
    if darknet:
        folder.write("obj.names", "".join(f"{one}\n" for one in names))
        lists = "".join(f"{'valid' if one == 'val' else one} = data/{one}.txt\n" for one in splits)
        folder.write("obj.data", f"classes = {len(names)}\n{lists}names = data/obj.names\nbackup = backup/\n")
        return
    lines = ["path: ."]
    lines += [f"{one}: {one}.txt" for one in splits]
    lines += [f"{one}:" for one in ("train", "val") if one not in splits]
    if question is not None and question.kind == "keypoints":
        lines.append(f"kpt_shape: [{len(question.points)}, 3]")
        lines += ["kpt_names:", *(f"  - {dumps(one)}" for one in question.points)]
    lines += ["names:", *(f"  {at}: {dumps(one)}" for at, one in enumerate(names))]
    folder.write("data.yaml", "\n".join(lines) + "\n")
