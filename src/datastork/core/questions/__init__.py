"""A question: what annotators are asked about a sample. The forms of its answers are in `core.answers`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

Kind = Literal[
    "choice",
    "tags",
    "taxonomy",
    "open",
    "rating",
    "text",
    "transcript",
    "spans",
    "boxes",
    "polygons",
    "masks",
    "keypoints",
    "events",
    "frames",
    "tracks",
    "preference",
    "cells",
]
KINDS: tuple[str, ...] = get_args(Kind)
PLAIN = frozenset({"choice", "taxonomy", "open", "text", "transcript"})  # a single text as it stands; others are JSON
REGIONS = frozenset({"spans", "boxes", "polygons", "masks", "keypoints", "events", "frames", "tracks"})
CLASSED = frozenset({"choice", "tags", "taxonomy", "open"}) | REGIONS  # kinds whose answers name classes
NONE, OTHER = "none of these", "other: "  # the answers of an open set that name no class of it
MAIN = "label"  # the question that fills the column `label`

# what a kind of question can be asked about
MODALITIES: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("choice", "tags", "taxonomy", "open", "rating", "text", "preference"),
        frozenset({"image", "text", "audio", "video", "row"}),
    ),
    "transcript": frozenset({"image", "audio", "video"}),
    "spans": frozenset({"text"}),
    **dict.fromkeys(("boxes", "polygons", "masks", "keypoints"), frozenset({"image"})),
    "events": frozenset({"audio", "video"}),
    **dict.fromkeys(("frames", "tracks"), frozenset({"video"})),
    "cells": frozenset({"row"}),
}


@dataclass(frozen=True, slots=True)
class LabelClass:
    """One class of a question.

    `id` is what stands in votes and labels, `name` what people are shown, `parents` the ids of the classes above it
    in a tree (several where the tree is none). The guideline: what it `says`, and examples (ids or uris of samples,
    or descriptions in words) that are of the class, are not, and lie at its edge. `aliases` are other names it is
    found under; `key` the key that chooses it; `abstract` classes group others and are no answers themselves.
    """

    id: str
    name: str
    parents: tuple[str, ...] = ()
    says: str = ""
    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    edge: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    key: str = ""
    colour: str = ""
    abstract: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every sample.

    `name` is the column its labels go to; `ask` is shown to annotators; `classes` may be empty where the kind has
    none. `multiple` lets a taxonomy be answered with several nodes; `low` and `high` bound a rating; `points` are the
    names of keypoints and `links` the pairs of them that are drawn as lines; `required` questions must be answered;
    `when` shows a question only where others have the answers it names. `version` grows when classes change.
    """

    name: str
    kind: Kind
    ask: str = ""
    classes: tuple[LabelClass, ...] = ()
    multiple: bool = False
    low: int = 1
    high: int = 5
    points: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    required: bool = True
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    version: int = 1

    @property
    def class_ids(self) -> tuple[str, ...]:
        """The ids of the classes, in their order."""
        return tuple(one.id for one in self.classes)
