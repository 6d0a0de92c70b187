"""Audacity, WebVTT, TextGrid, RTTM and MOT: times there and back, forms of old files, bad lines."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.made import CLASSED, answer, answered, back, question, read, texts, values, vote

from datastork.core.answers import canonical
from datastork.core.questions import LabelClass, Question
from datastork.formats import catalog
from datastork.formats.format import Options
from datastork.formats.record import Annotated
from datastork.formats.video.mot import boxes

SPECIAL = {"webvtt": {"band": False, "points": False}, "textgrid": {"band": False}}
NO_SPACE = Question("label", "events", classes=(LabelClass("cat", "cat"), LabelClass("Vögel&<>", "Vögel&<>")))


@pytest.mark.parametrize("form", ["audacity", "webvtt", "textgrid", "cvat", "mot"])
def test_a_form_of_one_file_each_can_be_a_single_file(tmp_path: Path, form: str) -> None:
    suffix = {"audacity": ".txt", "webvtt": ".vtt", "textgrid": ".TextGrid"}.get(form)
    if suffix is None:
        return
    value = [{"label": "cat", "onset": 0.5, "offset": 1.5}]
    given = [answered(value, name="x"), answered(value, name="y")]
    written = catalog.find(form).write(tmp_path / f"x{suffix}", given, [question("events")])

    assert written.files == (tmp_path / f"x{suffix}",)
    assert written.lost == {"samples after the first: one file holds one": 1}
    assert values(read(form, tmp_path / f"x{suffix}", [question("events")])[0]) == {"x": [value]}


@pytest.mark.parametrize("form", ["audacity", "webvtt", "textgrid"])
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_events_come_back(form: str, data: st.DataObject) -> None:
    value = data.draw(answer("events", **SPECIAL.get(form, {})))
    if form == "webvtt":
        for region in value:
            region |= {"id": data.draw(st.sampled_from(["1", "é-2"])), "text": data.draw(texts)}
        value = canonical(question("events"), value)
    known = {"seconds": 20.0} if form == "textgrid" else {}
    given = [answered([], name="empty.wav", **known), answered(value, name="some/a.wav", **known)]
    short = data.draw(st.sampled_from(["long", "short"]))
    with tempfile.TemporaryDirectory() as place:
        again, written = back(form, Path(place) / "set", given, [question("events")], Options(layout=short))

    assert values(again) == values(given)
    assert [one.seconds for one in again] == [one.seconds for one in given]
    assert written.lost == {}


@given(value=answer("events", band=False))
@settings(max_examples=20, deadline=None)
def test_turns_of_rttm_come_back(value: list[dict[str, Any]]) -> None:
    for at, one in enumerate(value):
        one["label"] = NO_SPACE.class_ids[at % 2]
        one["attributes"] = {"channel": "2", "confidence": 0.5} if at % 2 else {}
    value = canonical(NO_SPACE, [{"label": "cat", "onset": 1.0, "offset": 2.0}, *value])
    given = [answered(value, name="a.wav"), answered(value, name="b.wav")]
    with tempfile.TemporaryDirectory() as place:
        again, written = back("rttm", Path(place) / "a.rttm", given, [NO_SPACE])

    assert values(again) == values(given)
    assert written.lost == {}


def test_lines_of_rttm_may_stand_anywhere(tmp_path: Path) -> None:
    (tmp_path / "a.rttm").write_text(
        ";; comment\nSPKR-INFO a 1 <NA> <NA> <NA> unknown anna <NA> <NA>\n"
        "SPEAKER a 1 0.50 1.25 <NA> <NA> anna <NA> <NA>\nSPEAKER b 1 0 1 <NA> <NA> ben <NA> <NA>\n"
        "SPEAKER a 1 3 -1 <NA> <NA> anna <NA> <NA>\nSPEAKER a 1 nan 1 <NA> <NA> anna <NA> <NA>\nSPEAKER a 1 3\n"
        "LEXEME a 1 3 1 hello lex anna <NA> <NA>\nHELLO a\nSPEAKER a 1 2 0.5 <NA> <NA> ben <NA> <NA>\n"
    )
    found, refused = read("rttm", tmp_path / "a.rttm")

    assert values(found) == {
        "a": [[{"label": "anna", "onset": 0.5, "offset": 1.75}, {"label": "ben", "onset": 2.0, "offset": 2.5}]],
        "b": [[{"label": "ben", "onset": 0.0, "offset": 1.0}]],
    }
    assert [one.where for one in refused] == ["line 5", "line 6", "line 7", "line 9", "a.rttm"]


def test_what_rttm_cannot_hold_is_counted(tmp_path: Path) -> None:
    value = [{"label": "sea gull", "onset": 0.0, "offset": 1.0, "low": 5.0, "text": "hi"}]
    written = catalog.find("rttm").write(tmp_path / "a.rttm", [answered(value), answered([])], [question("events")])

    assert written.lost == {
        "low of regions": 1,
        "samples without events": 1,
        "spaces in names": 1,
        "text of regions": 1,
    }


def test_label_tracks_of_audacity_are_read_in_every_form(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text("0,5\t1,25\tbark\n2.0\t2.0\tclick\r\n\\\t-1\t4000\n3\t4\ta\tb\n")
    (tmp_path / "bad.txt").write_text("\\\t1\t2\n1\t2\tok\n3\tx\ty\n4\n5\t4\tback\n6\tinf\tz\n7\t8\t\n")
    found, refused = read("audacity", tmp_path)

    assert values(found)["old"] == [
        [
            {"label": "bark", "onset": 0.5, "offset": 1.25},
            {"label": "click", "onset": 2.0, "offset": 2.0, "high": 4000.0},
            {"label": "a\tb", "onset": 3.0, "offset": 4.0},
        ]
    ]
    assert [len(one) for one in values(found)["bad"]] == [1]
    assert [one.where for one in refused] == [f"line {at}" for at in (1, 3, 4, 5, 6, 7)]


def test_a_label_without_text_is_the_only_class(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("1\t2\t\n")
    found, _ = read("audacity", tmp_path, [Question("q", "events", classes=CLASSED[:1])])

    assert values(found) == {"a": [[{"label": "cat", "onset": 1.0, "offset": 2.0}]]}


def test_audacity_writes_six_decimals_and_a_line_of_frequencies(tmp_path: Path) -> None:
    value = [{"label": "cat", "onset": 0.5, "offset": 1.0, "low": 200.0}]
    back("audacity", tmp_path / "set", [answered(value, name="a.wav")], [question("events")])

    assert (tmp_path / "set/a.wav.txt").read_text() == "0.500000\t1.000000\tcat\n\\\t200.000000\t-1.000000\n"


VTT = """\ufeffWEBVTT - title

