"""Several labels a sample: every class is voted on by itself, by everybody who answered."""

import json
from typing import TYPE_CHECKING

from datastork.core.errors import BuildError
from datastork.core.findings import Table
from datastork.core.questions import MAIN
from datastork.label._resolve.ballots import voters
from datastork.label._resolve.classes import SHOWN, crowded
from datastork.label._resolve.outcome import Outcome

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


def resolve_tags(
    lines: "pa.Table", count: int, *, name: str, method: str, labels: list[str] | None, threshold: float
) -> Outcome:
    """Return the labels of each row that at least `threshold` of the (weighed) answers give it.

    Columns: `labels` (or the question's name), and `…_posterior` with every class anybody named and its probability.
    Who answered and did not name a class voted against it. An answer is a JSON list of classes, or one class as it
    stands; several of one annotator about one sample (hashtags) are one answer.
    """
    import numpy as np
    import pyarrow as pa

    answers = _answers(lines)
    words = sorted({tag for *_, tags, _ in answers for tag in tags})
    place = {word: at for at, word in enumerate(words)}
    column = "labels" if name == MAIN else name
    row = np.array([one[0] for one in answers], dtype=np.int64)
    people = sorted({one[1] for one in answers})
    number = {who: at for at, who in enumerate(people)}
    who = np.array([number[one[1]] for one in answers], dtype=np.int64)
    weight = np.array([one[3] for one in answers], dtype=np.float64)
    said = np.array([(at, place[tag]) for at, one in enumerate(answers) for tag in one[2]], dtype=np.int64).reshape(
        -1, 2
    )
    probability = np.zeros((count, len(words)))
    if len(words):
        total = np.bincount(row, weights=weight, minlength=count)
        flat = np.bincount(
            row[said[:, 0]] * len(words) + said[:, 1], weights=weight[said[:, 0]], minlength=count * len(words)
        )
        probability = flat.reshape(count, len(words)) / np.maximum(total, 1e-12)[:, None]
    chosen, changed = "majority", 0
    tables: list[Table] = []
    if method != "majority" and len(words) and len(answers):
        weighed = _weighed(row, who, said, count, len(people), len(words), method)
        if weighed is not None:
            posterior, skill, chosen = weighed
            changed = int(((posterior >= threshold) != (probability >= threshold)).any(axis=1).sum())
            given = np.bincount(who, minlength=len(people))
            order = np.argsort(-given, kind="stable")[:SHOWN]
            rows = [(people[at], int(given[at]), round(float(skill[at]), 3)) for at in order]
            caption = "Annotators, and how often each is estimated to be right about a class"
            tables = [Table(caption, ("annotator", "answers", "skill"), rows, "skill")]
            probability = posterior
    voted = np.bincount(row, minlength=count) > 0
    outcome = Outcome(columns={}, labelled=voted, method=chosen, tables=tables)
    if chosen != "majority":
        outcome.numbers["differs_from_majority"] = changed
    outcome.columns = {
        column: _lists(probability >= threshold, words, voted, probability),
        f"{column}_posterior": _posterior(probability, words, voted),
        "annotators" if name == MAIN else f"{name}_annotators": voters(lines, count),
    }
    outcome.unlabelled = np.full(count, "no votes")
    outcome.reason = _wrong(answers, labels, count) if labels is not None else pa.nulls(count, pa.string())
    return outcome


def _answers(lines: "pa.Table") -> list[tuple[int, str, list[str], float]]:
    """Return row, annotator, classes and weight of every answer. Raises BuildError for an answer that is none."""
    found: dict[tuple[int, str], tuple[dict[str, None], float]] = {}
    for line in lines.select(["row", "annotator", "value", "weight"]).to_pylist():
        text = line["value"]
        try:
            tags = json.loads(text) if text.startswith("[") else [text]
        except ValueError as error:
            raise BuildError(f"a vote of {line['annotator']!r} is no list of classes: {text[:80]!r}") from error
        if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
            raise BuildError(f"a vote of {line['annotator']!r} is no list of classes: {text[:80]!r}")
        before, weight = found.setdefault((line["row"], line["annotator"]), ({}, line["weight"]))
        before.update(dict.fromkeys(tags))
        found[line["row"], line["annotator"]] = (before, max(weight, line["weight"]))
    return [(row, who, list(tags), weight) for (row, who), (tags, weight) in sorted(found.items())]


def _lists(chosen: "np.ndarray", words: list[str], voted: "np.ndarray", probability: "np.ndarray") -> "pa.Array":
    """Return the chosen classes of each row, the most probable first; null where nobody voted."""
    import numpy as np
    import pyarrow as pa

    made: list[list[str] | None] = []
    for at in range(len(voted)):
        if not voted[at]:
            made.append(None)
            continue
        places = np.flatnonzero(chosen[at])
        made.append([words[p] for p in places[np.argsort(-probability[at, places], kind="stable")]])
    return pa.array(made, pa.list_(pa.string()))


def _posterior(probability: "np.ndarray", words: list[str], voted: "np.ndarray") -> "pa.Array":
    import pyarrow as pa

    from datastork.label._resolve.classes import posteriors

    return posteriors(probability, pa.array(words, pa.string()), voted)


def _weighed(
    row: "np.ndarray", who: "np.ndarray", said: "np.ndarray", count: int, people: int, kinds: int, method: str
) -> "tuple[np.ndarray, np.ndarray, str] | None":
    """Return probabilities, skills and the method's name by a model of the annotators; None where votes are too few."""
    import numpy as np

    from datastork.consensus.crowd import Crowd
    from datastork.consensus.multi_label import multi_label

    whole = Crowd(row, who, np.zeros(len(row), np.int64), np.ones(len(row)), count, people, 2)
    if method == "auto" and not crowded(whole):
        return None
    found = multi_label(row, who, said, n_items=count, n_annotators=people, n_classes=kinds)
    return found.posterior, found.skill, found.method


def _wrong(answers: list[tuple[int, str, list[str], float]], labels: list[str], count: int) -> "pa.Array":
    import pyarrow as pa

    from datastork.label._resolve.classes import wrong_values

    lines = [(row, tag, who) for row, who, tags, _ in answers for tag in tags]
    lines.sort()
    table = pa.table(
        {
            "row": pa.array([line[0] for line in lines], pa.int64()),
            "value": pa.array([line[1] for line in lines], pa.string()),
        }
    )
    return wrong_values(table, labels, count)
