"""Damaged files of every format: whatever stands in them, what comes is samples, refusals or one clear error."""

import json
import tempfile
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.made import HEIGHT, WIDTH, answer, question, vote

from datastork.core.answers import problems_of
from datastork.core.errors import DatastorkError
from datastork.core.questions import Question
from datastork.formats import catalog
from datastork.formats.format import Options, Refused
from datastork.formats.record import Annotated

PIECES = (
    b"", b"\0", b"\xff", b"\xff\xfe", b"nan", b"-1", b"1e999", b"999999999999999999999", b'"', b"'", b"<", b"&x;",
    b"<!DOCTYPE x>", b"[", b"]", b"{", b"}", b",", b"\t", b"\n", b"null", b"true", b"[]", b"{}", b"../../x", b"\\",
    b" ", b"0", b"x",
)  # fmt: skip
KINDS = ("boxes", "masks", "keypoints", "tracks", "spans", "events", "choice", "taxonomy", "rating")
SIZES = {"d/a.jpg": (WIDTH, HEIGHT)}


def samples(form: str, data: st.DataObject, without: str = "") -> tuple[list[Question], list[Annotated]]:
    kinds = [kind for kind in KINDS if kind in catalog.find(form).kinds and kind != without]
    asked = [question(kind, kind) for kind in kinds]
    votes = tuple(vote(data.draw(answer(one.kind)), sample="d/a.jpg", asked=one.name) for one in asked)
    known: dict[str, Any] = {"width": WIDTH, "height": HEIGHT, "seconds": 20.0, "frames": 60, "text": "x" * 40}
    return asked, [Annotated("d/a.jpg", votes, **known), Annotated("b.jpg")]


@pytest.mark.parametrize("form", catalog.names())
@given(data=st.data())
@settings(max_examples=10, deadline=None)
def test_a_damaged_file_never_breaks_the_reader(form: str, data: st.DataObject) -> None:
    found = catalog.find(form)
    asked, given_ = samples(form, data)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / ("set" if found.folder else f"a{found.suffixes[0]}")
        files = [one for one in found.write(path, given_, asked, options=Options(replace=True)).files if one.is_file()]
        for _ in range(data.draw(st.integers(1, 3))):
            file = data.draw(st.sampled_from(files))
            bytes_ = file.read_bytes()
            at = data.draw(st.integers(0, len(bytes_)))
            piece = data.draw(st.sampled_from(PIECES))
            file.write_bytes(bytes_[:at] + piece + bytes_[at + data.draw(st.integers(0, 4)) :])
        for questions in (asked, None):
            try:
                read = list(found.read(path, questions, options=Options(sizes=SIZES)))
            except DatastorkError:
                continue
            assert all(isinstance(one, Annotated | Refused) for one in read)
            if questions is not None and not found.lossless:
                check(read, asked)
        try:
            found.classes(path)
            catalog.guess(path)
        except DatastorkError:
            pass


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every part of a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(way for key, part in inner for way in places(part, (*path, key)))]


ODD = (None, True, -1, 0, 1.5, 10**30, "", "x", "1", [], [[]], {}, {"x": 1}, [None], ["x"], [1, 2, 3])


@pytest.mark.parametrize("form", ["label-studio", "coco", "doccano", "jsonl"])
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_a_value_of_another_type_never_breaks_the_reader(form: str, data: st.DataObject) -> None:
    found = catalog.find(form)
    asked, given_ = samples(form, data, without="masks")
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / f"a{found.suffixes[0]}"
        found.write(path, given_, asked)
        rows = form in ("doccano", "jsonl")
        value = [json.loads(one) for one in path.read_text().splitlines()] if rows else json.loads(path.read_text())
        for _ in range(data.draw(st.integers(1, 2))):
            *way, last = data.draw(st.sampled_from(places(value)[1:]))
            part = value
            for key in way:
                part = part[key]
            part[last] = deepcopy(data.draw(st.sampled_from(ODD)))
            if not value:
                return
        path.write_text("".join(json.dumps(one) + "\n" for one in value) if rows else json.dumps(value))
        for questions in (asked, None):
            try:
                read = list(found.read(path, questions))
            except DatastorkError:
                continue
            if questions is not None and not found.lossless:
                check(read, asked)


def check(read: list[Annotated | Refused], asked: list[Question]) -> None:
    """What is read has the form of an answer, whatever the file said; its classes may be unknown."""
    by_name = {one.name: one for one in asked}
    for one in read:
        for cast in one.votes if isinstance(one, Annotated) else ():
            if cast.value is not None:
                free = Question(cast.question, by_name[cast.question].kind, high=10**15, low=-(10**15))
                assert problems_of(free, cast.value) == []
