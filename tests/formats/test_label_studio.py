"""Label Studio: every kind there and back, offsets and coordinates, people and suggestions, and what is damaged."""

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.made import CLASSED, HEIGHT, WIDTH, answer, answered, back, image, question, read, values, vote

from datastork.core.errors import DataError
from datastork.core.questions import KINDS, Question
from datastork.formats.format import Options
from datastork.formats.label_studio import brush
from datastork.formats.label_studio.shapes import Offsets
from datastork.formats.record import Annotated


def sample_of(kind: str, value: Any) -> Annotated:
    if kind in ("boxes", "polygons", "masks", "keypoints"):
        return image(value)
    if kind in ("tracks", "frames"):
        return answered(value, name="a.mp4", width=WIDTH, height=HEIGHT, frames=60, fps=10.0, seconds=6.0)
    if kind == "events":
        return answered(value, name="a.wav", seconds=20.0)
    return answered(value, name="a", text="Some 😀 text that is 40 characters long, or longer")


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"cells", "tracks"}))
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_a_value_comes_back_from_the_file(kind: str, data: st.DataObject) -> None:
    value = data.draw(answer(kind, **({"rotated": True} if kind == "boxes" else {})))
    for at, region in enumerate(value if isinstance(value, list) and kind != "tags" else ()):
        region |= {"id": f"r{at}", "attributes": {"occluded": True, "note": "é\n1", "n": 1.5}, "iscrowd": True}
    given = sample_of(kind, value)
    with tempfile.TemporaryDirectory() as place:
        [again], written = back("label-studio", Path(place) / "t.json", [given], [question(kind)])

    assert again == given
    assert written.lost == {}


@given(value=answer("tracks", frames=40))
@settings(max_examples=30, deadline=None)
def test_a_track_is_where_it_was_in_every_frame(value: list[dict[str, Any]]) -> None:
    given = sample_of("tracks", value)
    with tempfile.TemporaryDirectory() as place:
        [again], _ = back("label-studio", Path(place) / "t.json", [given], [question("tracks")])

    for one, other in zip(again.votes[0].value, value, strict=True):
        for found, wanted in zip(places(one, 60), places(other, 60), strict=True):
            assert found == (wanted if wanted is None else pytest.approx(wanted, abs=2e-6))


def places(track: dict[str, Any], frames: int) -> list[tuple[float, ...] | None]:
    """Return the box of a track in every frame, None where it is not there."""
    found: list[tuple[float, ...] | None] = []
    keys = track["keyframes"]
    for frame in range(frames):
        at = max((i for i, one in enumerate(keys) if one["frame"] <= frame), default=None)
        if at is None or keys[at]["outside"]:
            found.append(None)
            continue
        one, after = keys[at], keys[at + 1] if at + 1 < len(keys) else None
        if after is None or after["outside"]:
            after = one
        share = (frame - one["frame"]) / max(1, after["frame"] - one["frame"])
        found.append(tuple(one[k] + (after[k] - one[k]) * share for k in ("x", "y", "width", "height")))
    return found


def task(results: list[dict[str, Any]], data: dict[str, Any] | None = None, **annotation: Any) -> dict[str, Any]:
    return {
        "id": 7,
        "data": data or {"image": "/data/local-files/?d=dir/a%20b.jpg"},
        "annotations": [
            {"id": 1, "completed_by": 3, "created_at": "2026-01-01T00:00:00Z", "result": results, **annotation}
        ],
    }


def put(place: Path, *tasks: Any) -> Path:
    path = place / "t.json"
    path.write_text(json.dumps(list(tasks)))
    return path


def rectangle(**more: Any) -> dict[str, Any]:
    value = {"x": 10, "y": 25, "width": 50, "height": 50, "rotation": 0, "rectanglelabels": ["Car"], **more}
    return {
        "id": "Kx2", "type": "rectanglelabels", "from_name": "box", "to_name": "image", "value": value,
        "original_width": 200, "original_height": 100, "image_rotation": 0,
    }  # fmt: skip


def test_per_cent_become_pixels_of_the_original(tmp_path: Path) -> None:
    [sample], refused = read("label-studio", put(tmp_path, task([rectangle()], lead_time=1.23456)))

    assert refused == []
    assert (sample.name, sample.width, sample.height) == ("dir/a b.jpg", 200, 100)
    [cast] = sample.votes
    assert cast.value == [{"id": "Kx2", "label": "Car", "x": 20.0, "y": 25.0, "width": 100.0, "height": 50.0}]
    assert (cast.question, cast.annotator, cast.seconds, cast.created_at) == ("box", "3", 1.235, "2026-01-01T00:00:00Z")


