"""Doubt about regions and texts: what differs goes to reviewers first, whatever dies in between."""

import os
import signal
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest
from tests.app.conftest import TEXTS, Served, texts
from tests.app.desk import Desk, new_uuid, picture, submission
from tests.app.shaped import BOXES, LABEL, SPANS, SPEECH, box, said, sound, text
from tests.app.test_process import until

from datastork.app.aside import doubt as helper
from datastork.app.aside.doubt import doubt
from datastork.app.judging import doubts as judging
from datastork.app.owner import adjudicate
from datastork.core.errors import DataError, NotFoundError, StoreError
from datastork.core.votes import CastVote
from datastork.store.votes import open_votes

Make = Callable[..., Desk]


def here(app: Desk) -> list[dict[str, Any]]:
    """Compare in this process; return what is asked."""
    asked: list[dict[str, Any]] = []

    async def ask(what: str, request: dict[str, Any], **more: Any) -> tuple[dict[str, Any], bytes]:
        assert what == "doubt"
        asked.append(request)
        return doubt(app.home, request, lambda told: None)

    app.service.heavy.ask = ask  # type: ignore[method-assign]
    return asked


@pytest.fixture
def app(desk: Make, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(judging, "APART", 0.0)
    monkeypatch.setattr(judging, "PAUSE", 0.0)
    made = desk(LABEL, head=BOXES)
    here(made)
    return made


def vote(sample: str, who: str, value: Any) -> CastVote:
    return CastVote(
        sample=sample,
        question="label",
        annotator=who,
        value=value,
        uuid=new_uuid(),
        created_at="2026-01-31T08:00:00Z",
        schema_version=1,
    )


def waiting(app: Desk) -> list[tuple[str, float]]:
    """Return what a reviewer gets."""
    found = app.good("rev", "GET", "/api/adjudicate?count=20")
    assert "counting" not in found
    assert found["left"] == len(found["tasks"])
    return [(task["item"][-1], round(task["entropy"], 3)) for task in found["tasks"]]


@pytest.fixture(autouse=True)
def reviewer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let "rev" enter as a reviewer, who waits for as long as comparing takes."""
    monkeypatch.setattr(adjudicate, "WAIT", 120.0)
    enter = Desk.enter
    monkeypatch.setattr(
        Desk, "enter", lambda app, name, role="annotator": enter(app, name, "reviewer" if name == "rev" else role)
    )


def test_boxes_that_differ_most_come_first_and_those_that_agree_not_at_all(app: Desk) -> None:
    said(
        app,
        {
            "ada": [[box(0)], [box(0), box(20)], [box(0)], [box(0)], []],
            "bob": [[box(1)], [box(0)], [box(0, "dog")], None, []],
        },
    )
    assert waiting(app) == [("2", 1.0), ("1", 0.333)]
    states = app.store.queue.state([f"sample-{number:05}" for number in range(5)])
    assert [round(one.uncertainty, 3) for one in states.values()] == [0.222, 0.333, 1.0, 0.0, 0.0]
    assert app.store.audit() == []


def test_a_decision_takes_a_sample_out_and_its_undo_brings_it_back(app: Desk) -> None:
    said(app, {"ada": [[box(0)], [box(0)]], "bob": [[box(30)], [box(30)]]})
    assert waiting(app) == [("0", 1.0), ("1", 1.0)]
    one = submission("sample-00000", [box(0)], decides=True)
    assert app.good("rev", "POST", "/api/votes", {"submissions": [one]})["saved"] == [one["uuid"]]
    assert waiting(app) == [("1", 1.0)]
    app.good("rev", "POST", "/api/undo", {"uuid": new_uuid(), "of": one["uuid"]})
    assert waiting(app) == [("0", 1.0), ("1", 1.0)]


def test_who_revises_or_takes_back_may_end_the_doubt(app: Desk) -> None:
    said(app, {"ada": [[box(0)], [box(0)]]})
    first, second = submission("sample-00000", [box(30)]), submission("sample-00001", [box(30)])
    app.good("bob", "POST", "/api/votes", {"submissions": [first, second]})
    assert [name for name, _ in waiting(app)] == ["0", "1"]
    app.vote("bob", "sample-00000", [box(0)], replaces=first["uuid"])
    app.good("bob", "POST", "/api/undo", {"uuid": new_uuid(), "of": second["uuid"]})
    assert waiting(app) == []
    states = app.store.queue.state(["sample-00000", "sample-00001"])
    assert [one.uncertainty for one in states.values()] == [0.0, 0.0]


def test_spans_differ_from_one_character_on(desk: Make) -> None:
    app = desk(LABEL, [text(number) for number in range(3)], head=SPANS)
    here(app)
    ada = {"start": 0, "end": 3, "label": "cat"}
    paris = {"start": 15, "end": 20, "label": "dog"}
    said(app, {"ada": [[ada], [ada, paris], [ada]], "bob": [[ada], [ada], [ada | {"end": 7}]]})
    assert waiting(app) == [("2", 0.571), ("1", 0.333)]


def test_transcripts_differ_by_their_words(desk: Make) -> None:
    app = desk(LABEL, [sound(number) for number in range(4)], head=SPEECH)
    here(app)
    said(app, {"ada": ["The cat sat.", "the cat sat", "one two", ""], "bob": ["the cat sat", "the dog sat", "six", ""]})
    assert waiting(app) == [("2", 1.0), ("1", 0.333)]


def test_adaptive_overlap_ends_where_answers_are_alike_enough(desk: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "APART", 0.0)
    app = desk(LABEL + "sure = 0.8\nmost = 3\n", [picture(number) for number in range(2)], head=BOXES)
    here(app)
    said(app, {"ada": [[box(0)], [box(0)]], "bob": [[box(0.5)], [box(4)]]})
    waiting(app)
    states = app.store.queue.state(["sample-00000", "sample-00001"])
    assert [one.state for one in states.values()] == ["done", "open"]
    assert [one.probability for one in states.values()] == [pytest.approx(7.5 / 8.5), pytest.approx(1 / 3)]
    [task] = app.next("cy", 5)
    assert task["item"] == "sample-00001"
    app.vote("cy", "sample-00001", [box(0)])
    assert app.next("dan", 5) == []  # at most three
    assert waiting(app) == [("1", 0.444)]


def test_votes_are_compared_after_they_are_saved_without_being_asked(desk: Make) -> None:
    app = desk(LABEL + 'order = "uncertainty"\n', head=BOXES)
    asked = here(app)
    said(app, {"ada": [[box(0)]], "bob": [[box(30)]]})
    task = app.service.doubts._task
    assert task is not None
    app.run(task)
    assert app.service.doubts.doubts == {"sample-00000": 1.0}
    assert (asked[0]["after"], asked[-1]["upto"]) == (0, 2)
    assert app.store.queue.state(["sample-00000"])["sample-00000"].uncertainty == 1.0


def test_nobody_who_votes_waits_for_the_helper_or_is_refused_because_of_it(
    desk: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "PAUSE", 0.0)
    app = desk(LABEL + 'order = "uncertainty"\n', head=BOXES)

    async def broken(what: str, request: dict[str, Any], **more: Any) -> Any:
        raise StoreError("the disk is full")

    app.service.heavy.ask = broken  # type: ignore[method-assign]
    said(app, {"ada": [[box(0)]], "bob": [[box(30)]]})
    found = app.good("rev", "GET", "/api/adjudicate")
    assert (found["tasks"], found["counting"]) == ([], True)
    assert any("the disk is full" in line for line in app.said)
    here(app)
    assert waiting(app) == [("0", 1.0)]


def test_what_was_voted_before_a_start_is_compared_when_it_is_asked_for(app: Desk) -> None:
    said(app, {"ada": [[box(0)], [box(0)]], "bob": [[box(30)], [box(30)]]})
    app.service.doubts = judging.Doubts(app.service)
    app.run(begun(app))
    judging.RECENT, recent = 1, judging.RECENT
    try:
        app.vote("cy", "sample-00005", [])
        app.service.doubts.wake()
        assert waiting(app) == [("0", 1.0), ("1", 1.0)]
    finally:
        judging.RECENT = recent


async def begun(app: Desk) -> None:
    app.service.doubts.begin()


def test_votes_of_another_process_are_seen(app: Desk) -> None:
    said(app, {"ada": [[box(0)]], "bob": [[box(0)]]})
    assert waiting(app) == []
    with open_votes(app.home) as other:
        other.cast([vote("sample-00000", "cy", [])])
    assert waiting(app) == [("0", 0.667)]


def test_one_sample_over_which_the_helper_dies_costs_that_sample_only(app: Desk) -> None:
    bad = 5  # the vote of bob on sample 1

    async def ask(what: str, request: dict[str, Any], **more: Any) -> Any:
        if request["after"] < bad <= request["upto"]:
            raise DataError("it cannot be read: the process that tried ended")
        return doubt(app.home, request, lambda told: None)

    app.service.heavy.ask = ask  # type: ignore[method-assign]
    said(app, {"ada": [[box(0)], [box(0)], [box(0)]], "bob": [[box(0)], [box(0)], [box(0)]]})
    assert waiting(app) == [("1", 1.0)]
    assert sum("sample-00001" in line for line in app.said) == 1


def test_answers_that_cannot_be_compared_go_to_reviewers(app: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    said(app, {"ada": [[box(0)]], "bob": [[box(0)]]})

    def broken(*given: Any) -> Any:
        raise ValueError("these masks have different sizes")

    monkeypatch.setattr(helper, "region_likeness", broken)
    assert waiting(app) == [("0", 1.0)]
    assert any("different sizes" in line for line in app.said)


def test_many_samples_come_in_pieces(app: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "PIECE", 3)
    asked = here(app)
    said(app, {"ada": [[box(0)]] * 10, "bob": [[box(0)]] * 5 + [[box(30)]] * 5})
    assert len(waiting(app)) == 5
    assert all(one["upto"] - one["after"] <= 3 for one in asked)
    assert sum(one["upto"] - one["after"] for one in asked) == 20


def test_a_reviewer_does_not_wait_for_votes_that_come_in_meanwhile(app: Desk) -> None:
    said(app, {"ada": [[box(0)]], "bob": [[box(30)]]})
    asked = here(app)
    ask = app.service.heavy.ask

    async def busy(what: str, request: dict[str, Any], **more: Any) -> Any:
        numbers = len(asked)
        if numbers < 50:  # somebody votes whenever something is compared
            new = vote("sample-00009", f"person {numbers}", [box(numbers)])
            await anyio.to_thread.run_sync(app.store.cast, [new])
        return await ask(what, request, **more)

    app.service.heavy.ask = busy  # type: ignore[method-assign]
    app.vote("cy", "sample-00000", [])
    assert "counting" not in app.good("rev", "GET", "/api/adjudicate")
    assert len(asked) < 20


def test_plain_questions_start_no_comparing(desk: Make) -> None:
    app = desk("[label]\noverlap = 2\n")
    app.vote("ada", "sample-00001", "cat")
    app.vote("bob", "sample-00001", "dog")
    assert app.service.doubts._task is None


def test_the_helper_is_killed_and_all_is_compared_all_the_same(desk: Make) -> None:
    app = desk(LABEL, head=BOXES, helpers=True)
    said(app, {"ada": [[box(0)], [box(0)]], "bob": [[box(0)], [box(30)]]})
    assert waiting(app) == [("1", 1.0)]
    pid = app.service.heavy.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    said(app, {"cy": [[box(30)]]})
    assert waiting(app) == [("1", 1.0), ("0", 0.667)]
    assert app.service.heavy.pid not in (None, pid)


def test_a_lost_dataset_is_told(app: Desk) -> None:
    async def lost(what: str, request: dict[str, Any], **more: Any) -> Any:
        raise NotFoundError("the recipe is gone")

    app.service.heavy.ask = lost  # type: ignore[method-assign]
    said(app, {"ada": [[box(0)]], "bob": [[box(30)]]})
    assert app.good("rev", "GET", "/api/adjudicate")["counting"] is True


def test_through_the_server_the_app_stays_light_and_a_restart_forgets_no_doubt(
    tmp_path: Path, serve: Callable[..., Served]
) -> None:
    head = TEXTS.replace("text-classification", "token-classification")
    label = f'\n{LABEL}order = "uncertainty"\n'
    root = texts(tmp_path / "spans", ["Ada met Bob", "Cy left", "Dan came"], label=label, head=head)
    span = {"start": 0, "end": 3, "label": "ham"}
    served = serve(root)
    with closing(served.owner()) as owner, closing(served.person(owner, "ada")) as ada:
        items = sorted(
            (task["media"]["text"], task["item"])
            for task in until(lambda: owner.post("/api/next", json={"count": 3}).json()["tasks"])
        )
        for (words, item), other in zip(items, ([span], [], [span | {"end": 2}]), strict=True):
            assert words
            for who, value in ((owner, [span]), (ada, other)):
                found = who.post("/api/votes", json={"submissions": [submission(item, value)]}).json()
                assert len(found["saved"]) == 1

        def doubtful(client: Any) -> list[tuple[str, float]]:
            found = until(lambda: (told := client.get("/api/adjudicate").json()) and "counting" not in told and told)
            return [(task["item"], round(task["entropy"], 3)) for task in found["tasks"]]

        expected = [(items[1][1], 1.0), (items[2][1], 0.333)]
        assert doubtful(owner) == expected
        with open(f"/proc/{served.pid}/maps", encoding="utf-8", errors="replace") as file:
            mapped = file.read()
        assert not [name for name in ("/numpy/", "/scipy/", "/pyarrow/") if name in mapped]
        served.stop(signal.SIGKILL)
        serve(root, "--port", served.url.rpartition(":")[2])
        assert doubtful(owner) == expected
        decision = submission(items[1][1], [span], decides=True)
        assert owner.post("/api/votes", json={"submissions": [decision]}).json()["saved"] == [decision["uuid"]]
        assert doubtful(owner) == expected[1:]
