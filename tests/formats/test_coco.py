"""COCO: coordinates, run lengths, joins, images without annotations, and files that want to do harm."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.made import CLASSED, answer, back, image, question, read, values, vote

from datastork.core.errors import DataError
from datastork.core.questions import Question
from datastork.formats import catalog
from datastork.formats.format import Options
from datastork.formats.record import Annotated

# an apple (3 × 2 pixels at (1, 1), as the runs of a 6 × 4 image) and a person of two parts with two points
SMALL: dict[str, Any] = {
    "images": [
        {"id": 700, "file_name": "a.jpg", "width": 6, "height": 4, "licence": 1},
        {"id": 3, "file_name": "sub\\b.jpg", "width": 8, "height": 8},
        {"id": 5, "file_name": "empty.jpg", "width": 2, "height": 2},
    ],
    "annotations": [
        {"id": 9, "image_id": 3, "category_id": 1, "bbox": [1, 2, 3, 4.5], "iscrowd": 0, "area": 1},
        {"id": 2, "image_id": 700, "category_id": 90, "bbox": [1, 1, 3, 2], "iscrowd": 1,
         "segmentation": {"size": [4, 6], "counts": [5, 2, 2, 2, 2, 2, 9]}},
        {"id": 1, "image_id": 3, "category_id": 90, "bbox": [0, 0, 8, 8], "iscrowd": 0,
         "segmentation": [[0, 0, 2, 0, 2, 2, 0, 2], [4, 4, 8, 4, 8, 8, 4, 8]]},
    ],
    "categories": [{"id": 90, "name": "apple", "supercategory": "fruit"}, {"id": 1, "name": "cat"}],
}  # fmt: skip


def put(place: Path, what: dict[str, Any]) -> Path:
    path = place / "c.json"
    path.write_text(json.dumps(what))
    return path


@pytest.mark.parametrize("kind", ["boxes", "polygons", "masks", "keypoints", "text"])
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_a_value_comes_back_from_the_file(kind: str, data: st.DataObject) -> None:
    extra = {"rotated": True} if kind == "boxes" else {}
    value = data.draw(answer(kind, **extra))
    for at, region in enumerate(value if isinstance(value, list) else ()):
        region |= {"id": f"r{at}", "attributes": {"occluded": True, "note": "é", "n": 1.5}, "iscrowd": True}
    with tempfile.TemporaryDirectory() as place:
        given = [Annotated("none.jpg", width=5, height=5), image(value)]
        again, written = back("coco", Path(place) / "c.json", given, [question(kind)])

    empty = [[]] if value == [] else [value]
    assert values(again) == {"none.jpg": [], "a.jpg": empty}
    assert written.lost == {}


def test_what_stands_in_a_file_is_read_as_it_is_meant(tmp_path: Path) -> None:
    boxes, refused = read(
        "coco",
        put(tmp_path, SMALL),
        [
            question(
                "boxes",
                "b",
            )
        ],
    )

    assert refused == []
    assert values(boxes) == {
        "a.jpg": [[{"label": "apple", "x": 1.0, "y": 1.0, "width": 3.0, "height": 2.0, "iscrowd": True}]],
        "sub/b.jpg": [
            [
                {"label": "apple", "x": 0.0, "y": 0.0, "width": 8.0, "height": 8.0},
                {"label": "cat", "x": 1.0, "y": 2.0, "width": 3.0, "height": 4.5},
            ]
        ],
        "empty.jpg": [[]],
    }
    assert boxes[0].data == {"licence": 1}
    assert (boxes[0].width, boxes[0].height) == (6, 4)


def test_polygons_become_masks_and_runs_become_polygons(tmp_path: Path) -> None:
    masks, _ = read("coco", put(tmp_path, SMALL), [question("masks")])
    polygons, _ = read("coco", put(tmp_path, SMALL), [question("polygons")])

    assert values(masks)["a.jpg"][0][0]["counts"] == [5, 2, 2, 2, 2, 2, 9]
    [both] = values(masks)["sub/b.jpg"][0]
    assert sum(both["counts"][1::2]) == 4 + 16
    assert values(polygons)["a.jpg"][0][0]["points"] == [[1.0, 1.0], [1.0, 3.0], [4.0, 3.0], [4.0, 1.0]]
    parts = values(polygons)["sub/b.jpg"][0]
    assert [one["attributes"] for one in parts] == [{"object": "1"}, {"object": "1"}]


def test_parts_of_one_object_are_one_annotation_again(tmp_path: Path) -> None:
    polygons, _ = read("coco", put(tmp_path, SMALL), [question("polygons")])
    catalog.find("coco").write(tmp_path / "out.json", polygons, [question("polygons")])
    found = json.loads((tmp_path / "out.json").read_text())

    of_b = [one for one in found["annotations"] if one["image_id"] == 2]
    assert [(len(one["segmentation"]), one["area"], one["bbox"]) for one in of_b] == [(2, 20, [0.0, 0.0, 8.0, 8.0])]


def test_without_questions_the_richest_answer_is_the_label(tmp_path: Path) -> None:
    found, _ = read("coco", put(tmp_path, SMALL))

    assert {one.question for sample in found for one in sample.votes} == {"label"}
    assert values(found)["a.jpg"][0][0]["size"] == [4, 6]
    assert [one.id for one in catalog.find("coco").classes(tmp_path / "c.json")] == ["apple", "cat"]


def test_keypoints_are_named_by_their_category(tmp_path: Path) -> None:
    asked = Question("pose", "keypoints", classes=CLASSED, points=("a", "b"), links=(("a", "b"),))
    points = [{"name": "a", "x": 1.0, "y": 2.0, "visible": 2}, {"name": "b", "x": 5.0, "y": 4.0, "visible": 1}]
    given = Annotated("a.jpg", (vote([{"label": "dog", "points": points}], asked="pose"),))
    [again], _ = back("coco", tmp_path / "c.json", [given], [asked])
    file = json.loads((tmp_path / "c.json").read_text())

    assert again.votes[0].value == given.votes[0].value
    assert file["categories"][1] | {"id": 0} == {
        "id": 0, "name": "dog", "supercategory": "", "keypoints": ["a", "b"], "skeleton": [[1, 2]],
    }  # fmt: skip
    assert file["annotations"][0]["keypoints"] == [1.0, 2.0, 2, 5.0, 4.0, 1]
    assert file["annotations"][0]["num_keypoints"] == 2


def test_the_area_is_that_of_the_mask_and_runs_are_compressed(tmp_path: Path) -> None:
    mask = {"label": "cat", "size": [2, 3], "counts": [1, 2, 3]}
    back("coco", tmp_path / "c.json", [image([mask])], [question("masks")])
    [mark] = json.loads((tmp_path / "c.json").read_text())["annotations"]

    assert mark == {
        "id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 2, 2], "area": 2,
        "segmentation": {"size": [2, 3], "counts": "123"}, "iscrowd": 0,
    }  # fmt: skip


def test_two_annotators_are_never_silently_one(tmp_path: Path) -> None:
    box = {"label": "cat", "x": 1.0, "y": 1.0, "width": 2.0, "height": 2.0}
    others = vote([], annotator="bob", decides=True), vote(None, annotator="c", skipped="?")
    given = [Annotated("a.jpg", (vote([box]), *others))]
    asked = [question("boxes")]
    again, written = back("coco", tmp_path / "c.json", given, asked)
    assert values(again) == {"a.jpg": [[]]}
    assert written.lost == {"further votes on the same sample": 1, "skips": 1}

    again, written = back("coco", tmp_path / "c.json", given, asked, Options(annotator="ann"))
    assert values(again) == {"a.jpg": [[box]]}
    assert written.lost == {"votes of other annotators": 2}
    assert again[0].votes[0].annotator == "ann"


def test_a_revised_vote_stands_and_the_earlier_is_counted(tmp_path: Path) -> None:
    box = {"label": "cat", "x": 1.0, "y": 1.0, "width": 2.0, "height": 2.0}
    given = [Annotated("a.jpg", (vote([box], uuid="1"), vote([], uuid="2", replaces="1")))]
    again, written = back("coco", tmp_path / "c.json", given, [question("boxes")])

    assert values(again) == {"a.jpg": [[]]}
    assert written.lost == {"votes revised later": 1}


@pytest.mark.parametrize(
    ("mark", "why"),
    [
        ({"category_id": 8}, "there is no category 8"),
        ({"image_id": 99}, "there is no image 99"),
        ({"id": 1}, "the annotation id 1 is given twice"),
        ({"bbox": [0, 0, -3, 1]}, "may not be negative"),
        ({"bbox": [0, 0, 1]}, "a bbox is"),
        ({"bbox": [0, 0, 1e999, 1]}, "Infinity is no number"),
        ({"bbox": [0, 0, "x", 1]}, "expected pixels, got 'x'"),
        ({"image_id": None}, "expected an image_id, got None"),
    ],
)
def test_a_bad_annotation_costs_itself(tmp_path: Path, mark: dict[str, Any], why: str) -> None:
    bad = {"id": 77, "image_id": 3, "category_id": 1, "bbox": [0, 0, 1, 1], **mark}
    path = put(tmp_path, {**SMALL, "annotations": [*SMALL["annotations"], bad]})
    found, refused = read("coco", path, [question("boxes")])

    assert [len(one.votes[0].value) for one in found] == [1, 2, 0]
    assert len(refused) == 1
    assert why in refused[0].why


def test_not_a_number_costs_the_entry_it_stands_in(tmp_path: Path) -> None:
    path = put(tmp_path, SMALL)
    path.write_text(path.read_text().replace("4.5", "NaN"))
    found, refused = read("coco", path, [question("boxes")])

    assert [len(one.votes[0].value) for one in found] == [1, 1, 0]
    assert [(one.where, "NaN is no number" in one.why) for one in refused] == [("annotations, entry 1", True)]


def test_an_image_listed_twice_is_there_once(tmp_path: Path) -> None:
    path = put(tmp_path, {**SMALL, "images": [*SMALL["images"], {"id": 5, "file_name": "other.jpg"}]})
    found, refused = read("coco", path, [question("boxes")])

    assert [one.name for one in found] == ["a.jpg", "sub/b.jpg", "empty.jpg"]
    assert [one.why for one in refused] == ["the image id 5 is given twice"]


def test_an_answer_nobody_asks_for_is_said(tmp_path: Path) -> None:
    found, refused = read("coco", put(tmp_path, SMALL), [question("choice")])

    assert [one.votes for one in found] == [(), (), ()]
    assert any("answers of kind boxes, which no question given asks for" in one.why for one in refused)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "the file is empty"),
        ('{"images": [{"id": 1,', "cut short"),
        ("[" * 50_000, r"nested too deeply|cut short|no COCO"),
        ('{"images": []} x', "more after the end"),
        ("{}", "neither images nor annotations"),
        ('"hello"', "neither a list nor an object"),
    ],
)
def test_a_file_that_is_none_says_so(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "c.json").write_text(text)
    with pytest.raises(DataError, match=why):
        read("coco", tmp_path / "c.json")


def test_what_lies_there_is_replaced_only_when_told_and_only_whole(tmp_path: Path) -> None:
    form, path = catalog.find("coco"), tmp_path / "c.json"
    form.write(path, [image([])], [question("boxes")])
    before = path.read_bytes()
    with pytest.raises(Exception, match="is there already"):
        form.write(path, [image([])], [question("boxes")])

    def breaking() -> Any:
        yield image([])
        raise RuntimeError("the source broke")

    with pytest.raises(RuntimeError, match="the source broke"):
        form.write(path, breaking(), [question("boxes")], options=Options(replace=True))
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["c.json"]
    form.write(path, [image([])], [question("boxes")], options=Options(replace=True))
    assert path.read_bytes() == before
