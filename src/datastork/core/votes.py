"""A vote: one answer of one annotator. A person, a folder name, a table and a model all give votes."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Vote:
    """One answer that came along with a sample, about its label.

    `annotator` says who gave it ("folder", "file name", "table:labels.csv", a person's name, a model's name);
    `confidence` lies in [0, 1].
    """

    annotator: str
    value: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CastVote:
    """One answer to one question about one sample, with all that is known of how it was given; or a skip.

    `sample`        id of the sample (for a preference between two samples: both ids, joined by "~")
    `question`      name of the question
    `annotator`     who gave it
    `value`         the answer, as JSON values, of a form that `core.answers` holds per kind of question; None: skip
    `uuid`          made by whoever casts the vote; the same vote sent again has the same uuid and changes nothing
    `created_at`    when it was given: ISO 8601, UTC
    `confidence`    how sure the annotator is, in [0, 1]
    `difficulty`    how hard the sample was, 1 (easy) to 5
    `prominence`    how clearly what was labelled stands out, 1 (hidden) to 5
    `seconds`       active seconds it took: the page in sight and somebody at it
    `device`        what it was given on ("phone", "desktop", …)
    `schema_version` the version of the questions it answers
    `suggestion`    what was shown as a suggestion, `suggestion_by` whose it was, `changed` whether the answer differs
    `skipped`       the reason of a skip
    `repeat`        0 the first time this annotator saw the sample, 1 the second time, …
    `replaces`      uuid of the vote of the same annotator that this one revises; where `value` and `skipped` are both
                    None, it takes that vote back
    `decides`       whether it settles the matter: the decision of a reviewer who saw the other votes
    """

    sample: str
    question: str
    annotator: str
    value: Any
    uuid: str
    created_at: str
    confidence: float | None = None
    difficulty: int | None = None
    prominence: int | None = None
    seconds: float | None = None
    device: str | None = None
    schema_version: int = 1
    suggestion: Any | None = None
    suggestion_by: str | None = None
    changed: bool | None = None
    skipped: str | None = None
    repeat: int = 0
    replaces: str | None = None
    decides: bool = False
