"""Questions as pages get them."""

from typing import Any

from datastork.core.hashing import key_of
from datastork.core.questions import LabelClass, Question

FEW = 200  # classes that travel with the plan; more are asked for once and kept by the browser


def question_json(question: Question) -> dict[str, Any]:
    """Return a question as JSON values; many classes as the address where they are (`classes_url`)."""
    told: dict[str, Any] = {
        "name": question.name,
        "kind": question.kind,
        "ask": question.ask,
        "multiple": question.multiple,
        "low": question.low,
        "high": question.high,
        "points": list(question.points),
        "links": [list(pair) for pair in question.links],
        "required": question.required,
        "when": {name: list(values) for name, values in question.when.items()},
        "version": question.version,
    }
    if len(question.classes) <= FEW:
        told["classes"] = classes_json(question)
    else:
        told["classes"] = []
        told["classes_url"] = f"/api/classes/{question.name}?v={classes_key(question)}"
    return told


def classes_json(question: Question) -> list[dict[str, Any]]:
    """Return the classes of a question with their guidelines; what is empty is left out but for parents."""
    return [_class_json(one) for one in question.classes]


def classes_key(question: Question) -> str:
    """Return what changes when a class changes."""
    return key_of(question.name, classes_json(question))


def _class_json(one: LabelClass) -> dict[str, Any]:
    told: dict[str, Any] = {"id": one.id, "name": one.name, "parents": list(one.parents)}
    for name in ("says", "key", "colour"):
        if value := getattr(one, name):
            told[name] = value
    for name in ("positive", "negative", "edge", "aliases"):
        if values := getattr(one, name):
            told[name] = list(values)
    if one.abstract:
        told["abstract"] = True
    return told
