"""The labelling configuration of Label Studio that asks our questions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from datastork.core.questions import LabelClass, Question
from datastork.formats.xmls import escape

Media = Literal["image", "text", "audio", "video"]
OF_KIND: dict[str, Media] = {
    **dict.fromkeys(("boxes", "polygons", "masks", "keypoints"), "image"),
    **dict.fromkeys(("frames", "tracks"), "video"),
    "events": "audio",
    "spans": "text",
}
_OBJECTS = {"image": "Image", "text": "Text", "audio": "Audio", "video": "Video"}
_LABELS = {
    "spans": "Labels",
    "boxes": "RectangleLabels",
    "polygons": "PolygonLabels",
    "masks": "BrushLabels",
    "events": "Labels",
    "frames": "TimelineLabels",
}


def media_of(questions: Iterable[Question]) -> Media | None:
    """Return what the questions are asked about, where their kinds say it."""
    return next((OF_KIND[one.kind] for one in questions if one.kind in OF_KIND), None)


def label_config(
    questions: Sequence[Question],
    *,
    media: Media | None = None,
    attributes: Mapping[tuple[str, str], str] | None = None,
    names: bool = False,
) -> str:
    """Return the configuration (XML) with which Label Studio opens what `write` exports.

    `media` is what is labelled where the kinds of question do not say it (text where left out); `attributes` the
    kind ("text", "number" or "bool") of attributes of regions by (question, attribute); `names` shows the names of
    classes in place of their ids. Source: https://labelstud.io/tags/
    """
    shown = media_of(questions) or media or "text"
    lines = ["<View>"]
    if any(one.kind == "preference" for one in questions):
        tag = _OBJECTS[shown]
        lines += [f'  <{tag} name="{side}" value="${side}"/>' for side in ("left", "right")]
    if not all(one.kind == "preference" for one in questions):
        lines.append(f'  <{_OBJECTS[shown]} name="{shown}" value="${shown}"/>')
    for question in questions:
        if question.ask:
            lines.append(f'  <Header value="{escape(question.ask)}"/>')
        lines += [f"  {line}" for line in _control(question, shown, names)]
        for (asked, attribute), kind in sorted((attributes or {}).items()):
            if asked == question.name:
                lines += [f"  {line}" for line in _attribute(question, attribute, kind, shown)]
    return "\n".join([*lines, "</View>", ""])


def _control(question: Question, media: str, names: bool) -> list[str]:
    name = f'name="{escape(question.name)}" toName="{media}"'
    required = ' required="true"' if question.required else ""
    classes = [(escape(one.name if names else one.id), one) for one in question.classes if not one.abstract]
    kind = question.kind
    if kind in _LABELS:
        return _labels(_LABELS[kind], name, classes)
    if kind == "keypoints":
        object_name = f'name="{escape(question.name)}_object" toName="{media}"'
        points = [f'  <Label value="{escape(point)}"/>' for point in question.points]
        objects = _labels("RectangleLabels", object_name, classes)
        return [*objects, f"<KeyPointLabels {name}>", *points, "</KeyPointLabels>"]
    if kind == "tracks":
        labels = f'name="{escape(question.name)}_label" toName="{media}"'
        return [*_labels("Labels", labels, classes), f"<VideoRectangle {name}/>"]
    if kind in ("choice", "tags", "open"):
        how = "multiple" if kind == "tags" else "single"
        values = [value for value, _ in classes]
        if kind == "open":
            values += ["none of these", "other"]
        choices = [f'  <Choice value="{value}"/>' for value in values]
        lines = [f'<Choices {name} choice="{how}"{required}>', *choices, "</Choices>"]
        if kind == "open":
            lines.append(f'<TextArea name="{escape(question.name)}_other" toName="{media}"/>')
        return lines
    if kind == "taxonomy":
        return [f"<Taxonomy {name}{required}>", *_tree(question, names), "</Taxonomy>"]
    if kind == "rating":
        if question.low == 1:
            return [f'<Rating {name} maxRating="{question.high}"{required}/>']
        return [f'<Number {name} min="{question.low}" max="{question.high}"{required}/>']
    if kind == "preference":
        return [f'<Pairwise name="{escape(question.name)}" toName="left,right"{required}/>']
    return [f"<TextArea {name}{required}/>"]


def _labels(tag: str, name: str, classes: Sequence[tuple[str, LabelClass]]) -> list[str]:
    lines = [f"<{tag} {name}>"]
    for value, one in classes:
        colour = f' background="{escape(one.colour)}"' if one.colour else ""
        key = f' hotkey="{escape(one.key)}"' if one.key else ""
        lines.append(f'  <Label value="{value}"{colour}{key}/>')
    return [*lines, f"</{tag}>"]


def path_to(question: Question, label: str) -> list[str]:
    """Return the ids from the root of the tree to a class, by the first parent of each."""
    parents = {one.id: one.parents for one in question.classes}
    path = [label]
    while parents.get(path[0]) and parents[path[0]][0] not in path:
        path.insert(0, parents[path[0]][0])
    return path


def _tree(question: Question, names: bool) -> list[str]:
    below: dict[str, list[LabelClass]] = {}
    for one in question.classes:
        path = path_to(question, one.id)
        below.setdefault(path[-2] if len(path) > 1 else "", []).append(one)
    lines: list[str] = []

    def add(one: LabelClass, depth: int) -> None:
        indent, value = "  " * depth, escape(one.name if names else one.id)
        children = below.get(one.id, [])
        lines.append(f'{indent}<Choice value="{value}"{"" if children else "/"}>')
        for child in children:
            add(child, depth + 1)
        if children:
            lines.append(f"{indent}</Choice>")

    for one in below.get("", []):
        add(one, 1)
    return lines


def _attribute(question: Question, attribute: str, kind: str, media: str) -> list[str]:
    name = f'name="{escape(question.name)}_{escape(attribute)}" toName="{media}" perRegion="true"'
    if kind == "number":
        return [f"<Number {name}/>"]
    if kind == "bool":
        return [f"<Choices {name}>", '  <Choice value="true"/>', '  <Choice value="false"/>', "</Choices>"]
    return [f"<TextArea {name}/>"]