def test_a_rotated_box_turns_about_its_corner_there_and_its_centre_here(tmp_path: Path) -> None:
    turned = rectangle(x=50, y=0, width=20, height=50, rotation=90)  # 40 × 50 pixels, turned about (100, 0)
    [sample], _ = read("label-studio", put(tmp_path, task([turned])))

    # it covers x 50 to 100 and y 0 to 40: its centre is (75, 20)
    assert sample.votes[0].value == [
        {"id": "Kx2", "label": "Car", "x": 55.0, "y": -5.0, "width": 40.0, "height": 50.0, "rotation": 90.0}
    ]


def test_results_that_share_an_id_are_attributes_of_the_region(tmp_path: Path) -> None:
    more = [
        {
            "id": "Kx2",
            "type": "choices",
            "from_name": "box_side",
            "to_name": "image",
            "value": {"choices": ["left", "back"]},
        },
        {"id": "Kx2", "type": "textarea", "from_name": "plate", "to_name": "image", "value": {"text": ["A 1"]}},
        {"id": "Kx2", "type": "number", "from_name": "seats", "to_name": "image", "value": {"number": 4}},
    ]
    [sample], refused = read("label-studio", put(tmp_path, task([rectangle(), *more])))

    assert refused == []
    assert sample.votes[0].value[0]["attributes"] == {"side": "left, back", "plate": "A 1", "seats": 4}


def test_offsets_of_browsers_become_code_points(tmp_path: Path) -> None:
    text = "I 😀 love Bärlin"
    span = {"start": 10, "end": 16, "text": "Bärlin", "labels": ["LOC"]}
    one = {"id": "s", "type": "labels", "from_name": "ner", "to_name": "text", "value": span}
    [sample], _ = read("label-studio", put(tmp_path, task([one], {"text": text})))
    [found] = sample.votes[0].value

    assert text[found["start"] : found["end"]] == "Bärlin"
    assert sample.text == text


@given(text=st.text(max_size=20), place=st.integers(0, 25))
def test_offsets_go_there_and_back(text: str, place: int) -> None:
    units = Offsets(text).to_units(place)

    assert Offsets(text).to_points(units) == place
    if place <= len(text):
        assert units == len(text[:place].encode("utf-16-le", "surrogatepass")) // 2


def test_an_offset_within_a_character_is_refused() -> None:
    with pytest.raises(DataError, match="offset 1 lies within a character"):
        Offsets("😀").to_points(1)


def test_sounds_and_videos_are_told_apart_from_texts(tmp_path: Path) -> None:
    bark = {"start": 0.5, "end": 1, "channel": 0, "labels": ["bark"]}
    sound = {"id": "a", "type": "labels", "from_name": "l", "to_name": "audio", "value": bark, "original_length": 3}
    frames = {"ranges": [{"start": 11, "end": 35}], "timelinelabels": ["rain"]}
    film = {"id": "b", "type": "timelinelabels", "from_name": "t", "to_name": "video", "value": frames}
    box = {"x": 0, "y": 0, "width": 50, "height": 50, "rotation": 0}
    seen = [
        {"frame": 1, "enabled": True, "time": 0.04, **box},
        {"frame": 5, "enabled": False, "time": 0.2, **box, "x": 8},
    ]
    moved = {"framesCount": 50, "duration": 2, "sequence": seen, "labels": ["car"]}
    track = {"id": "c", "type": "videorectangle", "from_name": "v", "to_name": "video", "value": moved}
    path = put(tmp_path, task([sound], {"audio": "x.wav"}), task([film, track], {"video": "x.mp4"}))
    [heard, watched], refused = read("label-studio", path, fps=25.0, sizes={"x.mp4": (100, 50)})

    assert refused == []
    assert heard.votes[0].value == [{"id": "a", "label": "bark", "onset": 0.5, "offset": 1.0}]
    by_name = {one.question: one.value for one in watched.votes}
    assert by_name["t"] == [{"id": "b", "label": "rain", "start": 10, "end": 35, "onset": 0.4, "offset": 1.4}]
    frames_ = [(one["frame"], one["time"], one["x"], one["outside"]) for one in by_name["v"][0]["keyframes"]]
    assert frames_ == [(0, 0.0, 0.0, False), (4, 0.16, 8.0, False), (5, 0.2, 8.0, True)]


def test_without_a_size_per_cent_are_refused(tmp_path: Path) -> None:
    bare = {key: value for key, value in rectangle().items() if not key.startswith("original")}
    found, refused = read("label-studio", put(tmp_path, task([bare])))

    assert [one.name for one in found] == ["dir/a b.jpg"]
    assert "nothing says the width and height" in refused[0].why


