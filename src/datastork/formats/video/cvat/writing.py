"""Votes to CVAT's XML."""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from datastork.consensus.structured import runs
from datastork.core.questions import Question
from datastork.formats.choosing import Chooser
from datastork.formats.format import Options, Written
from datastork.formats.record import Annotated
from datastork.formats.target import new_file
from datastork.formats.video.cvat.reading import IMAGE_KINDS
from datastork.formats.xmls import escape

_TYPES = {
    "boxes": "rectangle", "polygons": "polygon", "masks": "mask", "keypoints": "skeleton", "tags": "tag",
    "choice": "tag", "tracks": "rectangle",
}  # fmt: skip


def write(path: Path, samples: Iterable[Annotated], questions: Sequence[Question], options: Options) -> Written:
    """Write images with one question of each kind, or one video with its tracks.

    Labels and their attributes stand at the top and are known at the end, so the rest waits in a file until then.
    """
    kinds = (*IMAGE_KINDS, "choice", "tracks")
    asked = [one for one in questions if one.kind in kinds and options.question in (None, one.name)]
    video = bool(asked) and asked[0].kind == "tracks"
    fit: dict[str, Question] = {}
    for one in asked:
        if (one.kind == "tracks") == video:
            fit.setdefault(_TYPES[one.kind], one)
    choose = Chooser(
        "cvat", kinds, list(fit.values()), options, ("width", "height", *(("frames",) if video else ("split",)))
    )
    choose.questions.update({one.name: one for one in questions})
    labels = _Labels(choose)
    count, first = 0, None
    with TemporaryFile("w+", encoding="utf-8", errors="backslashreplace") as waiting, new_file(path, options) as file:
        for sample in samples:
            if video:
                if count:
                    choose.lost["videos after the first: one file holds one"] += 1
                    continue
                first = sample
                waiting.writelines(_tracks(sample, choose, labels))
            else:
                if not sample.width or not sample.height:
                    choose.lost["images without width and height"] += 1
                    continue
                waiting.writelines(_image(sample, count, choose, labels))
            count += 1
        file.write('<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n')
        file.writelines(_meta(first, count, labels, video))
        waiting.seek(0)
        shutil.copyfileobj(waiting, file, 1 << 20)
        file.write("</annotations>\n")
    return choose.written(count, (path,))


class _Labels:
    """The labels met, each with its kind of shape and the kinds of its attributes."""

    def __init__(self, choose: Chooser) -> None:
        self.choose = choose
        self.known: dict[str, tuple[Question, dict[str, str]]] = {}
        for question in choose.fit.values():
            for one in question.classes:
                if not one.abstract:
                    self.name(question, one.id)

    def name(self, question: Question, label: str) -> str:
        name = self.choose.label(question, label)
        self.known.setdefault(name, (question, {}))
        return name

    def attributes(self, label: str, region: Mapping[str, Any]) -> Iterator[str]:
        given = dict(region.get("attributes") or {})
        if region.get("id"):
            given["region"] = region["id"]
        for name, value in sorted(given.items()):
            if name == "group_id" or (name == "occluded" and isinstance(value, bool)):
                continue
            kind = "checkbox" if isinstance(value, bool) else "number" if isinstance(value, int | float) else "text"
            if self.known[label][1].setdefault(name, kind) != kind:
                self.choose.lost[f"attributes '{name}' of another kind than before"] += 1
                continue
            text = str(value).lower() if isinstance(value, bool) else str(value)
            yield f'      <attribute name="{escape(name)}">{escape(text)}</attribute>\n'


def _meta(sample: Annotated | None, count: int, labels: _Labels, video: bool) -> Iterator[str]:
    yield "  <meta>\n    <task>\n"
    size = count
    if sample is not None:
        ends = [frame["frame"] + 1 for vote in sample.votes for track in _regions(vote) for frame in track["keyframes"]]
        size = sample.frames or max(ends, default=0)
        yield f"      <name>{escape(sample.name)}</name>\n      <source>{escape(sample.name)}</source>\n"
    yield f"      <size>{size}</size>\n      <mode>{'interpolation' if video else 'annotation'}</mode>\n"
    if sample is not None and sample.width and sample.height:
        sides = f"<width>{sample.width}</width><height>{sample.height}</height>"
        yield f"      <original_size>{sides}</original_size>\n"
    yield "      <labels>\n"
    for name, (question, attributes) in labels.known.items():
        yield f"        <label><name>{escape(name)}</name><type>{_TYPES[question.kind]}</type>"
        rows = (
            f"<attribute><name>{escape(one)}</name><mutable>False</mutable><input_type>{kind}</input_type></attribute>"
            for one, kind in sorted(attributes.items())
        )
        yield f"<attributes>{''.join(rows)}</attributes></label>\n"
        for point in question.points if question.kind == "keypoints" else ():
            yield f"        <label><name>{escape(point)}</name><type>points</type>"
            yield f"<parent>{escape(name)}</parent></label>\n"
    yield "      </labels>\n    </task>\n  </meta>\n"


