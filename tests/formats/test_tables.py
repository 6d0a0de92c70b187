"""JSON Lines, CSV and TSV: nothing is lost in long ones, formulas do nothing, bad rows cost themselves."""

import csv
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.made import answer, back, question, read, values, vote

from datastork.core.errors import DataError
from datastork.core.questions import KINDS
from datastork.core.votes import CastVote
from datastork.formats.format import Options
from datastork.formats.record import Annotated

QUESTIONS = [question(kind, kind) for kind in KINDS]  # type: ignore[arg-type]
some = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    st.sampled_from(["=1+1", "'=x", '"', "-1", "'-1", "@a"]),
)
share = st.one_of(st.none(), st.floats(0, 1))
level = st.one_of(st.none(), st.integers(1, 5))


@st.composite
def votes(draw: st.DrawFn, sample: str) -> CastVote:
    kind = draw(st.sampled_from(KINDS))
    skipped = draw(some)
    return CastVote(
        sample=sample,
        question=kind,
        annotator=draw(st.sampled_from(["ann", "=bob", "an@na"])),
        value=None if skipped is not None else draw(answer(kind)),
        uuid=draw(st.uuids().map(str)),
        created_at="2026-01-02T03:04:05.123456Z",
        confidence=draw(share),
        difficulty=draw(level),
        prominence=draw(level),
        seconds=draw(share),
        device=draw(some),
        schema_version=draw(st.integers(0, 3)),
        suggestion=draw(st.one_of(st.none(), answer(kind))),
        suggestion_by=draw(some),
        changed=draw(st.sampled_from([None, True, False])),
        skipped=skipped,
        repeat=draw(st.integers(0, 2)),
        replaces=draw(some),
        decides=draw(st.booleans()),
    )


@st.composite
def samples(draw: st.DrawFn) -> list[Annotated]:
    names = draw(
        st.lists(
            st.one_of(st.sampled_from(["a/b.jpg", "=cmd|' /C calc'!A0"]), some.filter(bool)), unique=True, max_size=3
        )
    )
    return [
        Annotated(
            name,
            tuple(draw(st.lists(votes(name), max_size=3))),
            width=draw(level),
            seconds=draw(share),
            text=draw(some),
            split=draw(some),
            data=draw(
                st.dictionaries(
                    st.text("abc=", max_size=3), st.one_of(some, st.integers(), st.lists(share)), max_size=2
                )
            ),
        )
        for name in names
    ]


@pytest.mark.parametrize("form", ["jsonl", "csv", "tsv"])
@given(given=samples(), spreadsheet=st.booleans())
@settings(max_examples=20, deadline=None)
def test_a_long_table_gives_back_every_field_of_every_vote(
    form: str, given: list[Annotated], spreadsheet: bool
) -> None:
    with tempfile.TemporaryDirectory() as place:
        again, written = back(form, Path(place) / f"votes.{form}", given, QUESTIONS, Options(spreadsheet=spreadsheet))

    assert again == given
    assert written.count == len(given)
    assert written.lost == {}


@pytest.mark.parametrize("form", ["csv", "tsv"])
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_a_wide_table_gives_back_one_answer_of_each_question(form: str, data: st.DataObject) -> None:
    answers = {kind: data.draw(st.one_of(st.none(), answer(kind))) for kind in KINDS}
    cast = tuple(vote(value, asked=kind) for kind, value in answers.items() if value is not None)
    sample = Annotated("a.jpg", cast, width=3, text=data.draw(some), data={"note": "=x", "width": "wide"})
    with tempfile.TemporaryDirectory() as place:
        [again], _ = back(form, Path(place) / f"votes.{form}", [sample], QUESTIONS, Options(layout="wide"))

    assert {one.question: one.value for one in again.votes} == {one.question: one.value for one in cast}
    assert (again.width, again.text, again.data) == (3, sample.text, {"note": "=x", "data.width": "wide"})


def test_a_wide_table_has_a_column_for_each_annotator(tmp_path: Path) -> None:
    asked = [question("choice", "animal")]
    given = [
        Annotated("a", (vote("cat", asked="animal"), vote("dog", asked="animal", annotator="b@x"))),
        Annotated("b", (vote("dog", asked="animal", annotator="b@x"),)),
    ]
    again, written = back("csv", tmp_path / "v.csv", given, asked, Options(layout="wide", columns="annotators"))

    assert (tmp_path / "v.csv").read_text() == "sample,animal@ann,animal@b@x\na,cat,dog\nb,,dog\n"
    assert [[(v.annotator, v.value) for v in one.votes] for one in again] == [
        [("ann", "cat"), ("b@x", "dog")],
        [("b@x", "dog")],
    ]
    assert written.lost == {}


