"""Tasks: what is in them, who gets which, what comes when all is done; drafts and comments."""

from collections.abc import Callable

import pytest
from tests.app.desk import Desk, new_uuid, picture

from datastork.app.judging.posterior import posterior, skill
from datastork.core.questions import LabelClass, Question
from datastork.store.votes import Item

Make = Callable[..., Desk]


def test_a_task_says_all_a_page_needs(desk: Make) -> None:
    app = desk()
    [task] = app.next("ada")
    assert task["item"] == task["sample"] == "sample-00000"
    assert task["media"] == {
        "modality": "image",
        "format": "png",
        "mime": "image/png",
        "width": 40,
        "height": 30,
        "url": "/media/sample-00000?v=none-0",
        "thumb": "/media/sample-00000/thumb?v=none-0",
    }
    assert task["lease"].startswith("20")
    assert (task["repeat"], task["draft"], task["comments"], task["suggestions"]) == (0, None, 0, {})


def test_nobody_gets_what_others_hold_beyond_the_overlap(desk: Make) -> None:
    app = desk()
    mine = {task["item"] for task in app.next("ada", 4)}
    theirs = {task["item"] for task in app.next("bob", 20)}
    assert len(mine) == 4
    assert len(theirs) == 6
    assert not mine & theirs
    left = app.good("cy", "POST", "/api/next", {"count": 1})
    assert (left["tasks"], left["why"]) == ([], "others are at the rest")


def test_what_one_holds_is_not_given_again(desk: Make) -> None:
    app = desk()
    first = [task["item"] for task in app.next("ada", 3)]
    more = [task["item"] for task in app.next("ada", 3, have=first)]
    assert not set(first) & set(more)


def test_in_the_end_it_is_said_why_nothing_comes(desk: Make) -> None:
    app = desk("[label]\ngold = 0.0\nrepeat = 0.0\n", [picture(1)])
    [task] = app.next("ada")
    app.vote("ada", task["item"])
    found = app.good("ada", "POST", "/api/next", {"count": 1})
    assert (found["tasks"], found["why"]) == ([], "all answered")
    assert found["left"] == {"todo": 0, "mine": 1, "total": 1, "done": 1}
    app.service.preparing = {"done": 1, "total": 9}
    assert app.good("ada", "POST", "/api/next", {"count": 1})["why"] == "preparing"
    assert app.good("ada", "GET", "/api/me")["preparing"] == {"done": 1, "total": 9}


@pytest.mark.parametrize(
    "body",
    [
        {"count": -1},
        {"count": 21},
        {"count": "x"},
        {"count": True},
        {"have": "x"},
        {"have": [1]},
        {"have": ["x"] * 201},
    ],
)
def test_wrong_wishes_are_refused(desk: Make, body: dict[str, object]) -> None:
    app = desk()
    assert app.ask("ada", "POST", "/api/next", body).status_code == 422


def test_texts_and_rows_travel_with_their_task(desk: Make) -> None:
    text = Item(
        sample="t", place=0, media={"modality": "text", "format": "txt", "pass": "p", "row": 0, "text": "héllo 👋"}
    )
    row = Item(
        sample="r", place=1, media={"modality": "row", "format": "json", "pass": "p", "row": 1, "values": {"a": 1}}
    )
    app = desk("", [text, row])
    tasks = {task["item"]: task for task in app.next("ada", 2)}
    assert tasks["t"]["media"] == {"modality": "text", "format": "txt", "text": "héllo 👋"}
    assert tasks["r"]["media"] == {"modality": "row", "format": "json", "row": {"a": 1}}


def test_suggestions_are_marked_with_who_made_them(desk: Make) -> None:
    columns = {"suggestions": {"label": {"value": "dog", "by": "label", "probability": 0.7}}}
    one = Item(sample="s", place=0, media=picture(1).media, columns=columns)
    app = desk("", [one, picture(2)])
    app.store.queue.suggest("sample-00002", "label", "cat", "a model", 0.9)
    tasks = {task["item"]: task for task in app.next("ada", 2)}
    assert tasks["s"]["suggestions"]["label"] == {"value": "dog", "by": "label", "probability": 0.7}
    assert tasks["sample-00002"]["suggestions"]["label"] == {"value": "cat", "by": "a model", "probability": 0.9}


