"""The catalogue: every format is found, guesses itself by content, and says what it holds."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from tests.formats.made import WIDTH, answer, back, question, values, vote

from datastork.core.errors import DataError, NotFoundError, SourceError, TooLargeError
from datastork.core.questions import KINDS, Question
from datastork.formats import catalog
from datastork.formats.format import READING, WRITING, Options
from datastork.formats.record import Annotated
from datastork.formats.stream import entries

BOX = {"label": "cat", "x": 1.0, "y": 1.0, "width": 2.0, "height": 2.0}
KEYFRAME = {"frame": 0, "x": 1.0, "y": 1.0, "width": 2.0, "height": 2.0, "outside": False, "occluded": False}
ONE: dict[str, Any] = {
    "boxes": [BOX],
    "events": [{"label": "cat", "onset": 0.5, "offset": 1.0}],
    "tracks": [{"label": "cat", "track": 1, "keyframes": [KEYFRAME]}],
    "spans": [{"start": 0, "end": 4, "label": "cat"}],
    "choice": "cat",
}


def made(form: str) -> tuple[Question, Annotated]:
    kind = next(one for one in ONE if one in catalog.find(form).kinds)
    known: dict[str, Any] = {"text": "cats are here"} if kind in ("spans", "choice") else {}
    known |= {"width": WIDTH, "height": WIDTH} if kind in ("boxes", "tracks") else {}
    return question(kind), Annotated("a.jpg", (vote(ONE[kind]),), **known)


@pytest.mark.parametrize("form", catalog.names())
def test_a_format_is_guessed_by_what_it_writes(tmp_path: Path, form: str) -> None:
    found = catalog.find(form)
    asked, sample = made(form)
    path = tmp_path / ("set" if found.folder else f"a{found.suffixes[0]}")
    found.write(path, [sample], [asked])

    assert found.name == form
    assert catalog.guess(path) == form
    assert found.classes(path)[0].id == "cat"


@pytest.mark.parametrize("form", catalog.names())
def test_a_format_says_what_it_is(form: str) -> None:
    found = catalog.find(form)
    fields = set(Options.__slots__)

    assert found.says
    assert found.kinds <= set(KINDS)
    assert found.options <= fields
    assert found.options >= READING
    assert found.lossless or found.options >= WRITING


@pytest.mark.parametrize("form", catalog.names())
def test_equal_samples_give_equal_bytes(tmp_path: Path, form: str) -> None:
    found = catalog.find(form)
    asked, sample = made(form)
    written = [found.write(tmp_path / name / f"a{'' if found.folder else '.x'}", [sample], [asked]) for name in "ab"]

    assert written[0].files
    assert [one.read_bytes() for one in written[0].files] == [one.read_bytes() for one in written[1].files]
    assert [one.name for one in (tmp_path / "a").iterdir() if "writing" in one.name] == []


@pytest.mark.parametrize("form", sorted(set(catalog.names()) - {"jsonl", "csv", "tsv", "label-studio"}))
def test_a_second_annotator_is_counted_and_can_be_chosen(tmp_path: Path, form: str) -> None:
    found = catalog.find(form)
    asked, sample = made(form)
    other = vote(sample.votes[0].value, annotator="bob", repeat=0)
    both = Annotated(sample.name, (*sample.votes, other), width=sample.width, height=sample.height, text=sample.text)
    written = found.write(tmp_path / "a", [both], [asked], options=Options(replace=True))
    chosen = found.write(tmp_path / "b", [both], [asked], options=Options(annotator="bob"))

    assert written.lost["further votes on the same sample"] == 1
    assert chosen.lost["votes of other annotators"] == 1
    assert "further votes on the same sample" not in chosen.lost
    assert "who voted and when is not kept" in written.notes


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('{"annotations": [{"id": 1, "image_id": 3}], "images": []}', "coco"),
        ('{ "info": {},\n "images" :\n [ {"file_name": "a.jpg"} ] }', "coco"),
        ('[{"id": 1, "annotations": [{"result": [{"from_name": "x"}]}], "data": {}}]', "label-studio"),
        ('{"id": 1, "data": {"text": "a"}, "predictions": []}\n', "label-studio"),
        ('{"text": "a", "label": ["x"]}\n', "doccano"),
        ('{"sample": "a", "question": "q"}\n', "jsonl"),
        ('<?xml version="1.0"?>\n<annotation verified="yes">\n<filename>a</filename></annotation>', "voc"),
        ("EU NNP B-ORG\nrejects VBZ O\n\n", "conll"),
        ("1,1,399,182,121,229,1,-1,-1,-1\n", "mot"),
        ("0,5\t1,5\tbark\n", "audacity"),
        (";; x\nSPEAKER a 1 0 1 <NA> <NA> b <NA> <NA>\n", "rttm"),
    ],
)
def test_files_of_other_makers_are_guessed(tmp_path: Path, text: str, form: str) -> None:
    (tmp_path / "a.txt").write_text(text)

    assert catalog.guess(tmp_path / "a.txt") == form


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(NotFoundError, match=r"no format 'labelstudio'; did you mean 'label-studio'\?"):
        catalog.find("labelstudio")


def test_what_is_no_format_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(bytes(range(256)))
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(DataError, match="in no format of annotations we know"):
        catalog.guess(tmp_path / "a.bin")
    with pytest.raises(DataError, match="empty is empty"):
        catalog.guess(tmp_path / "empty")
    with pytest.raises(SourceError, match="No such file"):
        catalog.guess(tmp_path / "nowhere")


def test_a_question_that_is_not_there_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no question 'lable'; did you mean 'label'\?"):
        catalog.find("coco").write(tmp_path / "a", [], [question("boxes")], options=Options(question="lable"))


def test_a_question_can_be_chosen(tmp_path: Path) -> None:
    asked = [question("boxes", "first"), question("boxes", "second")]
    sample = Annotated("a.jpg", (vote([], asked="first"), vote([BOX], asked="second")), width=9, height=9)
    again, written = back("coco", tmp_path / "a.json", [sample], asked, Options(question="second"))

    assert [(one.question, one.value) for one in again[0].votes] == [("second", [BOX])]
    assert written.lost == {"votes on 'first' (boxes)": 1}


def test_names_of_classes_are_understood_in_place_of_their_ids(tmp_path: Path) -> None:
    from datastork.core.questions import LabelClass

    asked = [Question("q", "boxes", classes=(LabelClass("/m/0bt9lr", "Dog", aliases=("hound",)),))]
    sample = Annotated("a.jpg", (vote([{**BOX, "label": "/m/0bt9lr"}], asked="q"),), width=9, height=9)
    again, _ = back("coco", tmp_path / "a.json", [sample], asked, Options(names=True))

    assert json.loads((tmp_path / "a.json").read_text())["categories"][0]["name"] == "Dog"
    assert again[0].votes[0].value[0]["label"] == "/m/0bt9lr"


def test_an_entry_without_end_costs_one_entry_and_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with path.open("wb") as file:
        file.write(b'[{"data":{"image":"a.jpg"}},{"data":{"image":"b.jpg"},"annotations":[')
        for _ in range(40):
            file.write(b"1234567," * (1 << 17))  # 40 MiB of numbers
        file.write(b'1]},{"data":{"image":"c.jpg"}}]')
    tracemalloc.start()
    with path.open("rb") as data:
        found = list(entries(data, limit=4 << 20))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert [type(one.value) for one in found] == [dict, TooLargeError, dict]
    assert peak < 64 << 20


def test_answers_of_every_kind_have_a_format() -> None:
    held = {kind for form in catalog.names() for kind in catalog.find(form).kinds}

    assert held == set(KINDS)
    assert answer("choice") is not None
    assert values([]) == {}
