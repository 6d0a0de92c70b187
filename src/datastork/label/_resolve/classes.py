"""Labels of one class each: by majority, or by a model of the annotators."""

from typing import TYPE_CHECKING, Any

from datastork.core.findings import Table
from datastork.core.nearest import did_you_mean
from datastork.label._resolve.ballots import settled, voters
from datastork.label._resolve.outcome import Outcome

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from datastork.consensus.crowd import Consensus, Crowd

HINTED = 1000  # so many different wrong values get a "did you mean"; comparing words is slow
POSSIBLE = 0.005  # values less probable than this are left out of a posterior
EQUAL = 1e-9  # probabilities that differ by less are equal
SHOWN = 20  # rows of a table


def resolve_classes(lines: "pa.Table", old: "pa.Table", *, name: str, method: str, labels: list[str] | None) -> Outcome:
    """Return the label of each row of `old` (`label` and `label_probability`, as they were) by its votes.

    A reviewer's decision settles its row, and teaches how far the annotators of that row can be trusted.

    Columns: `<name>`, `<name>_probability`, `annotators`; where the votes were weighed by a model of the annotators
    also `<name>_majority`, the plain majority beside it, and `<name>_posterior`, every value that is possible.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    count = old.num_rows
    every, lines = lines, settled(lines)
    row = lines["row"].to_numpy().astype(np.int64)
    words = _coded(lines["value"], pc.unique(every["value"]))
    value = words.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    weight = lines["weight"].to_numpy()
    cast = np.bincount(row, minlength=count)
    silent = pa.array(cast == 0)
    winner, share, leaders = majority_of(row, value, weight, count, max(1, len(words.dictionary)))
    probability = share
    chosen = "majority"
    outcome = Outcome(columns={}, labelled=winner >= 0, method=chosen)
    if method != "majority":
        crowd = crowd_of(every, count, _coded(every["value"], words.dictionary))
        if method != "auto" or crowded(crowd):
            decided = pc.fill_null(lines["decides"], False).to_numpy(zero_copy_only=False)
            consensus = weighed(
                crowd, method, dict(zip(row[decided].tolist(), value[decided].tolist(), strict=True)), words.dictionary
            )
            chosen = consensus.method
            _explain(outcome, consensus, crowd, winner, words.dictionary, every, old, name)
            outcome.columns[f"{name}_majority"] = _taken(words.dictionary, winner)
            outcome.columns[f"{name}_posterior"] = posteriors(consensus.posterior, words.dictionary, cast > 0)
            probability = consensus.posterior.max(axis=1, initial=0.0)
            equal = np.count_nonzero(consensus.posterior >= probability[:, None] - EQUAL, axis=1)
            equal[torn_of(row[decided], value[decided], count)] = 2  # reviewers who differ settle nothing
            winner = np.where((cast > 0) & (equal == 1), consensus.labels, -1)
            leaders = np.where(cast > 0, equal, leaders)
    label = pc.if_else(silent, old["label"], _taken(words.dictionary, winner))
    found = pa.array(probability, mask=(probability == 0) | (cast == 0))
    outcome.columns |= {
        name: label,
        f"{name}_probability": pc.if_else(silent, old["label_probability"], found),
        ("annotators" if name == "label" else f"{name}_annotators"): voters(every, count),
    }
    outcome.method = chosen
    outcome.labelled = label.is_valid().to_numpy(zero_copy_only=False)
    outcome.reason = wrong_values(lines, labels, count) if labels is not None else pa.nulls(count, pa.string())
    tied = leaders > 1
    outcome.unlabelled = np.where(tied, "the votes are tied between several labels", "no votes")
    outcome.evidence = pa.array(share, mask=~tied)
    outcome.numbers |= {"ties": int(np.count_nonzero(tied & (winner < 0)))}
    return outcome


def torn_of(row: "np.ndarray", value: "np.ndarray", count: int) -> "np.ndarray":
    """Return which rows are decided in more ways than one: bool[count]."""
    import numpy as np

    low, high = np.full(count, np.iinfo(np.int64).max), np.full(count, -1)
    np.minimum.at(low, row, value)
    np.maximum.at(high, row, value)
    return np.asarray(low < high)


def majority_of(
    row: "np.ndarray", value: "np.ndarray", weight: "np.ndarray", count: int, kinds: int
) -> "tuple[np.ndarray, np.ndarray, np.ndarray]":
    """Return the value most votes of each row are for (-1: none, or a tie), its share, how many values lead."""
    import numpy as np

    cells, cell = np.unique(row * kinds + value, return_inverse=True)  # one cell per sample and value
    strength = np.bincount(cell, weights=weight, minlength=len(cells))
    owner, of = np.divmod(cells, kinds)
    best = np.zeros(count)
    np.maximum.at(best, owner, strength)
    leads = (strength >= best[owner] - 1e-9) & (strength > 0)
    leaders = np.bincount(owner[leads], minlength=count)
    won = leads & (leaders[owner] == 1)
    winner = np.full(count, -1)
    winner[owner[won]] = of[won]
    return winner, best / np.maximum(np.bincount(row, minlength=count), 1), leaders


def crowd_of(lines: "pa.Table", count: int, words: Any) -> "Crowd":
    """Return votes as the arrays that `consensus` works on."""
    import numpy as np

    from datastork.consensus.crowd import Crowd

    people = lines["annotator"].combine_chunks().dictionary_encode()
    return Crowd(
        items=lines["row"].to_numpy().astype(np.int64),
        annotators=people.indices.to_numpy(zero_copy_only=False).astype(np.int64),
        values=words.indices.to_numpy(zero_copy_only=False).astype(np.int64),
        weights=lines["weight"].to_numpy(),
        n_items=count,
        n_annotators=len(people.dictionary),
        n_classes=max(1, len(words.dictionary)),
    )


def crowded(crowd: "Crowd") -> bool:
    """Whether there are enough votes on one sample for annotators to be compared: three, on ten samples or more."""
    import numpy as np

    if crowd.n_annotators < 3 or crowd.n_classes < 2:
        return False
    return bool(np.count_nonzero(np.bincount(crowd.items, minlength=crowd.n_items) >= 3) >= 10)


def weighed(crowd: "Crowd", method: str, gold: dict[int, int], names: "pa.Array") -> "Consensus":
    """Return what a method of `datastork.consensus` makes of the votes; `gold`: the class of rows that are decided."""
    import inspect
    from importlib import import_module

    function = getattr(import_module(f"datastork.consensus.{method}"), method)
    takes = inspect.signature(function).parameters
    given = {"gold": gold, "names": names.to_pylist()}
    found: Consensus = function(crowd, **{key: value for key, value in given.items() if key in takes})
    return found


def _coded(values: "pa.ChunkedArray", words: "pa.Array") -> "pa.DictionaryArray":
    """Return values as places in `words`, which has them all."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pa.DictionaryArray.from_arrays(pc.index_in(values, words).combine_chunks(), words)