def test_pairs_are_shown_both_ways_round(desk: Make) -> None:
    sides = [{"sample": name, "media": dict(picture(1).media)} for name in ("a", "b")]
    pair = Item(sample="a~b", place=0, media={"modality": "image", "pair": sides})
    app = desk('[label]\noverlap = 40\n[[label.question]]\nkind = "preference"\n', [pair])
    first = []
    for number in range(40):
        [task] = app.next(f"person {number}")
        assert {task["pair"][side]["sample"] for side in ("left", "right")} == {"a", "b"}
        first.append(task["pair"]["left"]["sample"])
    assert 8 < first.count("a") < 32
    assert "in=a~b" in task["pair"]["left"]["media"]["url"]
    value = {"left": "a", "right": "b", "answer": "tie"}
    assert app.vote("person 0", "a~b", value)["refused"] == []


def test_drafts_are_ones_own_and_end_with_the_answer(desk: Make) -> None:
    app = desk()
    [task] = app.next("ada")
    path = f"/api/drafts/{task['item']}"
    answers = {"label": {"value": "dog"}}
    app.good("ada", "PUT", path, {"answers": answers, "at": "2026-01-31T08:00:00Z"})
    assert app.good("ada", "GET", f"/api/tasks/{task['item']}")["draft"]["answers"] == answers
    assert app.good("bob", "GET", f"/api/tasks/{task['item']}")["draft"] is None
    app.vote("ada", task["item"])
    assert app.good("ada", "GET", f"/api/tasks/{task['item']}")["draft"] is None
    assert app.ask("ada", "PUT", "/api/drafts/none", {"answers": {}}).status_code == 404
    assert app.ask("ada", "PUT", path, {"answers": "x"}).status_code == 422
    assert app.ask("ada", "PUT", path, {"answers": {"x": "y" * 3_000_000}}).status_code == 413


def test_comments_are_added_once_and_stay_blind(desk: Make) -> None:
    app = desk()
    body = {"uuid": new_uuid(), "item": "sample-00001", "kind": "unclear", "text": " too dark "}
    assert app.good("ada", "POST", "/api/comments", body)["new"] is True
    assert app.good("ada", "POST", "/api/comments", body)["new"] is False
    app.enter("rev", "reviewer")
    reply = {"uuid": new_uuid(), "item": "sample-00001", "text": "look again", "reply_to": body["uuid"]}
    app.good("rev", "POST", "/api/comments", reply)
    path = "/api/comments?item=sample-00001"
    mine = app.good("ada", "GET", path)["comments"]
    assert [(one["by"], one["text"], one["mine"]) for one in mine] == [
        ("ada", "too dark", True),
        ("reviewer", "look again", False),
    ]
    assert app.good("bob", "GET", path)["comments"] == []
    assert [one["by"] for one in app.good("rev", "GET", path)["comments"]] == ["ada", "rev"]
    assert app.good("ada", "GET", "/api/tasks/sample-00001")["comments"] == 2
    app.good("rev", "POST", f"/api/comments/{body['uuid']}/resolve")
    assert app.ask("rev", "POST", f"/api/comments/{body['uuid']}/resolve").status_code == 404


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"kind": "rude"}, 422),
        ({"kind": "note", "text": " "}, 422),
        ({"text": "x" * 5000}, 422),
        ({"text": 5}, 422),
        ({"item": "none"}, 404),
        ({"uuid": "x"}, 422),
        ({"reply_to": "x"}, 422),
    ],
)
def test_wrong_comments_are_refused(desk: Make, change: dict[str, object], status: int) -> None:
    app = desk()
    body = {"uuid": new_uuid(), "item": "sample-00001", "kind": "hard", "text": ""} | change
    assert app.ask("ada", "POST", "/api/comments", body).status_code == status


