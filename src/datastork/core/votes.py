"""A vote: one answer of one annotator. A person, a folder name, a table and a model all give votes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vote:
    """One answer about one sample.

    `annotator` says who gave it ("folder", "file name", "table:labels.csv", a person's name, a model's name);
    `confidence` lies in [0, 1].
    """

    annotator: str
    value: str
    confidence: float = 1.0
