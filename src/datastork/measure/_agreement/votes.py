"""The votes on one question, as lines."""

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from datastork.core.answers import from_text
from datastork.core.answers.regions import region_problems
from datastork.core.errors import BuildError, DataError
from datastork.core.questions import MAIN, REGIONS

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


class Lines(NamedTuple):
    """One line for each annotator of each sample: number of the row, number of the annotator, value as text."""

    row: "np.ndarray"
    annotator: "np.ndarray"
    value: "pa.Array"
    annotators: list[str]
    ids: "pa.ChunkedArray"


def votes_on(table: "pa.Table", question: str) -> Lines:
    """Return what annotators said on a question, their last word where they spoke twice.

    Answers to a sample shown again on purpose (`repeat`), decisions of reviewers (`decides`) and skips are left out.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    votes = table["votes"].combine_chunks()
    flat = pc.list_flatten(votes)

    def field(name: str, kind: "pa.DataType") -> "pa.Array":
        if flat.type.get_field_index(name) < 0:
            return pa.nulls(len(flat), kind)
        return pc.struct_field(flat, name).cast(kind)

    lines = pa.table(
        {
            "row": pc.list_parent_indices(votes).cast("int64"),
            "annotator": pc.fill_null(field("annotator", pa.string()), ""),
            "value": field("value", pa.string()),
            "question": pc.fill_null(field("question", pa.string()), MAIN),
            "created_at": field("created_at", pa.timestamp("us", tz="UTC")),
            "repeat": pc.fill_null(field("repeat", pa.int32()), 0),
            "decides": pc.fill_null(field("decides", pa.bool_()), False),
            "place": pa.array(np.arange(len(flat))),
        }
    )
    counted = pc.and_(pc.equal(lines["question"], question), pc.invert(lines["decides"]))
    counted = pc.and_(counted, pc.and_(pc.is_valid(lines["value"]), pc.equal(lines["repeat"], 0)))
    lines = lines.filter(counted)
    names = pc.unique(lines["annotator"]).sort()
    who = pc.index_in(lines["annotator"], names).to_numpy().astype(np.int64)
    row = lines["row"].to_numpy()
    when = pc.fill_null(lines["created_at"].cast("int64"), np.iinfo(np.int64).min).to_numpy()
    order = np.lexsort((lines["place"].to_numpy(), when, who, row))
    last = np.ones(len(order), bool)
    last[:-1] = (np.diff(row[order]) != 0) | (np.diff(who[order]) != 0)
    keep = order[last]
    value = lines["value"].combine_chunks().take(pa.array(keep))
    return Lines(row[keep], who[keep], value, names.to_pylist(), table["id"])


def answers_of(lines: Lines, kind: str) -> list[Any]:
    """Return the answer of each line as JSON values. Raises BuildError for a bad one."""
    read, at = different(lines, kind)
    return [read[place] for place in at.tolist()]


def different(lines: Lines, kind: str) -> "tuple[list[Any], np.ndarray]":
    """Return the different answers, each text read once, and which one each line gives. Raises BuildError."""
    import numpy as np

    words = lines.value.dictionary_encode()
    at = words.indices.to_numpy().astype(np.int64)
    read = []
    for number, text in enumerate(words.dictionary.to_pylist()):
        try:
            read.append(_checked(kind, from_text(kind, text)))
        except DataError as error:
            line = int(np.argmax(at == number))
            raise BuildError(
                f"the answer of {lines.annotators[lines.annotator[line]]!r} about the sample "
                f"{lines.ids[int(lines.row[line])].as_py()} cannot be read: {error.message}"
            ) from error
    return read, at


def _checked(kind: str, answer: Any) -> Any:
    if kind in REGIONS:
        if not isinstance(answer, list) or not all(isinstance(one, dict) for one in answer):
            raise DataError(f"{kind} are a list of regions, not {json.dumps(answer)[:60]}")
        problems = [problem for one in answer for problem in region_problems(kind, one, {})]
        if problems:
            raise DataError(problems[0])
    if kind in ("tags", "taxonomy") and not (isinstance(answer, list) and all(isinstance(one, str) for one in answer)):
        if kind == "taxonomy" and isinstance(answer, str):
            return [answer]
        raise DataError(f"tags are a list of texts, not {json.dumps(answer)[:60]}")
    if kind == "cells" and not (isinstance(answer, dict) and all(isinstance(one, str) for one in answer.values())):
        raise DataError(f"cells are texts by column, not {json.dumps(answer)[:60]}")
    if kind == "preference" and not (isinstance(answer, dict) and {"left", "right", "answer"} <= set(answer)):
        raise DataError(f"a preference has left, right and answer, not {json.dumps(answer)[:60]}")
    return answer
