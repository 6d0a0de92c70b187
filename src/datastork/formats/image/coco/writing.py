"""Votes to COCO files."""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from datastork.consensus.structured import outlines, runs
from datastork.core.questions import Question
from datastork.formats.choosing import Chooser
from datastork.formats.format import Options, Written
from datastork.formats.image.coco.reading import KINDS
from datastork.formats.record import Annotated
from datastork.formats.stream import dumps
from datastork.formats.target import new_file

_RESERVED = frozenset({"id", "file_name", "width", "height", "split", "unanswered"})


def write(path: Path, samples: Iterable[Annotated], questions: Sequence[Question], options: Options) -> Written:
    """Write one question's answers, or captions. Annotations wait in a file of their own until all images are out."""
    choose = Chooser("coco", (*KINDS, "text"), questions, options, ("width", "height", "split", "data"))
    maker = _Maker(choose)
    count = sizeless = 0
    with TemporaryFile("w+", encoding="utf-8", errors="backslashreplace") as waiting, new_file(path, options) as file:
        file.write('{"info":{"description":"annotations in COCO format"},"licenses":[],\n"images":[')
        for sample in samples:
            chosen = choose.one(sample)
            file.write((",\n" if count else "\n") + dumps(maker.image(sample, count + 1, chosen is not None)))
            count += 1
            sizeless += sample.width is None or sample.height is None
            if chosen is not None:
                maker.annotations(waiting, sample, count, *chosen)
        file.write('\n],\n"annotations":[')
        waiting.seek(0)
        shutil.copyfileobj(waiting, file, 1 << 20)
        file.write('\n],\n"categories":[' + ",".join("\n" + dumps(one) for one in maker.categories.values()) + "\n]}\n")
    notes = (f"{sizeless} images without their size",) if sizeless else ()
    return choose.written(count, (path,), *notes)


class _Maker:
    def __init__(self, choose: Chooser) -> None:
        self.choose = choose
        self.categories: dict[str, dict[str, Any]] = {}
        self.marks = 0
        for question in choose.fit.values():
            for one in question.classes:
                if not one.abstract:
                    self.category(question, one.id)

    def category(self, question: Question, label: str) -> int:
        """Return the number of a class; numbers follow the order of the classes, then of appearance."""
        name = self.choose.label(question, label)
        if name not in self.categories:
            known: dict[str, Any] = {"id": len(self.categories) + 1, "name": name, "supercategory": ""}
            parents = next((one.parents for one in question.classes if one.id == label), ())
            if parents:
                known["supercategory"] = self.choose.label(question, parents[0])
            if question.kind == "keypoints":
                places = {point: at + 1 for at, point in enumerate(question.points)}
                known["keypoints"] = list(question.points)
                known["skeleton"] = [[places[a], places[b]] for a, b in question.links]
            self.categories[name] = known
        return int(self.categories[name]["id"])

    def image(self, sample: Annotated, number: int, answered: bool) -> dict[str, Any]:
        image: dict[str, Any] = {"id": number, "file_name": sample.name}
        for field in ("width", "height", "split"):
            if getattr(sample, field) is not None:
                image[field] = getattr(sample, field)
        image |= {key: value for key, value in sample.data.items() if key not in _RESERVED}
        if not answered:
            image["unanswered"] = list(self.choose.fit)
        return image

    def annotations(self, file: IO[str], sample: Annotated, image: int, question: Question, vote: Any) -> None:
        for mark in self.of_vote(sample, question, vote.value):
            self.marks += 1
            file.write((",\n" if self.marks > 1 else "\n") + dumps({"id": self.marks, "image_id": image, **mark}))

    def of_vote(self, sample: Annotated, question: Question, value: Any) -> list[dict[str, Any]]:
        if question.kind == "text":
            return [{"caption": value}]
        groups: dict[str, list[dict[str, Any]]] = {}
        for at, region in enumerate(value):
            together = (region.get("attributes") or {}).get("object") if question.kind == "polygons" else None
            groups.setdefault(f"o{together}" if together is not None else f"r{at}", []).append(region)
        return [self.of_region(sample, question, group) for group in groups.values()]

    def of_region(self, sample: Annotated, question: Question, parts: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the annotation of one object; polygons may have several parts."""
        region = parts[0]
        mark: dict[str, Any] = {"category_id": self.category(question, region["label"])}
        attributes = dict(region.get("attributes") or {})
        if question.kind == "boxes":
            mark["bbox"] = [region[side] for side in ("x", "y", "width", "height")]
            mark["area"] = region["width"] * region["height"]
            if region.get("rotation"):
                attributes["rotation"] = region["rotation"]
        elif question.kind == "polygons":
            attributes.pop("object", None)
            mark |= _of_polygons([part["points"] for part in parts], sample)
        elif question.kind == "masks":
            mark["bbox"] = list(runs.box(region))
            mark["area"] = runs.area(region)
            mark["segmentation"] = {"size": region["size"], "counts": runs.to_string(region["counts"])}
        else:
            mark |= self.of_points(question, region["points"])
        mark["iscrowd"] = int(bool(region.get("iscrowd")))
        if attributes:
            mark["attributes"] = attributes
        if region.get("id") and len(parts) == 1:
            mark["region"] = region["id"]
        return mark

    def of_points(self, question: Question, points: list[dict[str, Any]]) -> dict[str, Any]:
        names = question.points or tuple(point["name"] for point in points)
        by_name = {point["name"]: point for point in points}
        unknown = len(by_name.keys() - set(names))
        if unknown:
            self.choose.lost["points the question does not name"] += unknown
        flat: list[float] = []
        for name in names:
            point = by_name.get(name, {"x": 0, "y": 0, "visible": 0})
            flat += [point["x"], point["y"], point["visible"]]
        seen = [point for point in points if point["visible"]]
        xs, ys = [point["x"] for point in seen] or [0], [point["y"] for point in seen] or [0]
        box = [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]
        return {"keypoints": flat, "num_keypoints": len(seen), "bbox": box, "area": box[2] * box[3]}


def _of_polygons(rings: list[list[list[float]]], sample: Annotated) -> dict[str, Any]:
    xs = [x for ring in rings for x, _ in ring]
    ys = [y for ring in rings for _, y in ring]
    box = [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]
    if sample.width and sample.height:
        area: float = runs.area(runs.merge(outlines.from_polygon(ring, sample.height, sample.width) for ring in rings))
    else:
        area = sum(map(_area, rings))
    return {"segmentation": [[one for point in ring for one in point] for ring in rings], "bbox": box, "area": area}


def _area(ring: list[list[float]]) -> float:
    turns = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in turns)) / 2