def test_a_wide_table_of_another_maker_is_understood(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("file_name;tags;note\r\nx.png;cat|dog;hello\r\ny.png;;\r\nz.png;sea gull;\r\n")
    found, refused = read("csv", tmp_path / "t.csv", [question("tags", "tags")])

    assert values(found) == {"x.png": [["cat", "dog"]], "y.png": [], "z.png": [["sea gull"]]}
    assert found[0].data == {"note": "hello"}
    assert refused == []


@pytest.mark.parametrize("column", ["animal", "label", "value"])
def test_a_table_with_a_row_for_each_annotator_keeps_who_said_what(tmp_path: Path, column: str) -> None:
    (tmp_path / "t.csv").write_text(f"sample,annotator,{column}\na,ann,cat\na,bob,dog\nb,,dog\nb,ann,\n")
    found, refused = read("csv", tmp_path / "t.csv", [question("choice", "animal")])

    said = [(one.name, vote.question, vote.annotator, vote.value) for one in found for vote in one.votes]
    assert said == [
        ("a", "animal", "ann", "cat"),
        ("a", "animal", "bob", "dog"),
        ("b", "animal", "csv:t.csv", "dog"),
    ]
    assert refused == []


def test_without_questions_the_label_column_is_the_vote(tmp_path: Path) -> None:
    (tmp_path / "t.tsv").write_text("text\tlabel\nhello\tspam\n")
    [sample], _ = read("tsv", tmp_path / "t.tsv")

    assert sample.text == "hello"
    assert [(one.question, one.value) for one in sample.votes] == [("label", "spam")]


def test_a_formula_is_harmless_in_a_spreadsheet_and_reads_back(tmp_path: Path) -> None:
    evil = "=cmd|' /C calc'!A0"
    given = [Annotated(evil, (vote("-2", sample=evil, asked="text", annotator="@SUM(1)"),))]
    again, _ = back("csv", tmp_path / "v.csv", given, [question("text", "text")], Options(spreadsheet=True))

    with (tmp_path / "v.csv").open(newline="") as file:
        row = next(csv.DictReader(file))
    assert (row["sample"], row["annotator"], row["value"]) == ("'" + evil, "'@SUM(1)", "-2")
    assert again == given


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"sample": "a", "question": "q", "annotator": "x", "confidence": 2}', "confidence is 2, not between 0 and 1"),
        ('{"sample": "a", "question": "q", "annotator": "x", "confidence": NaN}', "NaN is no number"),
        ('{"sample": "a", "question": "q", "annotator": "x", "decides": 1}', "decides must be true or false"),
        ('{"sample": "a", "question": 7, "annotator": "x"}', "question must be a text"),
        ('{"sample": "a", "of": {"width": -1}}', "width is -1"),
        ('{"sample": 3}', 'expected an object with "sample"'),
        ("[" * 100_000, "nested too deeply"),
        ("{", "no JSON"),
    ],
)
def test_a_bad_line_costs_one_line(tmp_path: Path, line: str, why: str) -> None:
    good = '{"sample":"b","question":"q","annotator":"x","value":"cat"}'
    (tmp_path / "v.jsonl").write_text(f"{good}\n{line}\n\n{good}\n")
    found, refused = read("jsonl", tmp_path / "v.jsonl")

    assert values(found) == {"b": ["cat", "cat"]}
    assert [one.where for one in refused] == ["line 2"]
    assert why in refused[0].why


def test_a_bad_row_costs_one_row(tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text(
        "sample,question,annotator,value,repeat\na,q,x,cat,0\nb,q,x,cat,many\nc,q,x,cat,0,9\n,q,x,cat,0\nd,q,,dog,0\n"
    )
    found, refused = read("csv", tmp_path / "v.csv")

    assert values(found) == {"a": ["cat"], "d": ["dog"]}
    assert found[1].votes[0].annotator == "csv:v.csv"
    assert [(one.name, one.where) for one in refused] == [("b", "line 3"), ("c", "line 4"), ("", "line 5")]


def test_the_same_file_gives_the_same_votes(tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("sample,question,annotator,value\na,q,x,cat\na,q,y,cat\n")
    once, again = (read("csv", tmp_path / "v.csv")[0] for _ in range(2))

    assert once == again
    assert len({one.uuid for one in once[0].votes}) == 2


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-32"])
def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "v.csv").write_text("sample,question,annotator,value\nä,q,x,cat\n", encoding=encoding)

    assert values(read("csv", tmp_path / "v.csv")[0]) == {"ä": ["cat"]}


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "is empty"), ("a,a\n1,2\n", "two columns are called 'a'"), ('a,b\n"x', "line 2: unexpected end of data")],
)
def test_a_table_that_is_none_says_so(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "v.csv").write_text(text)
    with pytest.raises(DataError, match=why):
        read("csv", tmp_path / "v.csv")


def test_votes_not_asked_for_are_counted(tmp_path: Path) -> None:
    given = [Annotated("a", (vote("cat", sample="a"), vote("dog", sample="a", annotator="b", decides=True)))]
    for chosen in (Options(annotator="b"), Options(resolved=True)):
        again, written = back("jsonl", tmp_path / "v.jsonl", given, [question("choice")], chosen)
        assert values(again) == {"a": ["dog"]}
        assert written.lost == {"votes not asked for": 1}