STYLE
::cue { color: red }

NOTE about
this

1
00:00.500 --> 00:01.250 align:start
<v Anna Müller>Tom &amp; <b>Jerry</b>

100:00:02.000 --> 100:00:03.000
plain &lt;text&gt;
second line

bad --> 00:04.000
x
"""


def test_cues_are_events_or_a_transcript(tmp_path: Path) -> None:
    (tmp_path / "a.vtt").write_text(VTT.replace("\n", "\r\n"), encoding="utf-8")
    events, refused = read("webvtt", tmp_path)
    said, _ = read("webvtt", tmp_path, [Question("said", "transcript")])

    assert values(events)["a"] == [
        [
            {"id": "1", "label": "Anna Müller", "onset": 0.5, "offset": 1.25, "text": "Tom & Jerry"},
            {"label": "plain <text>\nsecond line", "onset": 360002.0, "offset": 360003.0},
        ]
    ]
    assert ["these are no times" in one.why for one in refused] == [True]
    assert values(said) == {"a": ["Tom & Jerry\nplain <text>\nsecond line"]}


@pytest.mark.parametrize("form", ["webvtt", "textgrid"])
@given(said=texts)
@settings(max_examples=20, deadline=None)
def test_a_transcript_comes_back(form: str, said: str) -> None:
    given = [answered(said, name="a.wav", seconds=3.0)]
    with tempfile.TemporaryDirectory() as place:
        again, _ = back(form, Path(place) / "set", given, [Question("label", "transcript")])

    assert values(again) == values(given)


LONG = '''File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 2.5
tiers? <exists>
size = 2
item []:
    item [1]:
        class = "IntervalTier"
        name = "words"
        xmin = 0
        xmax = 2.5
        intervals: size = 2
        intervals [1]:
            xmin = 0
            xmax = 1.5e0
            text = "say ""hi"""
        intervals [2]:
            xmin = 1.5
            xmax = 2.5
            text = ""
    item [2]:
        class = "TextTier"
        name = "bell 2"
        xmin = 0
        xmax = 2.5
        points: size = 1
        points [1]:
            number = 0.25
            mark = "ding"
