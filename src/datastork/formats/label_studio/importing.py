"""Results of Label Studio to answers."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from datastork.consensus.structured import runs
from datastork.core.errors import DataError
from datastork.core.questions import KINDS, NONE, OTHER, Question
from datastork.formats.casting import Caster, number, sound_regions, whole
from datastork.formats.format import Refused
from datastork.formats.label_studio import brush
from datastork.formats.label_studio.shapes import Offsets, box_to_pixels, keyframes_of, points_to_pixels

SHAPES = {
    "rectanglelabels": "boxes", "rectangle": "boxes", "polygonlabels": "polygons", "polygon": "polygons",
    "brushlabels": "masks", "brush": "masks", "keypointlabels": "keypoints", "keypoint": "keypoints",
    "timelinelabels": "frames", "videorectangle": "tracks",
}  # fmt: skip
PLAIN = frozenset({"choices", "taxonomy", "rating", "number", "textarea", "pairwise"})
_FIELDS = {"events": ("low", "high", "text", "iscrowd"), "spans": ("text", "iscrowd")}


@dataclass(slots=True)
class Facts:
    """What is known of the sample whose results are read."""

    name: str
    text: str | None = None
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    frames: int | None = None
    fps: float | None = None
    offsets: Offsets | None = None
    left: str = "left"
    right: str = "right"


@dataclass(slots=True)
class Importer:
    """Turns the results of one annotation or prediction into answers by question."""

    cast: Caster
    several: frozenset[str] = frozenset()  # controls known to be answered with several choices
    kinds: tuple[str, ...] = tuple(kind for kind in KINDS if kind != "cells")

    def answers(self, results: Any, facts: Facts) -> tuple[dict[str, tuple[Question, Any]], list[Refused], list[Any]]:
        """Return the answers by question, what is refused, and the relations."""
        if not isinstance(results, list):
            raise DataError(f"'result' is a list, not {results!r:.60}")
        refused: list[Refused] = []
        relations: list[Any] = []
        groups: dict[str, list[dict[str, Any]]] = {}
        for at, one in enumerate(results):
            if not isinstance(one, dict) or not isinstance(one.get("type"), str):
                refused.append(Refused(facts.name, f"result {at + 1}", "it has no type"))
            elif one["type"] == "relation":
                relations.append({key: value for key, value in one.items() if key != "type"})
            elif not isinstance(one.get("value"), dict):
                refused.append(Refused(facts.name, f"result {at + 1}", "it has no value"))
            else:
                groups.setdefault(str(one.get("id", f"#{at}")), []).append(one)
        answers: dict[str, tuple[Question, Any]] = {}
        regions: dict[str, tuple[Question, list[tuple[str, Any]]]] = {}
        poses = _poses(groups)
        for identity, group in groups.items():
            try:
                for question, region in self.regions(identity, group, facts, poses):
                    regions.setdefault(question.name, (question, []))[1].append((f"region {identity}", region))
                for question, value in self.plain(group, facts, answers):
                    answers[question.name] = (question, value)
            except DataError as error:
                refused.append(Refused(facts.name, f"region {identity}", error.message))
        for name, (question, found) in regions.items():
            good, bad = sound_regions(question.kind, found, facts.name, question.points)
            refused += bad
            if good or not bad:
                answers[name] = (question, good)
        return answers, refused, relations

    def plain(
        self, group: list[dict[str, Any]], facts: Facts, answers: Mapping[str, tuple[Question, Any]]
    ) -> Iterator[tuple[Question, Any]]:
        """Yield the answers of results that are no regions and belong to none."""
        if any(_geometric(one) for one in group):
            return
        for one in group:
            control, value = str(one.get("from_name", "")), one["value"]
            if one["type"] not in PLAIN:
                raise DataError(f"results of type '{one['type']}' have no counterpart here")
            if one["type"] == "textarea" and control.endswith("_other") and control[:-6] in answers:
                question, _ = answers[control[:-6]]
                if question.kind == "open":
                    yield question, OTHER + "\n".join(_words(value, "text"))
                    continue
            found = self._plain(one["type"], control, value, facts)
            if found is not None:
                yield found

    def _plain(self, type_: str, control: str, value: Mapping[str, Any], facts: Facts) -> tuple[Question, Any] | None:
        ask = self.cast.question
        if type_ == "choices":
            words = _words(value, "choices")
            kinds = ["choice", "open", "taxonomy", "tags"] if len(words) == 1 else ["tags"]
            if not self.cast.told and control in self.several:
                kinds = ["tags"]
            question = ask(*kinds, name=control)
            if question is None:
                return None
            labels = [self.cast.label(question, word) for word in words]
            if question.kind == "tags":
                return question, labels
            known = question.class_ids
            word = labels[0]
            if question.kind == "open" and known and word not in known and word != NONE:
                word = OTHER + word
            return question, word
        if type_ == "taxonomy":
            paths = value.get("taxonomy")
            if not isinstance(paths, list) or not all(isinstance(one, list) and one for one in paths):
                raise DataError(f"a taxonomy is a list of paths, not {paths!r:.60}")
            question = ask("taxonomy", "tags", "choice", name=control)
            if question is None:
                return None
            nodes = [self.cast.label(question, str(path[-1])) for path in paths]
            if "" in nodes:
                raise DataError("a class without a name")
            if question.kind == "tags" or question.multiple or len(nodes) > 1:
                return question, nodes
            return (question, nodes[0]) if nodes else None
        if type_ in ("rating", "number"):
            question = ask("rating", name=control)
            return None if question is None else (question, whole(value.get(type_), f"a {type_}"))
        if type_ == "textarea":
            question = ask("text", "transcript", name=control)
            return None if question is None else (question, "\n".join(_words(value, "text")))
        question = ask("preference", name=control)
        chosen = value.get("selected")
        return None if question is None else (question, {"left": facts.left, "right": facts.right, "answer": chosen})

    def regions(
        self, identity: str, group: list[dict[str, Any]], facts: Facts, poses: Mapping[str, list[dict[str, Any]]]
    ) -> Iterator[tuple[Question, Any]]:
        """Yield the region that results of one id make up, once for each of its labels."""
        shape = next((one for one in group if _geometric(one)), None)
        if shape is None:
            return
        control = str(shape.get("from_name", ""))
        kind = SHAPES.get(shape["type"]) or _kind_of_labels(shape, facts)
        if identity in poses:
            kind, control = "keypoints", control.removesuffix("_object")
        elif kind == "keypoints" and shape.get("parentID"):
            return  # it comes with its object
        question = self.cast.question(kind, name=control)
        if question is None:
            return
        labels = next((found for one in group if (found := _labels(one))), [])
        region = self.shape(question, shape, facts)
        if identity in poses:
            region = {"points": _pose(question, poses[identity], facts)}
        elif kind == "keypoints":
            x, y, visible = _point(shape, facts)
            region = {"points": [{"name": labels[0] if labels else "point", "x": x, "y": y, "visible": visible}]}
        if not identity.startswith((f"{question.name}.", "#")):
            region["id"] = identity
        elif kind == "tracks" and re.fullmatch(r"[0-9]{1,12}", identity.rpartition(".")[2]):
            region["track"] = int(identity.rpartition(".")[2])
        attributes = self.attributes(question, group, shape)
        for name in _FIELDS.get(kind, ("iscrowd",)):
            if name in attributes:
                region[name] = attributes.pop(name)
        if attributes:
            region["attributes"] = attributes
        for place, label in enumerate(labels or [None]):
            one = {**region, **({} if label is None else {"label": self.cast.label(question, label)})}
            if place:
                one.pop("id", None)
            yield question, one

    def attributes(self, question: Question, group: list[dict[str, Any]], shape: dict[str, Any]) -> dict[str, Any]:
        """Return what further results of a region say, by the names of their controls."""
        found: dict[str, Any] = {}
        for one in group:
            if one is shape or one["type"] not in PLAIN:
                continue
            name = str(one.get("from_name", "")).removeprefix(f"{question.name}_")
            value = one["value"]
            if one["type"] in ("number", "rating"):
                found[name] = value.get(one["type"])
            else:
                key = "text" if one["type"] == "textarea" else one["type"]
                given = value.get(key)
                words = [str(word) for word in given] if isinstance(given, list) else [str(given)]
                text = ("\n" if key == "text" else ", ").join(words)
                found[name] = text == "true" if key == "choices" and text in ("true", "false") else text
        return found

    def shape(self, question: Question, one: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
        """Return the place of a region, in our coordinates."""
        value, kind = one["value"], question.kind
        if kind == "spans":
            start, end = (whole(value.get(side), "an offset") for side in ("start", "end"))
            if facts.offsets is None:
                facts.offsets = Offsets(facts.text or "")
            return {"start": facts.offsets.to_points(start), "end": facts.offsets.to_points(end)}
        if kind == "events":
            return {"onset": number(value.get("start"), "seconds"), "offset": number(value.get("end"), "seconds")}
        if kind == "frames":
            return _range(value, facts)
        if kind == "keypoints":
            return {}
        width, height = _size(one, facts)
        if kind == "boxes":
            return box_to_pixels(value, width, height)
        if kind == "polygons":
            return {"points": points_to_pixels(value.get("points"), width, height)}
        if kind == "masks":
            if value.get("format") != "rle":
                raise DataError(f"a brush in format {value.get('format')!r:.40}; 'rle' is understood")
            return dict(runs.encode(brush.decode(value.get("rle"), height, width)))
        return {"track": 0, "keyframes": keyframes_of(value.get("sequence"), width, height, facts.fps)}


def _geometric(one: Mapping[str, Any]) -> bool:
    return one["type"] in SHAPES or (one["type"] == "labels" and "start" in one["value"])


def _kind_of_labels(one: Mapping[str, Any], facts: Facts) -> str:
    value = one["value"]
    sound = "original_length" in one or "channel" in value or isinstance(value.get("start"), float)
    return "events" if sound and facts.text is None else "spans"


def _labels(one: Mapping[str, Any]) -> list[str]:
    found = one["value"].get(one["type"] if one["type"] != "videorectangle" else "labels")
    return [str(label) for label in found] if isinstance(found, list) and one["type"] not in PLAIN else []


def _words(value: Mapping[str, Any], key: str) -> list[str]:
    words = value.get(key)
    words = [words] if isinstance(words, str) else words
    if not isinstance(words, list) or not all(isinstance(one, str) for one in words):
        raise DataError(f"'{key}' is a list of texts, not {words!r:.60}")
    return words


def _size(one: Mapping[str, Any], facts: Facts) -> tuple[int, int]:
    sides = []
    for side, known in (("original_width", facts.width), ("original_height", facts.height)):
        value = one.get(side) or known
        if value is None:
            raise DataError("its place is in per cent, and nothing says the width and height in pixels")
        sides.append(whole(value, f"{side} in pixels"))
    if min(sides) < 1:
        raise DataError(f"a width and height of {sides[0]} × {sides[1]} pixels cannot be")
    facts.width, facts.height = facts.width or sides[0], facts.height or sides[1]
    return sides[0], sides[1]


def _range(value: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    ranges = value.get("ranges")
    if not isinstance(ranges, list) or len(ranges) != 1 or not isinstance(ranges[0], dict):
        raise DataError(f"expected one range of frames, got {ranges!r:.60}")
    start, end = whole(ranges[0].get("start"), "a frame number") - 1, whole(ranges[0].get("end"), "a frame number")
    times = {"onset": start / facts.fps, "offset": end / facts.fps} if facts.fps else {}
    return {"start": start, "end": end, **times}


def _poses(groups: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Return the points of each object that has some, by the id of the object."""
    poses: dict[str, list[dict[str, Any]]] = {}
    for group in groups.values():
        for one in group:
            parent = one.get("parentID")
            if one["type"] == "keypointlabels" and isinstance(parent, str) and parent in groups:
                poses.setdefault(parent, []).append(one)
    return poses


def _point(one: Mapping[str, Any], facts: Facts) -> tuple[float, float, int]:
    width, height = _size(one, facts)
    value = one["value"]
    [[x, y]] = points_to_pixels([[value.get("x"), value.get("y")]], width, height)
    return x, y, 1 if value.get("hidden") is True else 2


def _pose(question: Question, points: Iterable[dict[str, Any]], facts: Facts) -> list[dict[str, Any]]:
    found = {}
    for one in points:
        x, y, visible = _point(one, facts)
        name = (_labels(one) or ["point"])[0]
        found[name] = {"name": name, "x": x, "y": y, "visible": visible}
    for name in question.points:
        found.setdefault(name, {"name": name, "x": 0.0, "y": 0.0, "visible": 0})
    order = {name: at for at, name in enumerate(question.points)}
    return sorted(found.values(), key=lambda one: order.get(one["name"], len(order)))
