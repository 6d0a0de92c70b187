"""Several labels a sample: every class is voted on by itself, by everybody who answered."""

from typing import TYPE_CHECKING, NamedTuple

from datastork.core.answers import from_text
from datastork.core.errors import BuildError, DataError
from datastork.core.findings import Table
from datastork.core.questions import MAIN
from datastork.label._resolve.ballots import voters
from datastork.label._resolve.classes import POSSIBLE, SHOWN, crowded, listed, wrong_values
from datastork.label._resolve.outcome import Outcome

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

MOST_CELLS = 50_000_000  # samples by tags, beyond which annotators are not weighed


class Answers(NamedTuple):
    """What was answered, in order of samples and annotators.

    `row`, `annotator` (a place in `people`) and `weight` of each answer; `said` int64[n, 2]: an answer and a tag it
    gives, a place in `tags`; `problem`: by row, why an answer about it is none.
    """

    row: "np.ndarray"
    annotator: "np.ndarray"
    weight: "np.ndarray"
    said: "np.ndarray"
    tags: "pa.Array"
    people: list[str]
    problem: dict[int, str]


def resolve_tags(
    lines: "pa.Table", count: int, *, name: str, method: str, labels: list[str] | None, threshold: float
) -> Outcome:
    """Return the labels of each row that at least `threshold` of the (weighed) answers give it.

    Columns: `labels` (or the question's name), and `…_posterior` with every class anybody named and its probability.
    Who answered and did not name a class voted against it. An answer is a JSON list of classes, or one class as it
    stands; several of one annotator about one sample (hashtags) are one answer. A row with an answer that is none is
    dropped.
    """
    import numpy as np
    import pyarrow as pa

    given = answers_of(lines)
    row, weight, said, kinds = given.row, given.weight, given.said, max(1, len(given.tags))
    column = "labels" if name == MAIN else name
    voted = np.bincount(row, minlength=count) > 0
    total = np.bincount(row, weights=weight, minlength=count)
    cells, cell = np.unique(row[said[:, 0]] * kinds + said[:, 1], return_inverse=True)  # one for each sample and tag
    at, tag = np.divmod(cells, kinds)
    share = np.bincount(cell, weights=weight[said[:, 0]], minlength=len(cells)) / np.maximum(total[at], 1e-12)
    outcome = Outcome(columns={}, labelled=voted, method="majority")
    if method != "majority" and len(cells):
        weighed = _weighed(given, voted, method, outcome)
        if weighed is not None:
            before = cells[share >= threshold]
            at, tag, share = weighed
            after = (at * kinds + tag)[share >= threshold]
            differ = np.setxor1d(before, after, assume_unique=True) // kinds
            outcome.numbers["differs_from_majority"] = len(np.unique(differ))
    order = np.lexsort((tag, -share, at))
    at, tag, share = at[order], tag[order], share[order]
    chosen, possible = share >= threshold, share >= POSSIBLE
    outcome.columns = {
        column: _lists(at[chosen], tag[chosen], given.tags, voted),
        f"{column}_posterior": listed(at[possible], tag[possible], share[possible], given.tags, count),
        "annotators" if name == MAIN else f"{name}_annotators": voters(lines, count),
    }
    outcome.unlabelled = np.full(count, "no votes")
    outcome.reason = pa.nulls(count, pa.string())
    if labels is not None:
        tagged = pa.table({"row": row[said[:, 0]], "value": given.tags.take(pa.array(said[:, 1]))})
        outcome.reason = wrong_values(tagged.sort_by([("row", "ascending"), ("value", "ascending")]), labels, count)
    if given.problem:
        reasons = outcome.reason.to_pylist()
        for place, why in given.problem.items():
            reasons[place] = why
        outcome.reason = pa.array(reasons, pa.string())
    return outcome