'''
SHORT = '''File type = "ooTextFile"
"TextGrid"

0
2.5
<exists>
2
"IntervalTier"
"words"
0
2.5
2
0
1.5
"say ""hi"""
1.5
2.5
""
"TextTier"
"bell 2"
0
2.5
1
0.25
"ding"
'''


@pytest.mark.parametrize("text", [LONG, SHORT])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_both_forms_of_textgrids_are_read(tmp_path: Path, text: str, encoding: str) -> None:
    (tmp_path / "a.TextGrid").write_text(text, encoding=encoding)
    [sample], refused = read("textgrid", tmp_path / "a.TextGrid")

    assert refused == []
    assert sample.seconds == 2.5
    assert sample.votes[0].value == [
        {"label": 'say "hi"', "onset": 0.0, "offset": 1.5, "attributes": {"tier": "words"}},
        {"label": "ding", "onset": 0.25, "offset": 0.25, "attributes": {"tier": "bell 2"}},
    ]
    assert catalog.guess(tmp_path / "a.TextGrid") == "textgrid"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("hello", "cut short"),
        (LONG.replace("size = 2\nitem", "size = 999999999\nitem"), "cut short"),
        (LONG.replace("1.5e0", "nan"), "a time"),
        (LONG.replace('"TextGrid"', '"Sound"'), "no TextGrid"),
        (LONG.replace("IntervalTier", "Tier"), "is not known"),
    ],
)
def test_a_damaged_textgrid_is_refused(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "a.TextGrid").write_text(text)
    found, refused = read("textgrid", tmp_path)

    assert found == []
    assert [why in one.why for one in refused] == [True]


def test_events_that_overlap_go_to_further_tiers(tmp_path: Path) -> None:
    value = [{"label": "cat", "onset": 0.0, "offset": 2.0}, {"label": "dog", "onset": 1.0, "offset": 3.0}]
    back("textgrid", tmp_path / "set", [answered(value, seconds=4.0)], [question("events")])
    text = (tmp_path / "set/a.jpg.TextGrid").read_text()

    assert 'name = "label"' in text
    assert 'name = "label (2)"' in text


@given(value=answer("tracks", frames=30))
@settings(max_examples=20, deadline=None)
@pytest.mark.parametrize("form", ["mot", "cvat"])
def test_a_track_is_where_it_was_in_every_frame(form: str, value: list[dict[str, Any]]) -> None:
    given = answered(value, name="seq/one", width=64, height=48, frames=40)
    path = "a.xml" if form == "cvat" else "set"
    with tempfile.TemporaryDirectory() as place:
        [again], written = back(form, Path(place) / path, [given], [question("tracks")])

    seen = [one for one in value if any(True for _ in boxes(one, 40))]
    for one, other in zip(again.votes[0].value, seen, strict=True):
        found, wanted = list(boxes(one, 40)), list(boxes(other, 40))
        assert [(at, hidden) for at, _, hidden in found] == [(at, hidden) for at, _, hidden in wanted]
        assert [box for _, box, _ in found] == [pytest.approx(box, abs=2e-6) for _, box, _ in wanted]
    assert (again.name, again.frames, again.width) == ("seq/one", 40, 64)
    assert written.lost == {}
    if form == "cvat":
        assert again.votes[0].value == canonical(question("tracks"), value)


def test_mot_counts_from_one_and_gaps_are_absences(tmp_path: Path) -> None:
    (tmp_path / "seq/gt").mkdir(parents=True)
    info = "[Sequence]\nname=seq\nframeRate=10\nseqLength=9\nimWidth=50\nimHeight=40\n"
    (tmp_path / "seq/seqinfo.ini").write_text(info)
    (tmp_path / "seq/gt/gt.txt").write_text(
        "1,1,11,21,5,6,1,3,0.2\n2,1,12,21,5,6,1,3,1\n4,1,13,21,5,6,1,3,1\n4,1,1,1,1,1,1,3,1\n"
        "1,2,1,1,2,2,0,1,1\n1,-1,1,1,2,2,1,1,1\n1,4,1,1,-2,2,1,1,1\n1,5,1,nan,2,2,1,1,1\n1,6,1,1,2,2,1,99,1\nx\n"
    )
    [sample], refused = read("mot", tmp_path)
    first, second = sample.votes[0].value

    assert (sample.name, sample.width, sample.fps, sample.frames, sample.seconds) == ("seq", 50, 10.0, 9, 0.9)
    keys = [(one["frame"], one["time"], one["x"], one["outside"], one["occluded"]) for one in first["keyframes"]]
    assert keys == [
        (0, 0.0, 10.0, False, True),
        (1, 0.1, 11.0, False, False),
        (2, 0.2, 11.0, True, False),
        (3, 0.3, 12.0, False, False),
        (4, 0.4, 12.0, True, False),
    ]
    assert (first["label"], second["label"], second["attributes"]) == ("car", "pedestrian", {"ignored": True})
    assert [one.where for one in refused] == [f"gt.txt, line {at}" for at in (4, 6, 7, 8, 9, 10)]


def test_one_cvat_file_holds_one_video(tmp_path: Path) -> None:
    given = [answered([], name="a.mp4"), answered([], name="b.mp4")]
    again, written = back("cvat", tmp_path / "a.xml", given, [question("tracks")])

    assert [one.name for one in again] == ["a.mp4"]
    assert written.lost == {"videos after the first: one file holds one": 1}


def test_an_unanswered_sound_has_no_file(tmp_path: Path) -> None:
    given = [Annotated("a.wav"), Annotated("b.wav", (vote(None, sample="b.wav", skipped="broken"),))]
    written = catalog.find("audacity").write(tmp_path / "set", given, [question("events")])

    assert written.count == 0
    assert written.lost == {"samples without a vote": 2, "skips": 1}


@pytest.mark.parametrize(
    ("form", "name", "text"),
    [
        ("audacity", "a.txt", "5\t4\tback\n"),
        ("webvtt", "a.vtt", "WEBVTT\n\n00:05.000 --> 00:04.000\nx\n"),
        ("rttm", "a.rttm", "SPEAKER a 1 -5 1 <NA> <NA> anna <NA> <NA>\n"),
        ("mot", "a.txt", "1,-1,1,1,2,2,1,1,1\n"),
    ],
)
def test_a_vote_whose_marks_were_all_refused_is_not_nothing_here(
    tmp_path: Path, form: str, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text)
    found, refused = read(form, tmp_path / name)

    assert [one.votes for one in found] == [()]
    assert len(refused) == 1
