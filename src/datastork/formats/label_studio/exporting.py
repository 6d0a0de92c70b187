"""Answers to results of Label Studio."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from datastork.consensus.structured import runs
from datastork.core.errors import DataError
from datastork.core.questions import OTHER, Question
from datastork.formats.choosing import Chooser
from datastork.formats.label_studio import brush
from datastork.formats.label_studio.config import path_to
from datastork.formats.label_studio.shapes import Offsets, box_to_percent, points_to_percent, sequence_of
from datastork.formats.record import Annotated

_PIXELS = frozenset({"boxes", "polygons", "masks", "keypoints", "tracks"})
_FIELDS = ("low", "high", "text", "iscrowd")
_TYPES = {
    "spans": "labels",
    "boxes": "rectanglelabels",
    "polygons": "polygonlabels",
    "masks": "brushlabels",
    "events": "labels",
    "frames": "timelinelabels",
}


@dataclass(slots=True)
class Exporter:
    """Makes results; gathers the attributes it met, for the configuration."""

    choose: Chooser
    media: str
    attributes: dict[tuple[str, str], str] = field(default_factory=dict)

    def results(self, sample: Annotated, question: Question, value: Any) -> list[dict[str, Any]]:
        """Return the results of one answer. Raises DataError where they cannot be, such as without a size in pixels."""
        if question.kind in _PIXELS and value and (not sample.width or not sample.height):
            raise DataError("answers in pixels on samples without width and height")
        if question.kind == "keypoints":
            return [one for at, region in enumerate(value) for one in self.points(sample, question, at, region)]
        if question.kind in _TYPES or question.kind == "tracks":
            offsets = Offsets(sample.text or "") if question.kind == "spans" else None
            return [
                one for at, region in enumerate(value) for one in self.region(sample, question, at, region, offsets)
            ]
        return self.plain(question, value)

    def plain(self, question: Question, value: Any) -> list[dict[str, Any]]:
        """Return the results of an answer that has no regions."""
        kind = question.kind
        if kind == "open" and value.startswith(OTHER):
            other = {"text": [value.removeprefix(OTHER)]}
            return [
                self.result(question, 0, "choices", {"choices": ["other"]}),
                self.result(question, 0, "textarea", other, suffix="_other"),
            ]
        if kind in ("choice", "tags", "open"):
            words = value if isinstance(value, list) else [value]
            return [self.result(question, 0, "choices", {"choices": [self.choose.label(question, w) for w in words]})]
        if kind == "taxonomy":
            nodes = value if isinstance(value, list) else [value]
            paths = [[self.choose.label(question, one) for one in path_to(question, node)] for node in nodes]
            return [self.result(question, 0, "taxonomy", {"taxonomy": paths})]
        if kind == "rating":
            name = "rating" if question.low == 1 else "number"
            return [self.result(question, 0, name, {name: value})]
        if kind == "preference":
            one = self.result(question, 0, "pairwise", {"selected": value["answer"]})
            return [{**one, "to_name": "left"}]
        return [self.result(question, 0, "textarea", {"text": [value]})]

    def result(
        self, question: Question, at: Any, type_: str, value: Mapping[str, Any], suffix: str = "", **more: Any
    ) -> dict[str, Any]:
        """Return one result; without an id of its own, a region is called by its question and number."""
        identity = at if isinstance(at, str) else f"{question.name}.{at}"
        name = question.name + suffix
        return {
            "id": identity, "type": type_, "from_name": name, "to_name": self.media, "origin": "manual",
            "value": value, **more,
        }  # fmt: skip

    def region(
        self, sample: Annotated, question: Question, at: int, region: Mapping[str, Any], offsets: Offsets | None
    ) -> Iterable[dict[str, Any]]:
        """Yield the result of a region, then one for each attribute, which share its id."""
        label = [self.choose.label(question, region["label"])]
        identity: Any = region.get("id") or at
        if question.kind == "tracks":
            identity = region.get("id") or f"{question.name}.{region['track']}"
            yield self.result(question, identity, "videorectangle", {**self._track(sample, region), "labels": label})
        else:
            type_ = _TYPES[question.kind]
            value = {**self._shape(sample, question, region, offsets), type_: label}
            yield self.result(question, identity, type_, value, **self._size(sample, question))
        yield from self._further(question, identity, region)

    def _size(self, sample: Annotated, question: Question) -> dict[str, Any]:
        if question.kind in _PIXELS:
            return {"original_width": sample.width, "original_height": sample.height, "image_rotation": 0}
        if question.kind == "events" and sample.seconds is not None:
            return {"original_length": sample.seconds}
        return {}

    def _shape(
        self, sample: Annotated, question: Question, region: Mapping[str, Any], offsets: Offsets | None
    ) -> dict[str, Any]:
        width, height = sample.width or 1, sample.height or 1
        if offsets is not None:
            start, end = region["start"], region["end"]
            text = {"text": sample.text[start:end]} if sample.text is not None else {}
            return {"start": offsets.to_units(start), "end": offsets.to_units(end), **text}
        if question.kind == "boxes":
            return box_to_percent(region, width, height)
        if question.kind == "polygons":
            return {"points": points_to_percent(region["points"], width, height), "closed": True}
        if question.kind == "masks":
            return {"format": "rle", "rle": brush.encode(runs.decode(region))}
        if question.kind == "events":
            return {"start": region["onset"], "end": region["offset"], "channel": 0}
        if "onset" in region and not _timed(region, sample.fps):
            self.choose.lost["times of frames that are not their number by the rate"] += 1
        return {"ranges": [{"start": region["start"] + 1, "end": region["end"]}]}

    def _track(self, sample: Annotated, region: Mapping[str, Any]) -> dict[str, Any]:
        frames = region["keyframes"]
        if any(one.get("occluded") for one in frames):
            self.choose.lost["occlusion in tracks"] += 1
        count = sample.frames or frames[-1]["frame"] + 1
        seconds = sample.seconds if sample.seconds is not None else (count / sample.fps if sample.fps else 0.0)
        sequence = sequence_of(frames, sample.width or 1, sample.height or 1, sample.fps)
        return {"framesCount": count, "duration": seconds, "sequence": sequence}

    def points(
        self, sample: Annotated, question: Question, at: int, region: Mapping[str, Any]
    ) -> Iterable[dict[str, Any]]:
        """Yield a box around an object with its class, then its points, which name it as their parent."""
        width, height = sample.width or 1, sample.height or 1
        size: dict[str, Any] = {"original_width": width, "original_height": height, "image_rotation": 0}
        seen = [one for one in region["points"] if one["visible"]]
        xs, ys = [one["x"] for one in seen] or [0.0], [one["y"] for one in seen] or [0.0]
        around = {"x": min(xs), "y": min(ys), "width": max(xs) - min(xs), "height": max(ys) - min(ys)}
        identity = region.get("id") or f"{question.name}.{at}"
        value = {
            **box_to_percent(around, width, height),
            "rectanglelabels": [self.choose.label(question, region["label"])],
        }
        yield self.result(question, identity, "rectanglelabels", value, "_object", **size)
        yield from self._further(question, identity, region)
        for place, point in enumerate(seen):
            [[x, y]] = points_to_percent([[point["x"], point["y"]]], width, height)
            spot = {"x": x, "y": y, "width": 0.5, "keypointlabels": [point["name"]]}
            spot |= {"hidden": True} if point["visible"] == 1 else {}
            yield self.result(question, f"{identity}.{place}", "keypointlabels", spot, parentID=identity, **size)

    def _further(self, question: Question, at: Any, region: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
        attributes = dict(region.get("attributes") or {})
        attributes |= {
            name: region[name] for name in ("low", "high", "text", "iscrowd") if region.get(name) is not None
        }
        for name, value in sorted(attributes.items()):
            if isinstance(value, bool):
                kind, type_ = "bool", "choices"
                said: dict[str, Any] = {"choices": ["true" if value else "false"]}
            elif isinstance(value, int | float):
                kind, type_, said = "number", "number", {"number": value}
            else:
                kind, type_, said = "text", "textarea", {"text": [value]}
            if self.attributes.setdefault((question.name, name), kind) != kind:
                self.choose.lost[f"attributes '{name}' of another kind than before"] += 1
                continue
            yield self.result(question, at, type_, said, f"_{name}")


def _timed(region: Mapping[str, Any], fps: float | None) -> bool:
    """Whether the times of a range of frames are what its numbers say."""
    if not fps:
        return False
    pairs = ((region["onset"], region["start"]), (region["offset"], region["end"]))
    return all(abs(time - frame / fps) < 1e-6 for time, frame in pairs)
