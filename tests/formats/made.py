"""Questions, answers, votes and samples to try the formats on."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from datastork.consensus.structured.runs import encode
from datastork.core.answers import canonical
from datastork.core.questions import LabelClass, Question
from datastork.core.votes import CastVote
from datastork.formats import catalog
from datastork.formats.format import DEFAULTS, Options, Refused, Written
from datastork.formats.record import Annotated

WIDTH, HEIGHT = 64, 48
CLASSES = ("cat", "dog", "sea gull", "Vögel & <Co>")
POINTS = ("nose", "left eye")
CLASSED = tuple(LabelClass(one, one) for one in CLASSES)

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    lambda t: t == t.strip()
)
labels = st.sampled_from(CLASSES)
pixels = st.integers(0, 40_000).map(lambda n: n / 1000)
sides = st.integers(1, 8_000).map(lambda n: n / 1000)
plain_names = st.text(st.sampled_from("abcdeXYZ019_-é"), min_size=1, max_size=8)


def question(kind: str, name: str = "label", **more: Any) -> Question:
    classes = () if kind in ("rating", "text", "transcript", "preference", "cells") else CLASSED
    points = POINTS if kind == "keypoints" else ()
    return Question(name, kind, classes=classes, points=points, **more)  # type: ignore[arg-type]


def boxes(rotated: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    extra = {"rotation": st.integers(1, 35_999).map(lambda n: n / 100)} if rotated else {}
    known = {"label": labels, "x": pixels, "y": pixels, "width": sides, "height": sides, **extra}
    return st.fixed_dictionaries(known)  # type: ignore[arg-type]


polygons = st.fixed_dictionaries(
    {"label": labels, "points": st.lists(st.tuples(pixels, pixels).map(list), min_size=3, max_size=6)}
)


@st.composite
def masks(draw: st.DrawFn) -> dict[str, Any]:
    seed = draw(st.integers(0, 2**20))
    field = np.random.default_rng(seed).integers(0, 2, (HEIGHT, WIDTH))
    y, x, h, w = draw(st.tuples(*(st.integers(0, n - 1) for n in (HEIGHT, WIDTH, HEIGHT, WIDTH))))
    mask = np.zeros_like(field)
    mask[y : y + h + 1, x : x + w + 1] = field[y : y + h + 1, x : x + w + 1] if seed % 2 else 1
    return {"label": draw(labels), **encode(mask)}


@st.composite
def keypoints(draw: st.DrawFn) -> dict[str, Any]:
    points = []
    for name in POINTS:
        visible = draw(st.integers(0, 2))
        x, y = (draw(pixels), draw(pixels)) if visible else (0.0, 0.0)
        points.append({"name": name, "x": x, "y": y, "visible": visible})
    if not any(p["visible"] for p in points):
        points[0] |= {"visible": 2, "x": 1.0, "y": 2.0}
    return {"label": draw(labels), "points": points}


@st.composite
def events(draw: st.DrawFn, unit: int = 1000, band: bool = True, points: bool = True) -> dict[str, Any]:
    onset = draw(st.integers(0, 9_000))
    one = {"label": draw(labels), "onset": onset / unit}
    one["offset"] = (onset + draw(st.integers(0 if points else 1, 3_000))) / unit
    if band and draw(st.booleans()):
        one |= {"low": float(draw(st.integers(0, 500))), "high": float(draw(st.integers(500, 8000)))}
    return one


@st.composite
def tracks(draw: st.DrawFn, number: int = 0, frames: int = 40) -> dict[str, Any]:
    at = sorted(draw(st.sets(st.integers(0, frames - 1), min_size=1, max_size=4)))
    keyframes = []
    for place, frame in enumerate(at):
        x, y, w, h = draw(st.tuples(pixels, pixels, sides, sides))
        gone = place > 0 and not keyframes[-1]["outside"] and draw(st.booleans())
        if gone:
            x, y, w, h = (keyframes[-1][k] for k in ("x", "y", "width", "height"))
        keyframes.append(
            {"frame": frame, "x": x, "y": y, "width": w, "height": h, "outside": gone, "occluded": draw(st.booleans())}
        )
    return {"label": draw(labels), "track": number + 1, "keyframes": keyframes}


def answer(kind: str, **more: Any) -> st.SearchStrategy[Any]:
    """Return right answers to `question(kind)`."""
    regions = {
        "boxes": boxes,
        "polygons": lambda: polygons,
        "masks": masks,
        "keypoints": keypoints,
        "events": events,
        "spans": lambda: st.tuples(labels, st.integers(0, 9), st.integers(1, 9)).map(
            lambda t: {"label": t[0], "start": t[1], "end": t[1] + t[2]}
        ),
        "frames": lambda: st.tuples(labels, st.integers(0, 19), st.integers(1, 20)).map(
            lambda t: {
                "label": t[0],
                "start": t[1],
                "end": t[1] + t[2],
                "onset": t[1] / 10,
                "offset": (t[1] + t[2]) / 10,
            }
        ),
    }
    if kind == "tracks":
        return st.integers(0, 3).flatmap(lambda n: st.tuples(*(tracks(number=i, **more) for i in range(n))).map(list))
    if kind in regions:
        found = regions[kind](**more)
        return st.lists(found, max_size=4).map(lambda value: canonical(question(kind), value))
    values: dict[str, st.SearchStrategy[Any]] = {
        "choice": labels,
        "taxonomy": labels,
        "open": st.one_of(labels, st.just("none of these"), texts.map(lambda t: "other: " + t)),
        "tags": st.sets(labels).map(lambda value: canonical(question("tags"), list(value))),
        "rating": st.integers(1, 5),
        "text": texts,
        "transcript": texts,
        "preference": st.fixed_dictionaries(
            {"left": st.just("a.png"), "right": st.just("b.png"), "answer": st.sampled_from(["left", "right"])}
        ),
        "cells": st.dictionaries(texts, texts, max_size=3),
    }
    return values[kind]


def vote(value: Any, *, sample: str = "a.jpg", asked: str = "label", annotator: str = "ann", **known: Any) -> CastVote:
    known.setdefault("uuid", f"{sample}/{asked}/{annotator}/{known.get('repeat', 0)}")
    known.setdefault("created_at", "2026-01-02T03:04:05Z")
    return CastVote(sample=sample, question=asked, annotator=annotator, value=value, **known)


def answered(value: Any, *, name: str = "a.jpg", **known: Any) -> Annotated:
    """Return a sample with one vote."""
    return Annotated(name, (vote(value, sample=name),), **known)


def image(value: Any, name: str = "a.jpg") -> Annotated:
    return answered(value, name=name, width=WIDTH, height=HEIGHT)


def back(
    form: str, place: Path, samples: Sequence[Annotated], questions: Sequence[Question], options: Options = DEFAULTS
) -> tuple[list[Annotated], Written]:
    """Write samples, read them again, and return both; nothing may be refused."""
    found = catalog.find(form)
    options = Options(**{n: getattr(options, n) for n in options.__slots__} | {"replace": True})
    written = found.write(place, samples, questions, options=options)
    again = list(found.read(place, questions, options=options))
    assert not [one for one in again if isinstance(one, Refused)], again
    return [one for one in again if isinstance(one, Annotated)], written


def values(samples: Sequence[Annotated]) -> dict[str, list[Any]]:
    """Return the answers by name of sample."""
    return {one.name: [vote.value for vote in one.votes] for one in samples}


def read(
    form: str, place: Path, questions: Sequence[Question] | None = None, **chosen: Any
) -> tuple[list[Annotated], list[Refused]]:
    """Return what a file says and what of it is refused."""
    found = list(catalog.find(form).read(place, questions, options=Options(**chosen)))
    return (
        [one for one in found if isinstance(one, Annotated)],
        [one for one in found if isinstance(one, Refused)],
    )