def test_many_classes_come_apart_and_are_kept(desk: Make) -> None:
    names = ", ".join(f'"class {number}"' for number in range(300))
    app = desk(f"[[label.question]]\nkind = 'taxonomy'\nclasses = [{names}]\n")
    [question] = app.good("ada", "GET", "/api/me")["plan"]["questions"]
    assert question["classes"] == []
    found = app.ask("ada", "GET", question["classes_url"])
    assert len(found.json()["classes"]) == 300
    assert "immutable" in found.headers["cache-control"]
    assert app.ask("ada", "GET", "/api/classes/label").headers["cache-control"] == "no-cache"
    assert app.ask("ada", "GET", "/api/classes/nothing").status_code == 404


def test_a_sample_is_done_once_the_votes_are_sure(desk: Make) -> None:
    app = desk("[label]\noverlap = 2\nsure = 0.9\nmost = 5\ngold = 0.0\nrepeat = 0.0\n", [picture(1), picture(2)])
    for name in ("ada", "bob"):
        app.vote(name, "sample-00001", "cat")
    assert app.store.queue.state(["sample-00001"])["sample-00001"].state == "done"
    app.vote("ada", "sample-00002", "cat")
    app.vote("bob", "sample-00002", "dog")
    item = app.store.queue.state(["sample-00002"])["sample-00002"]
    assert (item.state, item.wanted) == ("open", 3)
    assert item.uncertainty > 0.6
    app.vote("cy", "sample-00002", "dog")
    app.vote("dan", "sample-00002", "dog")
    assert app.store.queue.state(["sample-00002"])["sample-00002"].state == "done"


CHOICE = Question("label", "choice", classes=tuple(LabelClass(name, name) for name in "abcd"))


def test_the_posterior_is_that_of_one_coin() -> None:
    # p(a) with one vote at skill .8 over four classes: .8 / (.8 + 3 · .2/3) = .8
    found = posterior(CHOICE, [("a", 0.8)])
    assert found is not None
    assert found[0] == pytest.approx(0.8)
    # two agree: .64 / (.64 + 3 · (.2/3)²)
    agreed = posterior(CHOICE, [("a", 0.8), ("a", 0.8)])
    assert agreed is not None
    assert agreed[0] == pytest.approx(0.64 / (0.64 + 3 * (0.2 / 3) ** 2))
    # two differ: the same for both, little for the others
    apart = posterior(CHOICE, [("a", 0.8), ("b", 0.8)])
    assert apart is not None
    assert apart[0] == pytest.approx(0.8 / 3 * 0.2 / (2 * 0.8 * 0.2 / 3 + 2 * (0.2 / 3) ** 2))
    assert apart[1] > found[1] > agreed[1]


def test_a_bad_annotator_says_little_and_tags_are_apart() -> None:
    poor = posterior(CHOICE, [("a", 0.25)])
    assert poor is not None
    assert poor[0] == pytest.approx(0.25)
    tags = Question("label", "tags", classes=CHOICE.classes)
    both = posterior(tags, [(["a", "b"], 0.8), (["a"], 0.8)])
    assert both is not None
    assert both[0] == pytest.approx(0.5)  # b is as likely as not
    nothing = posterior(tags, [([], 0.8), ([], 0.8)])
    assert nothing is not None
    assert nothing[0] > 0.9
    assert posterior(Question("label", "boxes"), [([], 0.8)]) is None
    assert posterior(CHOICE, []) is None
    many = posterior(CHOICE, [("a", 0.98)] * 500)
    assert many is not None
    assert many == (1.0, 0.0)


def test_skill_is_shrunk_to_what_is_usual() -> None:
    assert skill(0, 0) == pytest.approx(0.8)
    assert skill(0, 10) == pytest.approx(0.4)
    assert skill(1000, 1000) == 0.98
