"""Votes: saved once and for all, refused with words, revised, taken back."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.app.desk import Desk, new_uuid, picture, submission

Make = Callable[..., Desk]


def test_a_vote_is_saved_once(desk: Make) -> None:
    app = desk()
    [task] = app.next("ada")
    one = submission(task["item"], "dog", answers={"label": {"value": "dog", "confidence": 0.8, "difficulty": 2}})
    first = app.good("ada", "POST", "/api/votes", {"submissions": [one]})
    again = app.good("ada", "POST", "/api/votes", {"submissions": [one]})
    assert (first["saved"], first["known"], first["refused"]) == ([one["uuid"]], [], [])
    assert (again["saved"], again["known"]) == ([], [one["uuid"]])
    assert first["left"] == again["left"] == {"todo": 9, "mine": 1, "total": 10, "done": 1}
    [vote] = app.store.read.current()
    assert vote.uuid == f"{one['uuid']}:label"
    assert (vote.value, vote.annotator, vote.confidence, vote.difficulty, vote.seconds) == ("dog", "ada", 0.8, 2, 2.0)
    assert vote.created_at == "2026-01-31T08:00:00.000Z"
    assert app.store.audit() == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"answers": {"label": {"value": "dgo"}}}, "'dgo' is not one of its classes; did you mean 'dog'?"),
        ({"answers": {"lable": {"value": "dog"}}}, "no question 'lable'; did you mean 'label'?"),
        ({"answers": {}}, "label: no answer"),
        ({"answers": []}, "label: no answer"),
        ({"answers": "dog"}, "answers must be an object"),
        ({"answers": {"label": "dog"}}, "label: expected"),
        ({"answers": {"label": {"value": "dog", "confidence": 2}}}, "label.confidence must lie between 0 and 1, not 2"),
        ({"answers": {"label": {"value": "dog", "difficulty": 2.5}}}, "label.difficulty must be a whole number"),
        ({"answers": {"label": {"value": "dog", "prominence": "x"}}}, "label.prominence must be a number"),
        ({"answers": {"label": {"value": ["dog"]}}}, "expected the name of a class"),
        ({"answers": {"label": {"value": "dog", "surprise": 1}}}, "unknown field 'surprise'"),
        ({"skipped": "broken"}, "a skip has no answers"),
        ({"skipped": "", "answers": {}}, "skipped must be a text"),
        ({"seconds": -1}, "seconds must lie between 0 and 86400, not -1"),
        ({"device": "a\nb"}, "device must be a text"),
        ({"uuid": "short"}, "uuid must be 8 to 64 letters"),
        ({"uuid": None}, "uuid must be 8 to 64 letters"),
        ({"uuid": "a:b:c:d:e:f"}, "uuid must be 8 to 64 letters"),
        ({"item": "sample-99999"}, "there is no such sample"),
        ({"item": 7}, "there is no such sample"),
        ({"repeat": True}, "repeat must be a number"),
        ({"schema_version": 0}, "schema_version must lie between 1"),
        ({"replaces": "x"}, "replaces must be 8 to 64 letters"),
        ({"secnods": 1}, "unknown field 'secnods'; did you mean 'seconds'?"),
        ({"decides": True}, "only reviewers decide"),
    ],
)
def test_what_cannot_be_is_refused_with_words_and_the_rest_is_saved(
    desk: Make, change: dict[str, Any], problem: str
) -> None:
    app = desk()
    good = submission("sample-00001")
    bad = submission("sample-00002") | change
    found = app.good("ada", "POST", "/api/votes", {"submissions": [bad, good]})
    assert found["saved"] == [good["uuid"]]
    [told] = found["refused"]
    assert told["uuid"] == bad["uuid"]
    assert problem in " | ".join([told["error"], *told["problems"]])
    assert app.store.read.counts().votes == 1


def test_a_known_uuid_with_other_content_is_a_conflict(desk: Make) -> None:
    app = desk()
    one = submission("sample-00001", "cat")
    other = submission("sample-00002", "cat")
    app.good("ada", "POST", "/api/votes", {"submissions": [one]})
    changed = one | {"answers": {"label": {"value": "dog"}}}
    found = app.good("ada", "POST", "/api/votes", {"submissions": [changed, other]})
    assert found["saved"] == [other["uuid"]]
    assert found["refused"][0]["conflict"] is True
    assert [vote.value for vote in app.store.read.current(sample="sample-00001")] == ["cat"]


def test_a_uuid_of_somebody_else_cannot_be_taken(desk: Make) -> None:
    app = desk("[label]\noverlap = 2\n")
    one = submission("sample-00001", "cat")
    app.good("ada", "POST", "/api/votes", {"submissions": [one]})
    found = app.good("bob", "POST", "/api/votes", {"submissions": [one]})
    assert found["refused"][0]["conflict"] is True
    assert [vote.annotator for vote in app.store.read.current()] == ["ada"]


def test_a_skip_needs_a_reason_alone(desk: Make) -> None:
    app = desk()
    found = app.vote("ada", "sample-00001", answers={}, skipped="broken")
    assert found["left"]["mine"] == 1
    [vote] = app.store.read.current()
    assert (vote.value, vote.skipped, vote.question) == (None, "broken", "label")


QUESTIONS = """
[[label.question]]
name = "label"
kind = "choice"
classes = ["cat", "dog"]

