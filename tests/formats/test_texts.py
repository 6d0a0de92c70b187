"""doccano and CoNLL: offsets in code points, schemes of tags, relations, bad lines."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.made import answer, answered, back, question, read, values, vote

from datastork.core.answers import canonical
from datastork.core.questions import LabelClass, Question
from datastork.formats.format import Options
from datastork.formats.record import Annotated

TAGS = (LabelClass("PER", "PER"), LabelClass("B-ORG", "B-ORG"), LabelClass("I", "I"))
NER = Question("label", "spans", classes=TAGS)


@pytest.mark.parametrize("kind", ["spans", "tags", "choice", "taxonomy", "text", "boxes"])
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_doccano_gives_back_what_was_written(kind: str, data: st.DataObject) -> None:
    value = data.draw(answer(kind))
    given = [
        answered(value, name="7", text="😀 a text\nof lines", data={"lot": 3, "é": "x"}, split="val"),
        Annotated("8"),
    ]
    with tempfile.TemporaryDirectory() as place:
        again, written = back("doccano", Path(place) / "a.jsonl", given, [question(kind)])

    assert values(again) == values(given)
    assert [(one.text, one.split, one.data) for one in again] == [(one.text, one.split, one.data) for one in given]
    assert written.lost == {}


def test_doccano_offsets_are_code_points_and_relations_stay(tmp_path: Path) -> None:
    text = "😀 Ann works at Acme"
    entities = [
        {"id": 1, "label": "PER", "start_offset": 2, "end_offset": 5},
        {"id": 2, "label": "ORG", "start_offset": 15, "end_offset": 19},
    ]
    relations = [{"id": 1, "from_id": 1, "to_id": 2, "type": "works at"}]
    row = {"id": 9, "text": text, "entities": entities, "relations": relations, "Comments": []}
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n")
    [sample], _ = read("doccano", tmp_path / "a.jsonl")

    assert [text[one["start"] : one["end"]] for one in sample.votes[0].value] == ["Ann", "Acme"]
    assert (sample.name, sample.data) == ("9", {"relations": relations})
    [again], written = back("doccano", tmp_path / "b.jsonl", [sample], [question("spans")])
    assert (again.votes[0].value, again.data) == (sample.votes[0].value, sample.data)
    assert written.lost == {}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"text": "x", "label": [[0, 1]]}', "a span is"),
        ('{"text": "x", "label": [[1, 0, "A"]]}', "are no interval"),
        ('{"text": "x", "label": [[0.5, 1, "A"]]}', "expected an offset"),
        ('{"text": "x", "label": 3}', "'label' is a list"),
        ('{"text": 3, "label": []}', "'text' is a text"),
        (
            '{"filename": "a", "bbox": [{"x": 1, "y": 1, "width": -1, "height": 1, "label": "a"}]}',
            "may not be negative",
        ),
        ("[]", "expected an object"),
        ('{"text": "x", "label": [[0, 1e999, "A"]]}', "an offset"),
    ],
)
def test_a_bad_line_of_doccano_costs_itself(tmp_path: Path, line: str, why: str) -> None:
    (tmp_path / "a.jsonl").write_text(f'{{"text": "a", "label": [[0, 1, "A"]]}}\n{line}\n')
    found, refused = read("doccano", tmp_path / "a.jsonl")

    assert values(found[:1]) == {"line 1": [[{"start": 0, "end": 1, "label": "A"}]]}
    assert [one.where.startswith("line 2") and why in one.why for one in refused] == [True]


@st.composite
def tagged(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    """Return a text and spans of it that begin and end with a sign and do not overlap."""
    text = draw(st.text(st.sampled_from("ab é😀.,#\"'\t\n- "), max_size=25))
    spans, at = [], 0
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(at, at + 4))
        end = start + draw(st.integers(1, 5))
        part = text[start:end]
        if end <= len(text) and part == part.strip() and part:
            spans.append({"start": start, "end": end, "label": draw(st.sampled_from(NER.class_ids))})
            at = end
    return text, spans


@pytest.mark.parametrize("scheme", ["BIO", "BIOES"])
@given(one=tagged())
@settings(max_examples=20, deadline=None)
def test_conll_gives_back_what_was_written(scheme: Any, one: tuple[str, list[dict[str, Any]]]) -> None:
    text, spans = one
    given = [answered(canonical(NER, spans), name="a b", text=text, split="x"), Annotated("u", text="not looked at")]
    with tempfile.TemporaryDirectory() as place:
        again, written = back("conll", Path(place) / "a.conll", given, [NER], Options(scheme=scheme))

    assert [(one.name, one.text, one.split) for one in again] == [("a b", text, "x"), ("u", "not looked at", None)]
    if text.strip():
        assert values(again) == values(given)
    assert written.lost == {}


CONLL = """-DOCSTART- -X- -X- O

