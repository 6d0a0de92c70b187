"""What is sent again, late, or from a page that is behind: nothing of it is lost, refused in error, or taken twice."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.app.desk import Desk, new_uuid, picture, submission

from datastork.app.tasks.submission import read as submission_read

Make = Callable[..., Desk]
TWO = '\n[label]\n[[label.question]]\nname = "label"\n'
MORE = '[[label.question]]\nname = "colour"\nkind = "text"\nask = "Which colour?"\nversion = 2\n'


def send(desk: Desk, who: str, *given: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = desk.good(who, "POST", "/api/votes", {"submissions": list(given)})
    return found


@pytest.mark.parametrize("clock", ["2099-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "yesterday", None])
def test_an_answer_of_a_device_with_a_wrong_clock_is_known_when_it_comes_again(desk: Make, clock: str | None) -> None:
    one = desk()
    given = submission("sample-00001", created_at=clock)
    assert send(one, "ada", given)["saved"] == [given["uuid"]]

    again = send(one, "ada", submission("sample-00002"), given)

    assert again["known"] == [given["uuid"]]
    assert (len(again["saved"]), again["refused"]) == (1, [])


def test_an_answer_is_known_though_its_sample_and_its_class_have_left_since(desk: Make) -> None:
    one = desk()
    given = submission("sample-00001", "fox")
    send(one, "ada", given)
    one.service._places.clear()
    recipe = one.home.root / "stork.toml"
    recipe.write_text(recipe.read_text().replace(', "fox"', ""), encoding="utf-8")
    one.service._reread()
    one.service.replan()

    again = send(one, "ada", given)
    other = send(one, "ada", given | {"answers": {"label": {"value": "wolf"}}})
    stranger = send(one, "ben", given)

    assert (again["known"], again["refused"]) == ([given["uuid"]], [])
    assert [one["uuid"] for one in other["refused"]] == [given["uuid"]], "another answer is no repetition"
    assert [one["uuid"] for one in stranger["refused"]] == [given["uuid"]], "nor is another's"


def test_an_answer_to_a_sample_that_left_the_dataset_is_kept(desk: Make) -> None:
    one = desk()
    one.next("ada", 1)
    one.store.queue.sync([picture(number) for number in range(5, 10)], 2)
    one.service._places.clear()

    assert len(one.vote("ada", "sample-00001")["saved"]) == 1


def test_answers_given_before_a_question_came_are_taken(desk: Make) -> None:
    one = desk(TWO + 'kind = "choice"\n' + MORE)

    early = send(one, "ada", submission("sample-00001", schema_version=1))
    late = send(one, "ada", submission("sample-00002", schema_version=2))

    assert (len(early["saved"]), early["refused"]) == (1, [])
    assert late["refused"][0]["problems"] == ["colour: no answer; answer it, or skip the sample with a reason"]


def test_an_empty_submission_is_no_answer(desk: Make) -> None:
    one = desk('\n[label]\n[[label.question]]\nname = "label"\nkind = "choice"\nrequired = false\n')

    told = send(one, "ada", submission("sample-00001", answers={}))

    assert told["refused"][0]["problems"] == ["answers: there are none; answer, or skip the sample with a reason"]


def test_one_answer_that_breaks_something_here_does_not_hold_up_the_others(
    desk: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one = desk()
    bad, good = submission("sample-00001"), submission("sample-00002")

    def read(given: Any, *more: Any) -> Any:
        if given["uuid"] == bad["uuid"]:
            raise ZeroDivisionError("a fault of ours")
        return submission_read(given, *more)

    monkeypatch.setattr("datastork.app.tasks.submit.read", read)

    told = send(one, "ada", bad, good)

    assert told["saved"] == [good["uuid"]]
    assert [refused["uuid"] for refused in told["refused"]] == [bad["uuid"]]
    assert "a fault of ours" in capsys.readouterr().err, "the terminal is told"


@pytest.mark.parametrize("number", [10**30, 10**400, -(10**400)])
def test_numbers_beyond_all_floats_are_refused_in_words(desk: Make, number: int) -> None:
    one = desk()

    told = send(one, "ada", submission("sample-00001", seconds=number, repeat=number))

    assert [problem.split(",")[0] for problem in told["refused"][0]["problems"]] == [
        "seconds must lie between 0 and 86400",
        "repeat must lie between 0 and 1000",
    ]


@pytest.mark.parametrize("kind", ["boxes", "polygons", "masks", "keypoints", "rating"])
def test_regions_at_numbers_beyond_all_floats_are_refused_in_words(desk: Make, kind: str) -> None:
    far = 10**400
    values: dict[str, Any] = {
        "boxes": [{"label": "cat", "x": far, "y": 0, "width": far, "height": 1}],
        "polygons": [{"label": "cat", "points": [[far, 0], [0, far], [1, 1]]}],
        "masks": [{"label": "cat", "size": [30, 40], "counts": [far, far]}],
        "keypoints": [{"label": "cat", "points": [{"name": "nose", "x": far, "y": 1.0, "visible": 2}]}],
        "rating": far,
    }
    more = 'points = ["nose"]\n' if kind == "keypoints" else ""
    one = desk(f'\n[label]\n[[label.question]]\nname = "label"\nkind = "{kind}"\n{more}')

    told = send(one, "ada", submission("sample-00001", values[kind]))

    assert told["refused"][0]["error"] != "something broke here on this answer; it stays with you"


def test_taking_back_sent_again_under_a_newer_plan_is_the_same(desk: Make) -> None:
    one = desk(TWO + 'kind = "choice"\n')
    given = submission("sample-00001")
    send(one, "ada", given)
    undo = {"uuid": new_uuid(), "of": given["uuid"]}
    one.good("ada", "POST", "/api/undo", undo)
    recipe = one.home.root / "stork.toml"
    recipe.write_text(recipe.read_text() + "version = 2\n", encoding="utf-8")
    one.service._reread()
    one.service.replan()
    assert one.service.plan.version == 2

    again = one.good("ada", "POST", "/api/undo", undo)

    assert again["task"]["answers"] == {"label": "cat"}
    assert list(one.store.read.current(sample="sample-00001")) == []


def test_a_uuid_that_is_another_things_is_a_conflict_and_no_trouble_of_the_moment(desk: Make) -> None:
    one = desk()
    uuid = new_uuid()
    comment = {"uuid": uuid, "item": "sample-00001", "kind": "note", "text": "one"}
    one.good("ada", "POST", "/api/comments", comment)

    assert one.ask("ben", "POST", "/api/comments", comment | {"text": "two"}).status_code == 409


def test_reasons_and_names_in_every_script_are_taken_and_hidden_marks_are_not(desk: Make) -> None:
    one = desk()
    one.enter("olga", "owner")
    reason = "نمی\u200cدانم 👨\u200d👩\u200d👧"
    told = send(one, "ada", submission("sample-00001", answers={}, skipped=reason))
    assert told["refused"] == []

    def join(name: str) -> int:
        token = one.good("olga", "POST", "/api/owner/invites", {"role": "annotator"})["path"].rpartition("/")[2]
        return one.ask(None, "POST", "/api/join", {"token": token, "name": name}).status_code

    assert join("علی\u200cرضا") == 200
    assert join("olga\u200d") == 422
    assert join("\u202eaglo") == 422


def test_what_is_sent_in_another_name_than_the_sessions_is_turned_away(desk: Make) -> None:
    one = desk()
    body = {"submissions": [submission("sample-00001")]}

    other = one.ask("ben", "POST", "/api/votes", body, headers={"x-stork-as": "%C3%A9mile"})
    own = one.ask("émile", "POST", "/api/votes", body, headers={"x-stork-as": "%C3%A9mile"})

    assert (other.status_code, own.status_code) == (401, 200)
    assert one.store.read.counts().votes == 1


def test_a_dataset_has_an_identity_that_stays_and_is_its_own(desk: Make) -> None:
    one, other = desk(), desk()

    first = [made.good("ada", "GET", "/api/me")["dataset"]["id"] for made in (one, one, other)]

    assert first[0] == first[1] != first[2]
