"""Texts that hold parts of an evaluation set are found, whatever kind of file it is in."""

import csv
import json
import os

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.clean.text._evaluation import runs
from datastork.clean.text._evaluation.files import texts
from datastork.clean.text.decontaminate import decontaminate
from datastork.core.errors import RecipeError
from datastork.media.text import Text
from datastork.media.text.measures.folded import fold, hashed, ngram_hashes
from datastork.testing import check_step

QUESTION = "Natalia sold clips to 48 of her friends in April, and then she sold half as many clips in May."
OTHER = "Weng earns 12 dollars an hour for babysitting; yesterday, she just did 50 minutes of babysitting."
SHORT = "What is the name of the tallest bird?"
PROSE = "The robin sat on the wall, sang of rain, and flew to the tree when the cat came out of the house."


@pytest.fixture
def evaluation(tmp_path):
    path = tmp_path / "grade_school.jsonl"
    rows = [{"question": QUESTION, "answer": ["72", SHORT]}, {"question": OTHER, "answer": []}]
    path.write_text("\n\n".join(json.dumps(row) for row in rows))
    return str(path)


def judge(content, path, **settings):
    return decontaminate(Text(content), against=path, **settings)


def test_it_keeps_its_promises(evaluation):
    check_step("clean.text.decontaminate", settings={"against": [evaluation], "fields": ["question"]})


def test_a_text_with_an_evaluation_text_in_it_goes(evaluation):
    dropped = judge(f"{PROSE} {QUESTION.upper().replace(',', ' --')} {PROSE}", evaluation, fields=["question"])

    words = len(fold(QUESTION))
    assert dropped.evidence == pytest.approx(words / (words + 2 * len(fold(PROSE))))
    assert dropped.reason == f"{100 * dropped.evidence:.3g} % of its words stand in grade_school.jsonl"


def test_other_texts_stay(evaluation):
    assert judge(PROSE, evaluation, fields=["question"]) is None
    assert judge("", evaluation, fields=["question"]) is None
    assert judge(" ".join(QUESTION.split()[:12]), evaluation, fields=["question"]) is None
    assert judge(" ".join(QUESTION.split()[:13]), evaluation, fields=["question"]) is not None


def test_short_evaluation_texts_are_looked_for_as_a_whole(evaluation):
    fields = ["answer", "question"]

    assert judge(f"{PROSE} {SHORT}", evaluation, fields=fields) is not None
    assert judge(f"{PROSE} {SHORT.replace('tallest', 'smallest')}", evaluation, fields=fields) is None
    assert judge(f"{PROSE} {SHORT}", evaluation, fields=["question"]) is None


def test_the_number_of_words_and_the_share_are_settings(evaluation):
    mixed = f"{PROSE} {' '.join(QUESTION.split()[:6])}."

    assert judge(mixed, evaluation, fields=["question"], words=6).evidence == pytest.approx(6 / (6 + len(fold(PROSE))))
    assert judge(mixed, evaluation, fields=["question"], words=6, above=0.5) is None


def test_the_reason_names_the_file_that_has_most(tmp_path, evaluation):
    more = tmp_path / "more.txt"
    more.write_text(f"{PROSE}\n{PROSE} {QUESTION}\n")

    dropped = decontaminate(Text(f"{QUESTION} {PROSE}"), against=[evaluation, str(more)], fields=["question"])

    assert dropped.evidence == 1.0
    assert dropped.reason == "100 % of its words stand in more.txt"


def write_csv(path, rows, delimiter=","):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["id", "text"], delimiter=delimiter)
        writer.writeheader()
        writer.writerows({"id": number, "text": text} for number, text in enumerate(rows))


WRITERS = {
    "lines.txt": lambda path, rows: path.write_text("\n".join(rows)),
    "paragraphs.txt": lambda path, rows: path.write_text("\n \n".join(row.replace(", ", ",\n") for row in rows)),
    "rows.jsonl": lambda path, rows: path.write_text("".join(json.dumps({"text": row}) + "\n" for row in rows)),
    "rows.csv": write_csv,
    "rows.TSV": lambda path, rows: write_csv(path, rows, "\t"),
    "rows.parquet": lambda path, rows: parquet.write_table(pa.table({"text": rows, "n": [[1]] * len(rows)}), path),
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_kind_of_file(tmp_path, name):
    path = tmp_path / name
    WRITERS[name](path, [QUESTION, "é" + OTHER])

    assert judge(f"{PROSE} {QUESTION}", str(path)) is not None
    assert judge(PROSE, str(path)) is None


def test_a_changed_file_is_read_again(tmp_path):
    path = tmp_path / "set.txt"
    path.write_text(QUESTION)
    assert judge(OTHER, str(path)) is None

    path.write_text(OTHER)
    os.utime(path, ns=(1, 1))

    assert judge(OTHER, str(path)) is not None


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("set.docx", "x", "against: set.docx is none of .txt, .jsonl"),
        ("set.txt", "too short\n\nthis too", "no text in set.txt has 8 words or more"),
        ("set.jsonl", '{"texts": "a"}', "set.jsonl, line 1 has no field 'text'; did you mean 'texts'"),
        ("set.jsonl", "[1, 2]", "set.jsonl, line 1 has no field 'text'"),
        ("set.jsonl", '{"text": "a"', "set.jsonl cannot be read"),
        ("set.csv", "id,body\n1,b\n", "set.csv has no field 'text'; it has id, body"),
        ("set.parquet", "no parquet at all", "set.parquet cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_is_said_to_be(tmp_path, name, content, told):
    (tmp_path / name).write_text(content)

    with pytest.raises(RecipeError, match=told):
        judge(PROSE, str(tmp_path / name))


def test_a_file_is_read_once_even_when_it_cannot_be_used(tmp_path, monkeypatch):
    path = tmp_path / "set.jsonl"
    path.write_text("{")
    read = []
    monkeypatch.setattr(runs, "texts", lambda *given: read.append(given) or texts(*given))

    for _ in range(3):
        with pytest.raises(RecipeError, match=r"set\.jsonl cannot be read"):
            judge(PROSE, str(path))

    assert len(read) == 1


@given(st.lists(st.sampled_from("abc"), max_size=30), st.integers(1, 16))
def test_runs_are_the_same_where_their_words_are(words, size):
    numbers = ngram_hashes(hashed(words), size).tolist()
    there = [tuple(words[start : start + size]) for start in range(len(words) - size + 1)]

    assert len(numbers) == len(there)
    assert len(set(numbers)) == len(set(zip(numbers, there, strict=True))) == len(set(there))
