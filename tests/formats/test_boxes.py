"""YOLO, Pascal VOC and CVAT: coordinates, orders of classes, empty images, and files that want to do harm."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.made import (
    CLASSES,
    HEIGHT,
    POINTS,
    WIDTH,
    answer,
    answered,
    back,
    boxes,
    image,
    plain_names,
    question,
    read,
    values,
    vote,
)

from datastork.core.errors import DataError
from datastork.core.questions import LabelClass, Question
from datastork.formats import catalog
from datastork.formats.format import Options
from datastork.formats.record import Annotated

SIZES = Options(sizes={"a.jpg": (WIDTH, HEIGHT), "d/b.jpg": (WIDTH, HEIGHT)})
BOX = {"label": "dog", "x": 10.0, "y": 20.0, "width": 30.0, "height": 8.0}


@pytest.mark.parametrize("layout", ["ultralytics", "darknet"])
@pytest.mark.parametrize("kind", ["boxes", "polygons", "keypoints"])
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_yolo_gives_back_what_was_written(layout: str, kind: str, data: st.DataObject) -> None:
    if layout == "darknet" and kind == "keypoints":
        return  # Darknet says nowhere how many points there are
    given = [image(data.draw(answer(kind))), Annotated("d/b.jpg", width=WIDTH, height=HEIGHT)]
    given = [Annotated(one.name, one.votes, width=one.width, height=one.height, split="train") for one in given]
    with tempfile.TemporaryDirectory() as place:
        chosen = Options(sizes=SIZES.sizes, layout=layout)
        again, written = back("yolo", Path(place) / "set", given, [question(kind)], chosen)

    assert values(again) == values(given)
    assert [(one.split, one.width, one.height) for one in again] == [("train", WIDTH, HEIGHT)] * 2
    assert written.lost == {}


@given(value=st.lists(boxes(rotated=True), max_size=1))
@settings(max_examples=20, deadline=None)
def test_yolo_keeps_rotated_boxes_as_four_corners(value: list[dict[str, Any]]) -> None:
    value = [{**one, "width": one["width"] + 1, "height": one["height"] + 1} for one in value]
    with tempfile.TemporaryDirectory() as place:
        chosen = Options(sizes=SIZES.sizes, rotated=True)
        [again], _ = back("yolo", Path(place) / "set", [image(value)], [question("boxes")], chosen)

    for one, other in zip(again.votes[0].value, value, strict=True):
        assert {**one, "label": 0} == pytest.approx({**other, "label": 0}, abs=2e-5)


def test_yolo_writes_what_ultralytics_reads(tmp_path: Path) -> None:
    given = [
        Annotated("d/b.jpg", answered([BOX], name="d/b.jpg").votes, width=100, height=40, split="train"),
        Annotated("none.png", answered([], name="none.png").votes, width=9, height=9, split="val"),
        Annotated("never.png", width=9, height=9, split="val"),
    ]
    written = catalog.find("yolo").write(tmp_path / "set", given, [question("boxes")])
    files = {one.relative_to(tmp_path / "set").as_posix(): one.read_text() for one in written.files}

    assert files == {
        "data.yaml": "path: .\ntrain: train.txt\nval: val.txt\nnames:\n"
        '  0: "cat"\n  1: "dog"\n  2: "sea gull"\n  3: "Vögel & <Co>"\n',
        "train.txt": "./images/d/b.jpg\n",
        "val.txt": "./images/none.png\n./images/never.png\n",
        "labels/d/b.txt": "1 0.25 0.6 0.3 0.2\n",
        "labels/none.txt": "",
    }
    assert [one.id for one in catalog.find("yolo").classes(tmp_path / "set")] == list(CLASSES)


def test_yolo_of_other_makers_is_read(tmp_path: Path) -> None:
    (tmp_path / "valid/labels").mkdir(parents=True)
    (tmp_path / "valid/images").mkdir()
    (tmp_path / "data.yaml").write_text(
        "train: ../train/images\nval: ../valid/images # mine\nnc: 2\nnames: ['a, b', c]\n"
    )
    (tmp_path / "valid/images/x.bmp").write_bytes(bitmap(20, 10))
    (tmp_path / "valid/images/y.bmp").write_bytes(bitmap(20, 10))
    (tmp_path / "valid/labels/x.txt").write_text("0 0.5 0.5 0.5 0.5\n1 0.1 0.2 0.3 0.2 0.3 0.4 0.1 0.4 0.1 0.3\n")
    found, refused = read("yolo", tmp_path)

    assert refused == []
    assert [(one.name, one.split) for one in found] == [("x.bmp", "val"), ("y.bmp", "val")]
    assert [(one.question, one.value[0]["label"]) for one in found[0].votes] == [("label", "a, b"), ("polygons", "c")]
    assert found[0].votes[0].value[0] == {"label": "a, b", "x": 5.0, "y": 2.5, "width": 10.0, "height": 5.0}
    assert found[1].votes == ()


def bitmap(width: int, height: int) -> bytes:
    row = -(-width * 3 // 4) * 4
    head = b"BM" + (54 + row * height).to_bytes(4, "little") + bytes(4) + (54).to_bytes(4, "little")
    info = (40).to_bytes(4, "little") + width.to_bytes(4, "little") + height.to_bytes(4, "little")
    return head + info + (1).to_bytes(2, "little") + (24).to_bytes(2, "little") + bytes(24) + bytes(row * height)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("9 0.5 0.5 0.1 0.1", "class 9 is not among the classes (0 to 3)"),
        ("-1 0.5 0.5 0.1 0.1", "class -1 is not"),
        ("0 0.5 0.5 -0.05 0.1", "may not be negative"),
        ("0 nan 0.5 0.1 0.1", "expected a number, got 'nan'"),
        ("0 0.5 0.5 inf 0.1", "expected a number, got 'inf'"),
        ("0 120 30 10 10", "120 is no share of the image"),
        ("0 0.5 0.5", "3 numbers are neither"),
        ("cat 0.5 0.5 0.1 0.1", "expected the number of a class"),
    ],
)
def test_a_bad_line_of_yolo_costs_itself(tmp_path: Path, line: str, why: str) -> None:
    (tmp_path / "classes.txt").write_text("\n".join(CLASSES))
    (tmp_path / "a.txt").write_text(f"0 0.5 0.5 0.5 0.5\n{line}\n")
    found, refused = read("yolo", tmp_path, sizes={"a": (10, 10)})

    assert [len(one.votes[0].value) for one in found] == [1]
    assert [(one.where, why in one.why) for one in refused] == [("a.txt, line 2", True)]


@pytest.mark.parametrize(
    "name", ["../../x.jpg", "/etc/passwd", "C:/x.jpg", "a/../../b.jpg", "a\\..\\b.jpg", "x\x00.jpg"]
)
@pytest.mark.parametrize("form", ["yolo", "voc", "audacity", "webvtt", "textgrid", "mot"])
def test_names_that_leave_the_folder_are_never_written(tmp_path: Path, form: str, name: str) -> None:
    kind = {"yolo": "boxes", "voc": "boxes", "mot": "tracks"}.get(form, "events")
    size = {} if kind == "events" else {"width": 9, "height": 9}
    given = [answered([], name=name, **size), answered([], name="good.jpg", **size)]
    written = catalog.find(form).write(tmp_path / "in" / "set", given, [question(kind)])

    assert written.count == 1
    assert written.lost == {"samples whose names no file can have": 1}
    assert {one.name for one in tmp_path.iterdir()} == {"in"}


def test_lists_that_leave_the_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "secret.jpg").write_bytes(b"x")
    (tmp_path / "set/train.txt").write_text("../secret.jpg\n/etc/passwd\n./images/ok.jpg\n")
    (tmp_path / "set/data.yaml").write_text("path: /etc\ntrain: train.txt\nval: /etc\nnames: [a]\n")
    found, refused = read("yolo", tmp_path / "set")

    assert [one.name for one in found] == ["ok.jpg"]
    assert [("leaves the folder" in one.why) for one in refused] == [True, True, True]


def test_two_images_with_one_label_file_are_counted(tmp_path: Path) -> None:
    given = [image([BOX], "a.jpg"), image([], "a.png")]
    written = catalog.find("yolo").write(tmp_path / "set", given, [question("boxes")])

    assert (written.count, written.lost) == (1, {"samples whose label file another sample has": 1})


def test_a_rotation_yolo_cannot_hold_is_counted_and_enclosed(tmp_path: Path) -> None:
    turned = {**BOX, "rotation": 90.0}
    [again], written = back("yolo", tmp_path / "set", [image([turned])], [question("boxes")], SIZES)

    assert written.lost == {"rotation of regions": 1}
    assert again.votes[0].value == [{"label": "dog", "x": 21.0, "y": 9.0, "width": 8.0, "height": 30.0}]


@pytest.mark.parametrize("base", [0, 1, None])
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_voc_gives_back_what_was_written(base: int | None, data: st.DataObject) -> None:
    value = data.draw(answer("boxes", rotated=True))
    for region in value:
        region["attributes"] = {"difficult": True, "pose": "Left", "n": 1.5, "shade": "1", "wet": False, "é": '"'}
    given = [image(value, "d/a.jpg"), Annotated("none.jpg", split="val")]
    with tempfile.TemporaryDirectory() as place:
        again, written = back("voc", Path(place) / "set", given, [question("boxes")], Options(base=base))

    assert values(again) == values(given)
    assert [(one.split, one.width) for one in again] == [(None, WIDTH), ("val", None)]
    assert written.lost == {}


VOC = """<annotation><folder>x</folder><filename>a.jpg</filename><size><width>50</width><height>40</height></size>
<object><name>dog</name><pose>Left</pose><truncated>1</truncated><difficult>0</difficult>
<bndbox><xmin>{}</xmin><ymin>1</ymin><xmax>20</xmax><ymax>40</ymax></bndbox></object></annotation>"""


def test_voc_counts_pixels_from_one_and_includes_the_last(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(VOC.format(1))
    [sample], _ = read("voc", tmp_path)
    [region] = sample.votes[0].value

    assert region == {
        "label": "dog", "x": 0.0, "y": 0.0, "width": 20.0, "height": 40.0,
        "attributes": {"truncated": True, "pose": "Left"},
    }  # fmt: skip
    assert sample.data == {"voc_base": 1}


def test_a_zero_says_that_voc_counts_from_zero(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(VOC.format(1))
    (tmp_path / "b.xml").write_text(VOC.format(0))
    first, second = read("voc", tmp_path)[0]

    assert first.data == second.data == {"voc_base": 0}
    assert [first.votes[0].value[0][side] for side in ("x", "width")] == [1.0, 19.0]


@pytest.mark.parametrize("form", ["voc", "cvat"])
@pytest.mark.parametrize(
    "start",
    [
        '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://example.org/x.dtd">',
    ],
)
def test_entities_are_refused(tmp_path: Path, form: str, start: str) -> None:
    root = "annotation" if form == "voc" else "annotations"
    path = tmp_path / "a.xml"
    path.write_text(f"{start}<{root}><image name='&b;' width='1' height='1'/><filename>&b;</filename></{root}>")
    if form == "voc":
        assert "document type" in read(form, path)[1][0].why
    else:
        with pytest.raises(DataError, match="declares a document type"):
            read(form, path)


def test_xml_nested_deeply_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<annotation>" * 100_000)
    assert "nested deeper than 64" in read("voc", tmp_path / "a.xml")[1][0].why


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [("20</xmax>", "nan</xmax>", "expected xmax"), ("20</xmax>", "-5</xmax>", "lie before"), ("dog", "", "label")],
)
def test_a_bad_object_of_voc_costs_itself(tmp_path: Path, old: str, new: str, why: str) -> None:
    (tmp_path / "a.xml").write_text(VOC.format(1).replace(old, new))
    [sample], refused = read("voc", tmp_path)

    assert sample.votes == ()
    assert [why in one.why for one in refused] == [True]


@pytest.mark.parametrize("kind", ["boxes", "polygons", "masks", "keypoints", "tags", "choice"])
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_cvat_gives_back_what_was_written(kind: str, data: st.DataObject) -> None:
    value = data.draw(answer(kind, **({"rotated": True} if kind == "boxes" else {})))
    for at, region in enumerate(value if isinstance(value, list) and kind != "tags" else ()):
        region |= {"id": f"r{at}", "attributes": {"occluded": True, "note": "é\n<1>", "n": 1.5, "wet": False}}
    given = [image(value), Annotated("none.jpg", width=9, height=8, split="val")]
    with tempfile.TemporaryDirectory() as place:
        again, written = back("cvat", Path(place) / "a.xml", given, [question(kind)])

    assert values(again) == values(given)
    assert [(one.width, one.height, one.split) for one in again] == [(WIDTH, HEIGHT, None), (9, 8, "val")]
    assert written.lost == {}


def test_cvat_masks_go_row_by_row_within_their_box(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(
        '<annotations><image id="0" name="a.jpg" width="5" height="4">'
        '<mask label="dog" left="1" top="2" width="3" height="2" rle="1, 2, 1, 1, 1" z_order="0"></mask>'
        '<polyline label="dog" points="1,2;3,4"/></image></annotations>'
    )
    [sample], refused = read("cvat", tmp_path / "a.xml")
    from datastork.consensus.structured.runs import decode

    assert decode(sample.votes[0].value[0]).tolist() == [[0] * 5, [0] * 5, [0, 0, 1, 1, 0], [0, 0, 1, 0, 0]]
    assert ["polyline has no counterpart" in one.why for one in refused] == [True]


def test_cvat_shapes_and_attributes_are_read_as_declared(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(
        """<?xml version="1.0" encoding="utf-8"?>