def posteriors(posterior: "np.ndarray", values: "pa.Array", voted: "np.ndarray") -> "pa.Array":
    """Return for each row its possible values with their probabilities, the most probable first."""
    import numpy as np

    rows, columns = np.nonzero((posterior >= POSSIBLE) & voted[:, None])
    probability = posterior[rows, columns]
    order = np.lexsort((columns, -probability, rows))
    return listed(rows[order], columns[order], probability[order], values, len(posterior))


def listed(
    rows: "np.ndarray", places: "np.ndarray", probability: "np.ndarray", values: "pa.Array", count: int
) -> "pa.Array":
    """Return for each of `count` rows its values (`places` in `values`) with their probabilities; rows are sorted."""
    import numpy as np
    import pyarrow as pa

    offsets = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=count))]).astype(np.int32)
    parts = [values.take(pa.array(places)).cast(pa.string()), pa.array(np.round(probability, 6))]
    return pa.ListArray.from_arrays(
        pa.array(offsets, pa.int32()), pa.StructArray.from_arrays(parts, ["value", "probability"])
    )


def _taken(values: "pa.Array", at: "np.ndarray") -> "pa.Array":
    import pyarrow as pa

    return values.take(pa.array(at, mask=at < 0))


def _explain(
    outcome: Outcome,
    consensus: "Consensus",
    crowd: "Crowd",
    majority: "np.ndarray",
    values: "pa.Array",
    lines: "pa.Table",
    old: "pa.Table",
    name: str,
) -> None:
    """Say how the method was chosen, whom it trusts, and where it differs from the majority."""
    import numpy as np

    cast = np.bincount(crowd.items, minlength=crowd.n_items)
    differ = (consensus.labels != majority) & (majority >= 0) & (cast > 0)
    share = float(differ.sum()) / max(1, int((cast > 0).sum()))
    for note in consensus.notes:
        warns = note.startswith("warning: ")
        (outcome.warnings if warns else outcome.sentences).append(_sentence(note.removeprefix("warning: ")))
    outcome.numbers |= {"differs_from_majority": int(differ.sum()), "differs_from_majority_share": round(share, 4)}
    people = lines["annotator"].combine_chunks().dictionary_encode().dictionary.to_pylist()
    given = np.bincount(crowd.annotators, minlength=crowd.n_annotators)
    order = np.argsort(-given, kind="stable")[:SHOWN]
    skill = [(people[at], int(given[at]), round(float(consensus.skill[at]), 3)) for at in order]
    outcome.tables.append(
        Table(
            "Annotators, and how often each is estimated to be right", ("annotator", "votes", "skill"), skill, "skill"
        )
    )
    if differ.any():
        sure = consensus.posterior.max(axis=1)
        places = np.flatnonzero(differ)
        places = places[np.argsort(-sure[places], kind="stable")][:SHOWN]
        rows = [
            (
                old["id"][int(at)].as_py(),
                values[int(majority[at])].as_py(),
                values[int(consensus.labels[at])].as_py(),
                round(float(sure[at]), 3),
            )
            for at in places
        ]
        caption = f"Where {consensus.method} differs from the majority"
        outcome.tables.append(Table(caption, ("sample", "majority", name, "probability"), rows))


def _sentence(note: str) -> str:
    return note[:1].upper() + note[1:] + ("" if note.endswith((".", "!", "?")) else ".")


def wrong_values(votes: "pa.Table", labels: list[str], count: int) -> "pa.Array":
    """Return for each row which of its votes (the first by alphabet) is for no label, in words, or null."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    outside = votes.filter(pc.invert(pc.is_in(votes["value"], pa.array(labels, pa.string()))))
    if not outside.num_rows:
        return pa.nulls(count, pa.string())
    words = pc.value_counts(outside["value"].combine_chunks())
    order = pc.sort_indices(words, sort_keys=[("counts", "descending"), ("values", "ascending")])
    values = words.field("values").take(order).to_pylist()
    texts = [
        f"label '{value}' is not one of the dataset's labels" + (did_you_mean(value, labels) if at < HINTED else "")
        for at, value in enumerate(values)
    ]
    row, first = np.unique(outside["row"].to_numpy(), return_index=True)
    code = pc.index_in(outside["value"], pa.array(values, pa.string())).to_numpy()
    place = np.full(count, -1)
    place[row] = code[first]
    return pa.array(texts, pa.string()).take(pa.array(place, mask=place < 0))
