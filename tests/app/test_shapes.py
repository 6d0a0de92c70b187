"""What owners see of regions and texts: agreement, confusion and annotators, as counted by hand."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.app.desk import Desk, picture
from tests.app.shaped import BOXES, LABEL, SPANS, SPEECH, box, said, sound, text

from datastork.app.aside import shapes
from datastork.app.aside.figures import figures

Make = Callable[..., Desk]


def counted(app: Desk) -> None:
    async def ask(what: str, request: dict[str, Any], **more: Any) -> tuple[dict[str, Any], bytes]:
        if what == "doubt":
            return {"doubts": {}, "few": [], "problems": {}}, b""
        return figures(app.home, request, lambda told: None)

    app.service.heavy.ask = ask  # type: ignore[method-assign]
    app.enter("ann", "owner")


def told(app: Desk, name: str) -> Any:
    return app.good("ann", "GET", f"/api/owner/{name}")["questions"]["label"]


def test_boxes_have_f1_with_its_interval_and_labels_taken_for_one_another(desk: Make) -> None:
    app = desk(LABEL, head=BOXES)
    counted(app)
    ada = [[box(0), box(20)], [box(0)], [box(0)], []]
    bob = [[box(0), box(20, "dog")], [box(0)], [], []]
    said(app, {"ada": ada, "bob": bob, "cy": [None, None, None, None, [box(0)]]})
    found = told(app, "agreement")
    assert (found["items"], found["votes"], found["compared"], found["measure"]) == (4, 9, 4, "f1")
    assert found["percent"] == found["f1"]["iou_50"]
    assert found["percent"]["value"] == pytest.approx(2 * 2 / 7)  # two regions in common, four and three were marked
    assert found["percent"]["low"] <= found["percent"]["value"] <= found["percent"]["high"]
    assert found["f1"]["iou_50_any_label"]["value"] == pytest.approx(6 / 7)
    assert [(one["class"], one["votes"], one["again"]["value"]) for one in found["classes"]] == [
        ("cat", 6, pytest.approx(4 / 6)),
        ("dog", 1, 0.0),
    ]
    for missing in (found["krippendorff"], found["gwet"], found["classes"][0]["alpha"]):
        assert missing == {"value": None, "low": None, "high": None}
    assert told(app, "confusion") == [
        {"classes": ["cat", "(nothing)"], "times": 2.0, "share": 0.25},
        {"classes": ["cat", "dog"], "times": 2.0, "share": 0.25},
    ]
    people = {one["annotator"]: one for one in app.good("ann", "GET", "/api/owner/annotators")["annotators"]}
    assert people["ada"]["alike"] == people["bob"]["alike"] == pytest.approx(2 * 2 / 7)
    assert people["cy"]["alike"] is None


def test_spans_have_alpha_too(desk: Make) -> None:
    app = desk(LABEL, [text(number) for number in range(3)], head=SPANS)
    counted(app)
    one, other = {"start": 0, "end": 3, "label": "cat"}, {"start": 15, "end": 20, "label": "dog"}
    said(app, {"ada": [[one], [other]], "bob": [[one], [other]]})
    found = told(app, "agreement")
    assert (found["main"], found["percent"]["value"], found["krippendorff"]["value"]) == ("exact", 1.0, 1.0)
    assert told(app, "confusion") == []


def test_transcripts_have_word_errors_and_words_taken_for_one_another(desk: Make) -> None:
    app = desk(LABEL, [sound(number) for number in range(3)], head=SPEECH)
    counted(app)
    said(app, {"ada": ["the cat sat", "one two"], "bob": ["The dog sat.", "one two"]})
    found = told(app, "agreement")
    assert (found["items"], found["votes"], found["measure"], found["classes"]) == (2, 4, "words", [])
    assert found["errors"]["value"] == pytest.approx(1 / 5)
    assert found["percent"]["value"] == pytest.approx(4 / 5)
    assert found["percent"]["low"] <= found["percent"]["value"] <= found["percent"]["high"]
    assert found["equal"]["value"] == 0.5
    assert told(app, "confusion") == [{"classes": ["cat", "dog"], "times": 2.0, "share": 0.2}]


def test_without_two_answers_there_is_nothing_to_agree_on(desk: Make) -> None:
    app = desk(LABEL, head=BOXES)
    counted(app)
    said(app, {"ada": [[box(0)]]})
    assert told(app, "agreement")["items"] == 0
    assert told(app, "confusion") == []


def test_of_very_many_samples_some_are_compared_and_it_says_so(desk: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "COMPARED", 4)
    app = desk(LABEL, head=BOXES)
    counted(app)
    said(app, {"ada": [[box(0)]] * 10, "bob": [[box(0)]] * 10})
    found = told(app, "agreement")
    assert (found["items"], found["compared"]) == (10, 4)


def test_repeats_that_hardly_differ_are_the_same_answer(desk: Make) -> None:
    app = desk(LABEL, head=BOXES)
    counted(app)
    said(app, {"ada": [[box(0)], [box(0)]]})
    app.vote("ada", "sample-00000", [box(1)], repeat=1)
    app.vote("ada", "sample-00001", [], repeat=1)
    [ada] = [one for one in app.good("ann", "GET", "/api/owner/annotators")["annotators"] if one["annotator"] == "ada"]
    assert ada["again"] == {"same": 1, "seen": 2}


def test_a_pilot_round_of_boxes_says_what_differs(desk: Make) -> None:
    label = "[label]\noverlap = 2\npilot = 3\ngold = 0.0\nrepeat = 0.0\n"
    app = desk(label, [picture(number) for number in range(3)], head=BOXES)
    counted(app)
    said(app, {"ada": [[box(0)]] * 3, "bob": [[box(0)], [box(0), box(30)], [box(30)]]})
    found = app.good("ann", "GET", "/api/owner/pilot")
    assert found["state"] == "over"
    assert found["agreement"]["label"]["items"] == 3
    assert [(one["sample"][-1], round(one["entropy"], 3)) for one in found["unsure"]] == [("2", 1.0), ("1", 0.333)]