<annotations><version>1.1</version><meta><job><labels><label><name>car</name><type>any</type><attributes>
<attribute><name>parked</name><input_type>checkbox</input_type></attribute>
<attribute><name>seats</name><input_type>number</input_type></attribute></attributes></label>
<label><name>man</name><type>skeleton</type></label></labels></job></meta>
<image id="3" name="s\\a.jpg" subset="train" width="100" height="80">
<box label="car" source="manual" occluded="1" xtl="10.5" ytl="5" xbr="20.5" ybr="9" rotation="30.00" z_order="0">
<attribute name="parked">true</attribute><attribute name="seats">4</attribute>
<attribute name="plate">12</attribute></box>
<skeleton label="man" z_order="0"><points label="nose" occluded="1" outside="0" points="1.00,2.00"></points>
<points label="left eye" occluded="0" outside="1" points="7,7"></points></skeleton>
<tag label="car" source="manual"/></image></annotations>"""
    )
    asked = [
        Question("b", "boxes"),
        Question("k", "keypoints", points=POINTS),
        Question("t", "choice", classes=(LabelClass("c1", "car"),)),
    ]
    [sample], refused = read("cvat", tmp_path / "a.xml", asked)
    by_name = {one.question: one.value for one in sample.votes}

    assert refused == []
    assert (sample.name, sample.split) == ("s/a.jpg", "train")
    assert by_name["b"] == [
        {
            "label": "car", "x": 10.5, "y": 5.0, "width": 10.0, "height": 4.0, "rotation": 30.0,
            "attributes": {"occluded": True, "parked": True, "seats": 4, "plate": "12"},
        }
    ]  # fmt: skip
    assert by_name["k"][0]["points"] == [
        {"name": "nose", "x": 1.0, "y": 2.0, "visible": 1},
        {"name": "left eye", "x": 0.0, "y": 0.0, "visible": 0},
    ]
    assert by_name["t"] == "c1"
    assert [one.id for one in catalog.find("cvat").classes(tmp_path / "a.xml")] == ["car", "man"]


def test_cvat_holds_boxes_and_tags_of_one_image_together(tmp_path: Path) -> None:
    asked = [question("boxes", "b"), question("choice", "c"), question("boxes", "b2")]
    cast = (vote([BOX], asked="b"), vote("cat", asked="c"), vote([], asked="b2"))
    given = Annotated("a.jpg", cast, width=9, height=9)
    [again], written = back("cvat", tmp_path / "a.xml", [given], asked)

    assert {one.question: one.value for one in again.votes} == {"b": [BOX], "c": "cat"}
    assert written.lost == {"votes on 'b2' (boxes)": 1}


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        ('<box label="a" xtl="1" ytl="1" xbr="nan" ybr="2"/>', "expected xbr"),
        ('<box label="a" xtl="5" ytl="1" xbr="1" ybr="2"/>', "may not be negative"),
        ('<box xtl="1" ytl="1" xbr="2" ybr="2"/>', "label"),
        ('<mask label="a" left="0" top="0" width="2" height="2" rle="9"/>', "sum up to 9"),
        ('<mask label="a" left="9" top="0" width="9" height="2" rle="18"/>', "outside the image"),
        ('<mask label="a" left="0" top="0" width="2" height="2" rle="-4, 8"/>', "sum up to 4"),
        ('<polygon label="a" points="1,2;3"/>', "points are written"),
        ('<polygon label="a" points="1,2;3,4"/>', "3 to"),
    ],
)
def test_a_bad_shape_of_cvat_costs_itself(tmp_path: Path, shape: str, why: str) -> None:
    (tmp_path / "a.xml").write_text(
        f'<annotations><image id="0" name="a.jpg" width="10" height="10">{shape}</image>'
        '<image id="1" name="b.jpg" width="0" height="10"/></annotations>'
    )
    found, refused = read("cvat", tmp_path / "a.xml")

    assert [one.name for one in found] == ["a.jpg"]
    assert [why in one.why for one in refused] == [True, False]
    assert "cannot be" in refused[1].why


@given(names=st.lists(plain_names, min_size=1, max_size=5, unique=True))
@settings(max_examples=20, deadline=None)
def test_the_order_of_the_classes_is_kept(names: list[str]) -> None:
    asked = Question("label", "boxes", classes=tuple(LabelClass(one, one) for one in names))
    for form in ("yolo", "voc", "cvat", "coco"):
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "set"
            catalog.find(form).write(path, [image([])], [asked])
            assert [one.id for one in catalog.find(form).classes(path)] == names