EU NNP B-NP {}
rejects VBZ B-VP O
Peter NNP B-NP {}
Blackburn NNP I-NP {}

# text = Is  it,😀?
Is\tO
it\tO
,\tO
😀\tB-X
?\tO
"""


@pytest.mark.parametrize(
    "tags",
    [("B-ORG", "B-PER", "I-PER"), ("I-ORG", "I-PER", "I-PER"), ("S-ORG", "B-PER", "E-PER"), ("U-ORG", "B-PER", "L-PER"),
     ("ORG", "PER", "PER")],
)  # fmt: skip
def test_every_scheme_of_tags_is_read(tmp_path: Path, tags: tuple[str, str, str]) -> None:
    (tmp_path / "eng.txt").write_text(CONLL.format(*tags))
    first, second = read("conll", tmp_path / "eng.txt")[0]

    assert (first.name, first.text) == ("eng:1", "EU rejects Peter Blackburn")
    assert first.votes[0].value == [
        {"start": 0, "end": 2, "label": "ORG"},
        {"start": 11, "end": 26, "label": "PER"},
    ]
    assert first.data == {"tokens": [[0, 2], [3, 10], [11, 16], [17, 26]]}
    assert second.text == "Is  it,😀?"
    assert second.votes[0].value == [{"start": 7, "end": 8, "label": "X"}]


def test_tokens_are_kept_and_divided_only_where_a_span_ends(tmp_path: Path) -> None:
    given = answered([{"start": 0, "end": 3, "label": "PER"}], text="Ann's e-mail", data={"tokens": [[0, 5], [6, 12]]})
    back("conll", tmp_path / "a.conll", [given], [NER])

    assert (
        tmp_path / "a.conll"
    ).read_text() == "# name = a.jpg\n# text = Ann's e-mail\nAnn\tB-PER\n's\tO\ne-mail\tO\n\n"


def test_what_conll_cannot_hold_is_counted(tmp_path: Path) -> None:
    spans = [(0, 5, "PER"), (2, 4, "I"), (5, 6, "PER"), (6, 9, "PER"), (40, 41, "I")]
    value = [{"start": a, "end": b, "label": label} for a, b, label in spans]
    given = [answered(value, text="abcde fgh"), Annotated("b", (vote([], sample="b"),))]
    _, written = back("conll", tmp_path / "a.conll", given, [NER], Options(scheme="IO"))

    assert written.lost == {
        "borders between touching spans": 1,
        "samples without a text": 1,
        "spans that lie over another": 1,
        "spans without a token": 2,
    }


def test_a_sentence_with_a_bad_line_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.conll").write_bytes(b"a O\n\nb\n\nc \xff\n\n# text = zz\nd O\n\ne O")
    found, refused = read("conll", tmp_path / "a.conll")

    assert [one.text for one in found] == ["a", "e"]
    assert [one.where for one in refused] == ["line 3", "line 5", "line 7"]