[[label.question]]
name = "colour"
kind = "tags"
classes = ["black", "white"]
when = {label = ["cat"]}

[[label.question]]
name = "note"
kind = "text"
required = false
"""


def test_questions_that_depend_on_others_are_asked_where_they_apply(desk: Make) -> None:
    app = desk(QUESTIONS)
    cat = submission("sample-00001", answers={"label": {"value": "cat"}})
    dog = submission("sample-00002", answers={"label": {"value": "dog"}})
    whole = submission("sample-00003", answers={"label": {"value": "cat"}, "colour": {"value": ["white", "black"]}})
    found = app.good("ada", "POST", "/api/votes", {"submissions": [cat, dog, whole]})
    assert found["saved"] == [dog["uuid"], whole["uuid"]]
    assert found["refused"][0]["problems"] == ["colour: no answer; answer it, or skip the sample with a reason"]
    [tags] = app.store.read.current(question="colour")
    assert tags.value == ["black", "white"]  # in the order of the classes


def test_a_revision_replaces_and_takes_back_what_it_no_longer_says(desk: Make) -> None:
    app = desk(QUESTIONS)
    first = submission("sample-00003", answers={"label": {"value": "cat"}, "colour": {"value": ["black"]}})
    app.good("ada", "POST", "/api/votes", {"submissions": [first]})
    second = submission("sample-00003", answers={"label": {"value": "dog"}}, replaces=first["uuid"])
    found = app.good("ada", "POST", "/api/votes", {"submissions": [second]})
    assert found["saved"] == [second["uuid"]]
    assert [(vote.question, vote.value) for vote in app.store.read.current()] == [("label", "dog")]
    assert len(app.store.read.history("sample-00003")) == 4  # nothing is ever removed
    assert app.good("ada", "POST", "/api/votes", {"submissions": [second]})["known"] == [second["uuid"]]


def test_somebody_elses_submission_cannot_be_replaced(desk: Make) -> None:
    app = desk("[label]\noverlap = 2\n")
    one = submission("sample-00001", "cat")
    app.good("ada", "POST", "/api/votes", {"submissions": [one]})
    found = app.vote("bob", "sample-00001", "dog", replaces=one["uuid"])
    assert len(found["refused"]) == 1
    assert [(vote.annotator, vote.value) for vote in app.store.read.current()] == [("ada", "cat")]


def test_undo_takes_back_and_gives_the_task_again(desk: Make) -> None:
    app = desk()
    [task] = app.next("ada")
    one = submission(task["item"], "dog")
    app.good("ada", "POST", "/api/votes", {"submissions": [one]})
    body = {"uuid": new_uuid(), "of": one["uuid"]}
    found = app.good("ada", "POST", "/api/undo", body)
    assert found["task"]["item"] == task["item"]
    assert found["task"]["answers"] == {"label": "dog"}
    assert list(app.store.read.current()) == []
    assert app.good("ada", "POST", "/api/undo", body)["task"]["item"] == task["item"]
    assert app.store.read.counts().votes == 2
    assert app.vote("ada", task["item"], "cat")["left"]["mine"] == 1
    assert [vote.value for vote in app.store.read.current()] == ["cat"]
    assert app.store.audit() == []


def test_undo_is_for_ones_own(desk: Make) -> None:
    app = desk()
    one = submission("sample-00001")
    app.good("ada", "POST", "/api/votes", {"submissions": [one]})
    assert app.ask("bob", "POST", "/api/undo", {"uuid": new_uuid(), "of": one["uuid"]}).status_code == 404
    assert app.ask("ada", "POST", "/api/undo", {"uuid": new_uuid(), "of": new_uuid()}).status_code == 404
    assert app.ask("ada", "POST", "/api/undo", {"uuid": one["uuid"], "of": one["uuid"]}).status_code == 422
    assert len(list(app.store.read.current())) == 1


@pytest.mark.parametrize("clock", [None, "yesterday", "1970-01-01T00:00:00Z", "2999-01-01T00:00:00Z", 5, "9" * 50])
def test_no_answer_is_lost_to_a_wrong_clock(desk: Make, clock: Any) -> None:
    app = desk()
    assert app.vote("ada", "sample-00001", created_at=clock)["refused"] == []
    [vote] = app.store.read.current()
    assert vote.created_at.startswith("20")
    assert not vote.created_at.startswith("2999")


def test_at_most_a_hundred_at_once(desk: Make) -> None:
    app = desk()
    many = [submission("sample-00001")] * 101
    found = app.ask("ada", "POST", "/api/votes", {"submissions": many})
    assert (found.status_code, found.json()["hint"]) == (422, "send 100 at a time")
    for wrong in (None, {}, ["x"], "x"):
        assert app.ask("ada", "POST", "/api/votes", {"submissions": wrong}).status_code == 422


def test_boxes_are_checked_against_the_picture(desk: Make) -> None:
    app = desk('[[label.question]]\nkind = "boxes"\nclasses = ["cat"]\n')
    box = {"label": "cat", "x": 1.0, "y": 2.0, "width": 10.0, "height": 5.0}
    found = app.vote("ada", "sample-00001", [box])
    assert found["refused"] == []
    outside = app.vote("ada", "sample-00002", [box | {"x": 500.0}])
    assert len(outside["refused"]) == 1
    assert app.vote("ada", "sample-00003", [])["refused"] == []  # an empty list is an answer


def test_mine_are_newest_first_and_paged(desk: Make) -> None:
    app = desk(QUESTIONS)
    for number in range(5):
        answers = {"label": {"value": "cat"}, "colour": {"value": []}}
        app.vote("ada", f"sample-0000{number}", answers=answers)
    app.vote("bob", "sample-00009", "dog")
    first = app.good("ada", "GET", "/api/mine?limit=3")
    assert [one["item"] for one in first["submissions"]] == ["sample-00004", "sample-00003", "sample-00002"]
    assert first["submissions"][0]["answers"] == {"label": "cat", "colour": []}
    rest = app.good("ada", "GET", f"/api/mine?limit=3&before={first['before']}")
    assert [one["item"] for one in rest["submissions"]] == ["sample-00001", "sample-00000"]


def test_own_answers_are_shown_with_a_task_and_nobody_elses(desk: Make) -> None:
    app = desk("[label]\noverlap = 3\n", [picture(1)])
    app.vote("ada", "sample-00001", "cat")
    app.vote("bob", "sample-00001", "dog")
    assert app.good("ada", "GET", "/api/tasks/sample-00001")["answers"] == {"label": "cat"}
    text = app.ask("cy", "GET", "/api/tasks/sample-00001").text
    assert "dog" not in text
    assert "ada" not in text
    assert app.ask("cy", "GET", "/api/tasks/sample-1").status_code == 404