def test_skips_decisions_people_and_suggestions_come_back(tmp_path: Path) -> None:
    cast = (
        vote("cat", annotator="4", seconds=1.234, suggestion="dog", suggestion_by="net-1", changed=True),
        vote("cat", annotator="ann@x.org", suggestion="cat", suggestion_by="net-1", changed=False, repeat=0),
        vote("dog", annotator="ann@x.org", repeat=1, decides=True),
        vote(None, annotator="bob", skipped="skipped"),
    )
    suggestions = [{"question": "label", "value": "sea gull", "by": "net-2", "score": 0.5}]
    given = Annotated("a.jpg", cast, width=9, height=9, data={"lot": 3, "suggestions": suggestions})
    [again], written = back("label-studio", tmp_path / "t.json", [given], [question("choice")])

    assert again == given
    assert written.lost == {}
    exported = json.loads((tmp_path / "t.json").read_text())[0]
    assert [one["completed_by"] for one in exported["annotations"]] == [
        4,
        *([{"email": "ann@x.org"}] * 2),
        {"email": "bob"},
    ]
    assert [one.get("parent_prediction") for one in exported["annotations"]] == [1, 2, None, None]


def test_several_questions_of_one_sitting_are_one_annotation(tmp_path: Path) -> None:
    asked = [question("boxes", "b"), question("choice", "c"), question("rating", "r", low=0, high=9)]
    box = {"label": "cat", "x": 1.0, "y": 1.0, "width": 2.0, "height": 2.0}
    one = (vote([box], asked="b", uuid="1"), vote("dog", asked="c", uuid="2"), vote(0, asked="r", uuid="3"))
    other = (vote("cat", asked="c", uuid="4", created_at="2026-02-02T00:00:00Z"),)
    given = Annotated("a.jpg", one + other, width=9, height=9)
    [again], _ = back("label-studio", tmp_path / "t.json", [given], asked)

    assert len(json.loads((tmp_path / "t.json").read_text())[0]["annotations"]) == 2
    assert {v.uuid: (v.question, v.value) for v in again.votes} == {v.uuid: (v.question, v.value) for v in given.votes}


def test_an_annotation_without_marks_is_the_answer_nothing_here(tmp_path: Path) -> None:
    [told], _ = read("label-studio", put(tmp_path, task([])), [question("boxes", "box"), question("choice", "c")])
    [untold], _ = read("label-studio", put(tmp_path, task([])))
    [skipped], _ = read("label-studio", put(tmp_path, task([], was_cancelled=True)), [question("boxes", "box")])

    assert [(one.question, one.value) for one in told.votes] == [("box", [])]
    assert [(one.question, one.value) for one in untold.votes] == [("label", [])]
    assert [(one.value, one.skipped) for one in skipped.votes] == [(None, "skipped")]


def test_flat_objects_and_lines_are_tasks_too(tmp_path: Path) -> None:
    flat, _ = read("label-studio", put(tmp_path, {"image": "/data/upload/3/0a1b2c3d-x.png", "note": "n"}))
    (tmp_path / "t.jsonl").write_text("\n".join(json.dumps(task([rectangle()])) for _ in range(2)) + "\n{\n")
    several, refused = read("label-studio", tmp_path / "t.jsonl")

    assert [(one.name, one.data, one.votes) for one in flat] == [("x.png", {"note": "n"}, ())]
    assert len(several) == 2
    assert [one.name for one in refused] == [""]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"type": "ellipselabels"}, "no counterpart here"),
        ({"value": 3}, "it has no value"),
        ({"value": {"x": 1, "y": 1, "width": -5, "height": 1, "rectanglelabels": ["Car"]}}, "may not be negative"),
        ({"value": {"x": 1, "y": 1, "width": "5%", "height": 1, "rectanglelabels": ["Car"]}}, "width in per cent"),
        ({"value": {"x": 1, "y": 1, "width": 5, "height": 1, "rectanglelabels": []}}, "without label"),
        ({"original_width": 0.5}, "original_width in pixels"),
        ({"original_width": -5}, "cannot be"),
        (
            {"type": "brushlabels", "value": {"format": "rle", "rle": [0] * 20, "brushlabels": ["a"]}},
            "the brush has 0 values",
        ),
        ({"type": "brushlabels", "value": {"format": "rle", "rle": [999], "brushlabels": ["a"]}}, "list of bytes"),
    ],
)
def test_a_bad_region_costs_itself(tmp_path: Path, change: dict[str, Any], why: str) -> None:
    bad = {**rectangle(), "id": "bad", **change}
    found, refused = read("label-studio", put(tmp_path, task([rectangle(), bad])))

    assert [one["label"] for one in found[0].votes[0].value] == ["Car"]
    assert [why in one.why for one in refused] == [True]
    assert refused[0].where.startswith("task 1, annotation 1, re")


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (3, "expected a task"),
        ({"data": []}, "'data' is an object"),
        ({"data": {"image": "b.jpg"}, "annotations": {}}, None),
        ({"data": {"image": "b.jpg"}, "annotations": [1]}, "'annotations' is a list"),
        (task([rectangle()], lead_time="long"), "lead_time in seconds"),
    ],
)
def test_a_bad_task_costs_one_task(tmp_path: Path, bad: Any, why: str | None) -> None:
    found, refused = read("label-studio", put(tmp_path, task([rectangle()]), bad, task([rectangle()])))

    assert len(found) == (2 if why else 3)
    assert [one.where for one in refused] == (["task 2"] if why else [])
    assert all(str(why) in one.why for one in refused)


