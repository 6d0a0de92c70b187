"""What owners see and decide: figures that are right, gold that teaches, rounds, guidelines, adjudication."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.app.desk import Desk, new_uuid, picture, submission

from datastork.app.aside.figures import figures
from datastork.app.judging.right import is_right, overlap
from datastork.core.questions import LabelClass, Question

Make = Callable[..., Desk]
LABEL = """
[label]
overlap = 3
per_vote = 0.05
hourly = 12.0
repeat = 0.0
gold = 0.0
"""


@pytest.fixture
def app(desk: Make) -> Desk:
    """Return an app whose figures are counted here and not in a helper."""
    made = desk(LABEL)
    here(made)
    made.enter("ann", "owner")
    made.enter("rev", "reviewer")
    return made


def here(app: Desk) -> None:
    async def ask(what: str, request: dict[str, Any], **more: Any) -> tuple[dict[str, Any], bytes]:
        assert what == "figures"
        return figures(app.home, request, lambda told: None)

    app.service.heavy.ask = ask  # type: ignore[method-assign]


def answers(app: Desk, **by: str) -> None:
    """Cast answers: `ada="ccd"` gives sample 0 cat, sample 1 cat, sample 2 dog; "-" is a skip, "." nothing."""
    names = {"c": "cat", "d": "dog", "f": "fox"}
    for who, letters in by.items():
        for number, letter in enumerate(letters):
            item = f"sample-{number:05}"
            if letter == "-":
                app.vote(who, item, answers={}, skipped="unclear")
            elif letter != ".":
                app.vote(who, item, names[letter], seconds=2.0 + number)


def test_progress_counts_answers_by_class_and_time(app: Desk) -> None:
    answers(app, ada="ccd-", bob="cd")
    told = app.good("ann", "GET", "/api/owner/progress")
    assert told["by_class"] == [{"class": "cat", "answers": 3}, {"class": "dog", "answers": 2}]
    assert told["by_hour"] == [{"hour": "2026-01-31T08:00Z", "answers": 6}]
    assert told["skips"] == {"unclear": 1}
    assert told["samples"] == {"total": 10, "done": 0, "votes": 6, "current": 6}


def test_agreement_and_confusion_are_those_of_the_votes(app: Desk) -> None:
    answers(app, ada="ccdf", bob="cddf", cy="ccdd")
    told = app.good("ann", "GET", "/api/owner/agreement")["questions"]["label"]
    assert (told["items"], told["votes"]) == (4, 12)
    assert told["percent"]["value"] == pytest.approx((1 + 1 / 3 + 1 + 1 / 3) / 4)
    assert told["percent"]["low"] <= told["percent"]["value"] <= told["percent"]["high"]
    assert -1 <= told["krippendorff"]["value"] <= 1
    assert {one["class"] for one in told["classes"]} == {"cat", "dog", "fox"}
    pairs = app.good("ann", "GET", "/api/owner/confusion")["questions"]["label"]
    assert {frozenset(one["classes"]) for one in pairs} == {frozenset(("cat", "dog")), frozenset(("dog", "fox"))}


def test_annotators_have_speed_gold_and_likeness(app: Desk) -> None:
    app.good("ann", "POST", "/api/owner/gold", {"item": "sample-00000", "question": "label", "value": "cat"})
    answers(app, ada="ccd", bob="ddd")
    told = {one["annotator"]: one for one in app.good("ann", "GET", "/api/owner/annotators")["annotators"]}
    assert told["ada"]["seconds"] == {"median": 3.0, "p75": 3.5}
    assert (told["ada"]["gold"]["right"], told["ada"]["gold"]["asked"]) == (1, 1)
    assert (told["bob"]["gold"]["right"], told["bob"]["gold"]["share"]) == (0, 0.0)
    assert 0 < told["bob"]["gold"]["high"] < 1
    assert told["ada"]["alike"] == pytest.approx(1 / 3)
    assert told["ann"]["answers"] == 0
    pay = app.good("ann", "GET", "/api/owner/pay")
    mine = next(one for one in pay["annotators"] if one["annotator"] == "ada")
    assert mine["hourly"] == pytest.approx(0.05 * 3600 / 3.0)
    assert (pay["wanted"], pay["per_vote"], pay["fair"]) == (12.0, 0.05, True)


def test_repeats_measure_whether_one_agrees_with_oneself(app: Desk) -> None:
    answers(app, ada="cc")
    app.vote("ada", "sample-00000", "cat", repeat=1)
    app.vote("ada", "sample-00001", "dog", repeat=1)
    [told] = [one for one in app.good("ann", "GET", "/api/owner/annotators")["annotators"] if one["annotator"] == "ada"]
    assert told["again"] == {"same": 1, "seen": 2}
    assert told["answers"] == 2


def test_figures_of_nothing_are_no_error(app: Desk) -> None:
    for name in ("progress", "agreement", "annotators", "confusion", "pay", "pilot", "comments", "captures", "samples"):
        assert app.ask("ann", "GET", f"/api/owner/{name}").status_code == 200, name
    assert app.good("rev", "GET", "/api/adjudicate") == {"tasks": [], "left": 0}


def test_gold_teaches_and_never_shows_before(app: Desk) -> None:
    gold = {"item": "sample-00003", "question": "label", "value": "fox", "says": "The tail is bushy."}
    app.good("ann", "POST", "/api/owner/gold", gold)
    shown = app.ask("ada", "GET", "/api/tasks/sample-00003").text
    assert "fox" not in shown
    assert "bushy" not in shown
    one = submission("sample-00003", "cat")
    told = app.good("ada", "POST", "/api/votes", {"submissions": [one]})["feedback"]
    assert told == {one["uuid"]: {"question": "label", "right": False, "expected": "fox", "says": "The tail is bushy."}}
    right = submission("sample-00003", "fox")
    assert app.good("bob", "POST", "/api/votes", {"submissions": [right]})["feedback"][right["uuid"]]["right"] is True
    # what is answered after the lesson does not count as known
    again = submission("sample-00003", "fox", replaces=one["uuid"])
    app.good("ada", "POST", "/api/votes", {"submissions": [again]})
    app.service.known.forget()
    assert app.service.known.counts(app.service.plan) == {"ada": (0, 1), "bob": (1, 1)}
    assert [one["item"] for one in app.good("ann", "GET", "/api/owner/gold")["gold"]] == ["sample-00003"]
    app.good("ann", "POST", "/api/owner/gold", gold | {"value": None})
    assert app.good("ann", "GET", "/api/owner/gold") == {"gold": []}
    for wrong in ({"value": "wolf"}, {"question": "labl"}, {"item": 5}, {"says": 5}):
        assert app.ask("ann", "POST", "/api/owner/gold", gold | wrong).status_code == 422
    assert app.ask("ann", "POST", "/api/owner/gold", gold | {"item": "none"}).status_code == 404


def test_what_differs_most_is_decided_first_and_names_are_masked(app: Desk) -> None:
    answers(app, ada="ccd-", bob="cdf-", cy="cff")
    found = app.good("rev", "GET", "/api/adjudicate?count=2")
    assert [task["item"] for task in found["tasks"]] == ["sample-00001", "sample-00002"]
    assert found["left"] == 3  # and the one that two skipped
    said = found["tasks"][0]["decisions"]
    assert sorted(one["label"] for one in said) == ["cat", "dog", "fox"]
    assert [one["annotator"] for one in said] == ["A", "B", "C"]
    assert "ada" not in json.dumps(found)
    decision = submission("sample-00001", "fox", decides=True)
    assert app.good("rev", "POST", "/api/votes", {"submissions": [decision]})["saved"] == [decision["uuid"]]
    app.service.figures.clear()
    left = app.good("rev", "GET", "/api/adjudicate")
    assert "sample-00001" not in [task["item"] for task in left["tasks"]]
    skipped = [task for task in left["tasks"] if task["why"] == "skipped"]
    assert [task["item"] for task in skipped] == ["sample-00003"]
    assert skipped[0]["decisions"][0]["skipped"] == "unclear"
    assert app.store.audit() == []


def test_a_pilot_round_ends_in_a_look_at_it(desk: Make) -> None:
    app = desk("[label]\noverlap = 2\npilot = 3\ngold = 0.0\nrepeat = 0.0\n")
    here(app)
    app.enter("ann", "owner")
    assert app.good("ann", "GET", "/api/owner/pilot")["state"] == "running"  # the plan wants one: it began by itself
    assert app.good("ada", "GET", "/api/me")["plan"]["pilot"] == {"round": 1, "size": 3, "done": 0}
    for who in ("ada", "bob"):
        tasks = app.next(who, 10)
        assert len(tasks) == 3
        for number, task in enumerate(tasks):
            app.vote(who, task["item"], "cat" if number or who == "ada" else "dog")
    waiting = app.good("cy", "POST", "/api/next", {"count": 5})
    assert (waiting["tasks"], waiting["why"]) == ([], "pilot round is over")
    told = app.good("ann", "GET", "/api/owner/pilot")
    assert told["state"] == "over"
    assert told["agreement"]["label"]["items"] == 3
    assert set(told["confusion"]["label"][0]["classes"]) == {"cat", "dog"}
    guide = {"class": "cat", "says": "Pointed ears.", "edge": ["a lynx"], "why": "cat and dog were confused"}
    assert app.good("ann", "POST", "/api/owner/guideline", guide)["version"] == 2
    app.good("ann", "POST", "/api/owner/pilot", {"action": "next"})
    assert app.ask("ann", "POST", "/api/owner/pilot", {"action": "next"}).status_code == 409
    plan = app.good("ada", "GET", "/api/me")["plan"]
    assert plan["guideline_version"] == 2
    assert plan["questions"][0]["classes"][0]["says"] == "Pointed ears."
    assert len(app.next("cy", 10)) == 3
    app.good("ann", "POST", "/api/owner/pilot", {"action": "finish"})
    assert len(app.next("dan", 20)) > 3
    rounds = app.good("ann", "GET", "/api/owner/pilot")["rounds"]
    assert [one["guideline_version"] for one in rounds] == [1, 2]
    assert app.ask("ann", "POST", "/api/owner/pilot", {"action": "dance"}).status_code == 422


def test_guidelines_are_kept_as_versions(app: Desk) -> None:
    for says in ("one", "two"):
        app.good("ann", "POST", "/api/owner/guideline", {"class": "dog", "says": says, "why": "clearer"})
    told = app.good("ann", "GET", "/api/owner/guideline")
    assert told["version"] == 3
    assert [(one["version"], one["says"], one["by"]) for one in told["revisions"]] == [
        (2, "one", "ann"),
        (3, "two", "ann"),
    ]
    for wrong in (
        {"class": "wolf"},
        {"class": "dog", "question": "none"},
        {"class": "dog", "says": 5},
        {"class": "dog", "edge": "x"},
        {"class": "dog", "edge": [5]},
        {"class": "dog", "says": "x" * 5000},
    ):
        assert app.ask("ann", "POST", "/api/owner/guideline", wrong).status_code == 422, wrong


def test_one_sample_is_told_with_everything_said_about_it(app: Desk) -> None:
    one = submission("sample-00001", "cat")
    app.good("ada", "POST", "/api/votes", {"submissions": [one]})
    app.good("ada", "POST", "/api/undo", {"uuid": new_uuid(), "of": one["uuid"]})
    told = app.good("ann", "GET", "/api/owner/samples?item=sample-00001")
    assert [(vote["value"], vote["current"]) for vote in told["votes"]] == [("cat", False), (None, False)]
    assert app.ask("ann", "GET", "/api/owner/samples?item=none").status_code == 404
    app.good("ann", "POST", "/api/owner/samples", {"action": "close", "items": ["sample-00001"], "why": "broken"})
    assert app.good("ann", "GET", "/api/owner/samples?item=sample-00001")["state"] == "closed"
    app.good("ann", "POST", "/api/owner/samples", {"action": "reopen", "items": ["sample-00001"]})
    assert app.good("ann", "GET", "/api/owner/samples?item=sample-00001")["state"] == "open"
    assert app.ask("ann", "POST", "/api/owner/samples", {"action": "eat", "items": []}).status_code == 422
    assert app.ask("ann", "POST", "/api/owner/samples", {"action": "close", "items": "x"}).status_code == 422


def test_all_votes_come_out_one_a_line(app: Desk) -> None:
    answers(app, ada="ccd-", bob="cd")
    found = app.ask("ann", "GET", "/api/owner/export?format=jsonl")
    lines = [json.loads(line) for line in found.text.splitlines()]
    assert len(lines) == 6
    assert lines[0]["value"] == "cat"
    assert "attachment" in found.headers["content-disposition"]
    assert app.ask("ann", "GET", "/api/owner/export?format=xls").status_code == 422


def test_without_classes_those_that_samples_came_with_are_asked(desk: Make) -> None:
    head = '[dataset]\nname = "pets"\ntask = "image-classification"\n\n[[step]]\nuse = "collect.files"\npath = "raw"\n'
    app = desk("", [picture(1)], head=head)
    app.store.settings.put("found_classes", ["owl", "tit"])
    app.service.replan()
    [question] = app.good("ada", "GET", "/api/me")["plan"]["questions"]
    assert [one["id"] for one in question["classes"]] == ["owl", "tit"]


BOXES = Question("label", "boxes", classes=(LabelClass("cat", "cat"),))


@pytest.mark.parametrize(
    ("kind", "value", "expected", "right"),
    [
        ("choice", "cat", "cat", True),
        ("choice", "cat", "dog", False),
        ("choice", None, "dog", False),
        ("tags", ["b", "a"], ["a", "b"], True),
        ("text", " The  CAT ", "the cat", True),
        ("rating", 3, 4, False),
        ("spans", [{"start": 0, "end": 4, "label": "x"}], [{"start": 0, "end": 5, "label": "x"}], True),
        ("spans", [{"start": 0, "end": 4, "label": "y"}], [{"start": 0, "end": 5, "label": "x"}], False),
        ("events", [{"onset": 0, "offset": 1, "label": "x"}], [{"onset": 2, "offset": 3, "label": "x"}], False),
        ("frames", [], [], True),
        ("frames", [], [{"start": 0, "end": 5, "label": "x"}], False),
        (
            "masks",
            [{"label": "x", "size": [4, 4], "counts": [5, 2, 2, 2, 5]}],
            [{"label": "x", "size": [4, 4], "counts": [5, 2, 2, 2, 5]}],
            True,
        ),
        (
            "masks",
            [{"label": "x", "size": [4, 4], "counts": [0, 1, 15]}],
            [{"label": "x", "size": [4, 4], "counts": [15, 1]}],
            False,
        ),
        (
            "polygons",
            [{"label": "x", "points": [[0, 0], [4, 0], [4, 4]]}],
            [{"label": "x", "points": [[0, 0], [4, 0], [4, 5]]}],
            True,
        ),
        (
            "keypoints",
            [{"label": "x", "points": [{"name": "a", "x": 0, "y": 0, "visible": 2}]}],
            [{"label": "x", "points": [{"name": "a", "x": 9, "y": 9, "visible": 2}]}],
            False,
        ),
        (
            "tracks",
            [{"label": "x", "track": 1, "keyframes": [{"frame": 0}, {"frame": 9}]}],
            [{"label": "x", "track": 7, "keyframes": [{"frame": 1}, {"frame": 9}]}],
            True,
        ),
    ],
)
def test_gold_is_right_where_answers_are_equal_or_regions_meet(
    kind: Any, value: Any, expected: Any, right: bool
) -> None:
    assert is_right(Question("label", kind), value, expected) is right


def test_each_region_is_matched_once() -> None:
    box = {"label": "cat", "x": 0, "y": 0, "width": 10, "height": 10}
    far = box | {"x": 100}
    assert is_right(BOXES, [far, box], [box, far])
    assert not is_right(BOXES, [box, box], [box, far])
    assert overlap((0, 0, 2, 2), (1, 1, 3, 3)) == pytest.approx(1 / 7)