def _regions(vote: Any) -> list[dict[str, Any]]:
    return [one for one in vote.value if "keyframes" in one] if isinstance(vote.value, list) else []


def _image(sample: Annotated, at: int, choose: Chooser, labels: _Labels) -> Iterator[str]:
    chosen = choose.one_each(sample)
    known = {"id": at, "name": sample.name, "width": sample.width, "height": sample.height}
    if sample.split is not None:
        known["subset"] = sample.split
    missing = [name for name in choose.fit if name not in chosen]
    if missing:
        known["unanswered"] = "|".join(missing)
    yield f"  <image {_written(known)}>\n"
    for name, vote in chosen.items():
        question = choose.fit[name]
        if question.kind in ("tags", "choice"):
            for label in vote.value if isinstance(vote.value, list) else [vote.value]:
                yield f'    <tag label="{escape(labels.name(question, label))}" source="manual"/>\n'
            continue
        for region in vote.value:
            choose.region(region, ("id", "attributes", "rotation"))
            yield from _shape(region, question, labels)
    yield "  </image>\n"


def _shape(region: Mapping[str, Any], question: Question, labels: _Labels) -> Iterator[str]:
    label = labels.name(question, region["label"])
    attributes = region.get("attributes") or {}
    known: dict[str, Any] = {"label": label, "source": "manual", "occluded": int(attributes.get("occluded") is True)}
    if "group_id" in attributes:
        known["group_id"] = attributes["group_id"]
    inner = list(labels.attributes(label, region))
    tag = {"boxes": "box", "polygons": "polygon", "masks": "mask", "keypoints": "skeleton"}[question.kind]
    if question.kind == "boxes":
        known |= _corners(region)
        if region.get("rotation"):
            known["rotation"] = _short(region["rotation"])
    elif question.kind == "polygons":
        known["points"] = ";".join(f"{_short(x)},{_short(y)}" for x, y in region["points"])
    elif question.kind == "masks":
        known |= _mask(region)
    else:
        if known.pop("occluded"):
            kinds = labels.known[label][1]
            kinds["occluded"] = "checkbox"
            inner.append('      <attribute name="occluded">true</attribute>\n')
        for point in region["points"]:
            flags = f'outside="{int(point["visible"] == 0)}" occluded="{int(point["visible"] == 1)}"'
            place = f"{_short(point['x'])},{_short(point['y'])}"
            inner.append(f'      <points label="{escape(point["name"])}" {flags} points="{place}"/>\n')
    yield f'    <{tag} {_written(known)} z_order="0">\n'
    yield from inner
    yield f"    </{tag}>\n"


def _tracks(sample: Annotated, choose: Chooser, labels: _Labels) -> Iterator[str]:
    chosen = choose.one(sample)
    question, vote = chosen if chosen is not None else (None, None)
    for track in vote.value if question is not None and vote is not None else ():
        label = labels.name(question, track["label"])  # type: ignore[arg-type]
        choose.region(track, ("id", "attributes"))
        yield f'  <track id="{track["track"]}" label="{escape(label)}" source="manual">\n'
        for frame in track["keyframes"]:
            flags = {flag: int(bool(frame.get(flag))) for flag in ("outside", "occluded")}
            known = {"frame": frame["frame"], **flags, "keyframe": 1, **_corners(frame), "z_order": 0}
            yield f"    <box {_written(known)}>\n"
            yield from labels.attributes(label, track)
            yield "    </box>\n"
        yield "  </track>\n"


def _corners(box: Mapping[str, Any]) -> dict[str, str]:
    right, bottom = box["x"] + box["width"], box["y"] + box["height"]
    return {"xtl": _short(box["x"]), "ytl": _short(box["y"]), "xbr": _short(right), "ybr": _short(bottom)}


def _mask(region: Mapping[str, Any]) -> dict[str, Any]:
    import numpy as np

    left, top, width, height = runs.box(region)
    inside = runs.decode(region)[top : top + height, left : left + width].ravel()
    edges = np.flatnonzero(np.diff(inside, prepend=0))
    counts = np.diff(np.concatenate([[0], edges, [len(inside)]])).tolist()
    return {"rle": ", ".join(map(str, counts)), "left": left, "top": top, "width": width, "height": height}


def _written(known: Mapping[str, Any]) -> str:
    return " ".join(f'{name}="{escape(str(value))}"' for name, value in known.items())


def _short(value: float) -> str:
    return f"{round(value, 6):.6f}".rstrip("0").rstrip(".")