def answers_of(lines: "pa.Table") -> Answers:
    """Return the answers behind the votes; each different text is read once.

    Raises BuildError where no vote is an answer.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    words = lines["value"].combine_chunks().dictionary_encode()
    read: list[list[str]] = []
    bad: dict[int, str] = {}
    for number, text in enumerate(words.dictionary.to_pylist()):
        try:
            read.append(_tags_in(text))
        except DataError as error:
            read.append([])
            bad[number] = error.message
    text_of = words.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    names = pc.unique(lines["annotator"]).sort()
    people = pc.index_in(lines["annotator"], names).to_numpy().astype(np.int64)
    row = lines["row"].to_numpy().astype(np.int64)
    problem: dict[int, str] = {}
    if bad:
        wrong = np.isin(text_of, list(bad))
        for place in np.flatnonzero(wrong)[::-1].tolist():
            problem[int(row[place])] = f"the vote of {names[int(people[place])].as_py()!r} {bad[int(text_of[place])]}"
        if wrong.all():
            raise BuildError(problem[int(row[0])], hint="is the question of the kind that was voted on?")
    keys, answer = np.unique(row * len(names) + people, return_inverse=True)
    weight = np.zeros(len(keys))
    np.maximum.at(weight, answer, lines["weight"].to_numpy())
    tags = pa.array(sorted({tag for one in read for tag in one}), pa.string())
    flat = pc.index_in(pa.array([tag for one in read for tag in one], pa.string()), tags)
    length = np.array([len(one) for one in read], np.int64)
    times = length[text_of]
    first = np.repeat((np.cumsum(length) - length)[text_of], times)
    inside = np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times)
    tag = flat.to_numpy(zero_copy_only=False).astype(np.int64)[first + inside]
    kinds = max(1, len(tags))
    said = np.stack(np.divmod(_once(np.repeat(answer, times) * kinds + tag), kinds), axis=1)
    at, who = np.divmod(keys, max(1, len(names)))
    return Answers(at, who, weight, said, tags, names.to_pylist(), problem)


def _once(keys: "np.ndarray") -> "np.ndarray":
    """Return the different keys (0 and more) in order; sorting is many times faster than the hashing of `np.unique`."""
    import numpy as np

    keys = np.sort(keys)
    return keys[np.diff(keys, prepend=-1) > 0]


def _tags_in(text: str) -> list[str]:
    """Return the classes an answer names. Raises DataError where it is none."""
    try:
        tags = from_text("tags", text) if text.startswith("[") else [text]
    except DataError:
        tags = None
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise DataError(f"is no list of classes: {text[:80]!r}")
    return tags


def _lists(at: "np.ndarray", tag: "np.ndarray", tags: "pa.Array", voted: "np.ndarray") -> "pa.Array":
    """Return the classes of each row in the order given; null where nobody voted."""
    import numpy as np
    import pyarrow as pa

    offsets = np.concatenate([[0], np.cumsum(np.bincount(at, minlength=len(voted)))]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), tags.take(pa.array(tag)), mask=pa.array(~voted))


def _weighed(
    given: Answers, voted: "np.ndarray", method: str, outcome: Outcome
) -> "tuple[np.ndarray, np.ndarray, np.ndarray] | None":
    """Return rows, tags and probabilities by a model of the annotators; None where votes are too few, or too many."""
    import numpy as np

    from datastork.consensus.crowd import Crowd
    from datastork.consensus.multi_label import multi_label

    rows, item = np.unique(given.row, return_inverse=True)
    people, kinds = len(given.people), len(given.tags)
    whole = Crowd(item, given.annotator, np.zeros(len(item), np.int64), np.ones(len(item)), len(rows), people, 2)
    if method == "auto" and not crowded(whole):
        return None
    if len(rows) * kinds > MOST_CELLS:
        outcome.sentences.append(
            f"{kinds:,} classes on {len(rows):,} samples are too many for annotators to be weighed."
        )
        return None
    found = multi_label(item, given.annotator, given.said, n_items=len(rows), n_annotators=people, n_classes=kinds)
    counts = np.bincount(given.annotator, minlength=people)
    order = np.argsort(-counts, kind="stable")[:SHOWN]
    shown = [(given.people[at], int(counts[at]), round(float(found.skill[at]), 3)) for at in order]
    caption = "Annotators, and how often each is estimated to be right about a class"
    outcome.tables = [Table(caption, ("annotator", "answers", "skill"), shown, "skill")]
    outcome.method = found.method
    at, tag = np.nonzero(found.posterior >= POSSIBLE)
    return rows[at], tag, found.posterior[at, tag]