def test_ties_and_answers_without_size_are_counted_not_dropped_silently(tmp_path: Path) -> None:
    tie = {"left": "a", "right": "b", "answer": "tie"}
    _, written = back("label-studio", tmp_path / "a.json", [answered(tie)], [question("preference")])
    assert written.lost == {"preferences that are ties": 1}

    box = {"label": "cat", "x": 1.0, "y": 1.0, "width": 2.0, "height": 2.0}
    _, written = back("label-studio", tmp_path / "b.json", [answered([box])], [question("boxes")])
    assert written.lost == {"answers in pixels on samples without width and height": 1}


def test_nodes_of_a_tree_are_paths(tmp_path: Path) -> None:
    tree = (
        *CLASSED[:1],
        type(CLASSED[0])("animal", "Animal", abstract=True),
        type(CLASSED[0])("bird", "Bird", parents=("animal",)),
        type(CLASSED[0])("owl", "Owl", parents=("bird",)),
    )
    asked = [Question("t", "taxonomy", classes=tree, multiple=True)]
    given = Annotated("a", (vote(["cat", "owl"], sample="a", asked="t"),), text="x")
    [again], _ = back("label-studio", tmp_path / "t.json", [given], asked, Options(names=True))
    result = json.loads((tmp_path / "t.json").read_text())[0]["annotations"][0]["result"][0]["value"]

    assert result == {"taxonomy": [["cat"], ["Animal", "Bird", "Owl"]]}
    assert again.votes[0].value == ["cat", "owl"]


@given(seed=st.integers(0, 10_000), height=st.integers(1, 40), width=st.integers(1, 40), share=st.floats(0, 1))
@settings(max_examples=80, deadline=None)
def test_brush_masks_come_back(seed: int, height: int, width: int, share: float) -> None:
    mask = (np.random.default_rng(seed).random((height, width)) < share).astype(np.uint8)

    assert (brush.decode(brush.encode(mask), height, width) == mask).all()


def test_a_brush_of_literal_values_and_long_runs_is_read() -> None:
    mask = np.ones((200, 200), np.uint8)  # 160,000 values: three runs of at most 65,536
    assert (brush.decode(brush.encode(mask), 200, 200) == mask).all()

    bits = f"{8:032b}" + f"{7:05b}" + "0010001101111111"  # two pixels, lengths of 3, 4, 8 and 16 bits
    bits += "0" + "00" + "111" + "".join(f"{v:08b}" for v in (1, 2, 3, 0, 9, 9, 9, 128))  # eight values, one by one
    data = [int(bits[at : at + 8].ljust(8, "0"), 2) for at in range(0, len(bits), 8)]
    assert brush.decode(data, 1, 2).tolist() == [[0, 1]]


@pytest.mark.parametrize("cut", [0, 3, 7, 8])
def test_a_brush_cut_short_is_refused(cut: int) -> None:
    data = brush.encode(np.eye(9))[:cut]
    with pytest.raises(DataError, match=r"cut short|list of bytes"):
        brush.decode(data, 9, 9)


def test_a_brush_that_claims_to_be_enormous_is_refused() -> None:
    with pytest.raises(DataError, match="beyond"):
        brush.decode([255] * 30, 10**6, 10**6)


def test_the_same_samples_give_the_same_bytes(tmp_path: Path) -> None:
    given = [image([{"label": "cat", "x": 1.0, "y": 1.0, "width": 2.0, "height": 2.0}])]
    back("label-studio", tmp_path / "a.json", given, [question("boxes")])
    back("label-studio", tmp_path / "b.json", given, [question("boxes")])

    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert values(read("label-studio", tmp_path / "a.json", [question("boxes")])[0]) == values(given)


def test_an_annotation_whose_marks_were_all_refused_is_not_nothing_here(tmp_path: Path) -> None:
    path = put(
        tmp_path, task([{**rectangle(), "original_width": -5}]), task([{**rectangle(), "type": "ellipselabels"}])
    )
    found, refused = read("label-studio", path, [question("boxes", "box"), question("tags", "t")])

    assert [one.votes for one in found] == [(), ()]
    assert len(refused) == 2
