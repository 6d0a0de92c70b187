"""Answers of regions and texts, for tests of the app."""

from typing import Any

from tests.app.desk import Desk

from datastork.store.votes import Item

LABEL = "[label]\noverlap = 2\nrepeat = 0.0\ngold = 0.0\n"
HEAD = """
[dataset]
name = "things"
task = "{task}"
license = "CC0-1.0"
labels = ["cat", "dog"]

[[step]]
use = "collect.files"
path = "raw/**/*"
label = "folder"

[[step]]
use = "label.resolve"
"""
BOXES, SPANS, SPEECH = (
    HEAD.format(task=task) for task in ("object-detection", "token-classification", "automatic-speech-recognition")
)


def box(x: float, label: str = "cat") -> dict[str, Any]:
    return {"label": label, "x": x, "y": 2.0, "width": 8.0, "height": 8.0}


def text(number: int) -> Item:
    media = {"modality": "text", "format": "txt", "pass": "none", "row": number, "text": "Ada met Bob in Paris"}
    return Item(sample=f"sample-{number:05}", place=number, media=media)


def sound(number: int) -> Item:
    media = {"modality": "audio", "format": "wav", "pass": "none", "row": number, "seconds": 4.0, "rate": 16000}
    return Item(sample=f"sample-{number:05}", place=number, media=media)


def said(app: Desk, by: dict[str, list[Any]]) -> None:
    for who, values in by.items():
        for number, value in enumerate(values):
            if value is not None:
                app.vote(who, f"sample-{number:05}", value)
