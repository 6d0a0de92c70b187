"""What is kept beside the votes."""

from collections.abc import Callable
from typing import Any

import pytest

from datastork.core.errors import DataError, NotFoundError, TooLargeError
from datastork.core.votes import CastVote
from datastork.store.votes import Capture, ConflictError, VoteStore
from datastork.store.votes.beside.captures import hash_of

Make = Callable[..., CastVote]


def test_an_invitation_lets_as_many_in_as_it_says(store: VoteStore) -> None:
    token = store.people.invite("annotator", uses=2, label="class of 2026", by="owner", now=0.0)

    ada, session = store.people.join(token, " Ada  L. ", device="phone", now=1.0)
    store.people.join(token, "Ben", now=1.0)

    assert (ada.name, ada.role) == ("Ada L.", "annotator")
    with pytest.raises(NotFoundError, match="used up"):
        store.people.join(token, "Cyd", now=1.0)
    found = store.people.session(session, now=2.0)
    assert found is not None
    assert found.name == "Ada L."
    assert [(one.annotator, one.device) for one in store.people.sessions("Ada L.")] == [("Ada L.", "phone")]
    assert [(one.uses, one.label) for one in store.people.invites()] == [(0, "class of 2026")]


def test_a_name_that_is_taken_lets_nobody_in_and_uses_nothing(store: VoteStore) -> None:
    store.people.add("Ada")
    token = store.people.invite(now=0.0)

    with pytest.raises(ConflictError, match="called 'Ada' already"):
        store.people.join(token, "Ada", now=0.0)

    assert store.people.join(token, "Ada2", now=0.0)[0].name == "Ada2"


def test_a_link_of_ones_own_lets_one_come_back(store: VoteStore) -> None:
    store.people.add("Ada", "reviewer")
    token = store.people.invite("annotator", name="Ada", now=0.0)

    seen = store.people.look(token, now=0.0)
    back, _ = store.people.join(token, now=0.0)

    assert seen is not None
    assert (seen.name, back.name, back.role) == ("Ada", "Ada", "reviewer")


def test_links_and_sessions_end(store: VoteStore) -> None:
    token = store.people.invite(seconds=10, now=0.0, uses=5)
    _, session = store.people.join(token, "Ada", seconds=100, now=0.0)
    _, other = store.people.join(token, "Ben", seconds=100, now=0.0)

    with pytest.raises(NotFoundError, match="over"):
        store.people.join(token, "Cyd", now=10.0)
    assert store.people.look(token, now=10.0) is None
    assert store.people.session(session, now=99.0) is not None
    assert store.people.session(session, now=100.0) is None
    store.people.leave(other)
    assert store.people.session(other, now=1.0) is None
    assert store.people.session("guess", now=1.0) is None


def test_who_is_locked_out_has_no_session_and_comes_back_by_no_link(store: VoteStore) -> None:
    _, session = store.people.join(store.people.invite(now=0.0), "Ada", now=0.0)
    again = store.people.invite(name="Ada", now=0.0)

    store.people.disable("Ada")

    assert store.people.session(session, now=1.0) is None
    with pytest.raises(NotFoundError, match="unknown, used up or over"):
        store.people.join(again, now=1.0)


def test_a_revoked_link_is_useless(store: VoteStore) -> None:
    token = store.people.invite(now=0.0)

    assert store.people.revoke(store.people.invites()[0].id) is True
    assert store.people.revoke(99) is False
    assert store.people.look(token, now=0.0) is None


def test_no_token_is_kept(store: VoteStore) -> None:
    token = store.people.invite(now=0.0)
    _, session = store.people.join(token, "Ada", now=0.0)

    with store.base.read() as connection:
        kept = repr([connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in ("invites", "sessions")])

    assert token not in kept
    assert session not in kept
    assert hash_of(token) in kept


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\x00b", "a\u202eb", "\u200b"])
def test_some_texts_are_no_names(store: VoteStore, name: str) -> None:
    with pytest.raises(DataError, match="cannot be a name"):
        store.people.add(name)


def test_roles(store: VoteStore) -> None:
    store.people.add("Ada")
    store.people.add("resnet", "model")

    store.people.set_role("Ada", "reviewer")

    assert [(one.name, one.role) for one in store.people.list()] == [("Ada", "reviewer"), ("resnet", "model")]
    assert store.people.ensure("Ada").role == "reviewer"
    with pytest.raises(DataError, match="models and people stay apart"):
        store.people.set_role("Ada", "model")
    with pytest.raises(DataError, match="is no role"):
        store.people.add("Ben", "king")
    with pytest.raises(NotFoundError, match="no annotator is called 'Zoe'"):
        store.people.disable("Zoe")


def test_gold_answers(store: VoteStore) -> None:
    store.gold.set("s0", "label", ["dog"], says="look at the ears", by="owner")
    store.gold.set("s0", "label", "cat", says="look again", by="owner")
    store.gold.set("s1", "rating", 4)

    assert store.gold.get(["s0", "s9"])["s0"]["label"].value == "cat"
    assert [(one.sample, one.says) for one in store.gold.list()] == [("s0", "look again"), ("s1", "")]
    assert store.gold.remove("s0", "rating") == 0
    assert store.gold.remove("s0", "label") == 1
    assert store.gold.get(["s0"]) == {}
    assert store.gold.get([]) == {}


def test_comments(store: VoteStore) -> None:
    assert store.comments.add("u1", "s0", "ada", "unclear", "what is this?") is True
    assert store.comments.add("u1", "s0", "ada", "unclear", "what is this?") is False
    store.comments.add("u2", "s0", "ben", "note", "a dog", reply_to="u1")

    with pytest.raises(ConflictError, match="says something else"):
        store.comments.add("u1", "s0", "ada", "unclear", "other")
    with pytest.raises(DataError, match="at most"):
        store.comments.add("u3", "s0", "ada", "note", "x" * 20_000)
    assert [(one.text, one.reply_to) for one in store.comments.of("s0")] == [("what is this?", None), ("a dog", "u1")]
    assert store.comments.count(["s0", "s1"]) == {"s0": 2}
    assert [one.uuid for one in store.comments.list(after=1)] == ["u2"]
    assert (store.comments.resolve("u1", "owner"), store.comments.resolve("u1", "owner")) == (True, False)
    assert store.comments.of("s0")[0].resolved_by == "owner"


def test_a_draft_is_kept_until_its_votes_are_cast(store: VoteStore, vote: Make) -> None:
    assert store.drafts.put("ada", "s0", {"label": "d"}, "2026-01-01T00:00:02Z") is True
    assert store.drafts.put("ada", "s0", {"label": "old"}, "2026-01-01T00:00:01Z") is False
    store.drafts.put("ben", "s0", {"label": "x"}, "2026-01-01T00:00:01Z")

    kept = store.drafts.get("ada", "s0")
    assert kept is not None
    assert kept.answers == {"label": "d"}
    store.cast([vote("s0", "ada")])
    assert store.drafts.get("ada", "s0") is None
    assert store.drafts.get("ben", "s0") is not None
    store.drafts.put("ben", "s0", {}, "2026-01-01T00:00:03Z")
    assert store.drafts.get("ben", "s0") is None
    with pytest.raises(TooLargeError, match="at most"):
        store.drafts.put("ada", "s0", {"text": "x" * (17 << 20)}, "2026-01-01T00:00:03Z")


def capture(uuid: str, **more: Any) -> Capture:
    given = {"annotator": "ada", "class_": "dog", "kind": "sound", "consent": "I agree.", "code_hash": hash_of(uuid)}
    given |= {"file": f"{uuid}.webm", "content": "c0", "mime": "audio/webm", "seconds": 2.5, "device": None}
    return Capture(**{"uuid": uuid, "created_at": "2026-01-01T00:00:00Z", **given, **more})  # type: ignore[arg-type]


def test_recordings_are_kept_with_their_consent_until_they_are_taken_back(store: VoteStore) -> None:
    assert store.captures.add(capture("u1")) is True
    assert store.captures.add(capture("u1")) is False
    store.captures.add(capture("u2", class_="cat"))
    with pytest.raises(ConflictError, match="another one"):
        store.captures.add(capture("u1", content="c1"))

    assert store.captures.list() == [capture("u1"), capture("u2", class_="cat")]
    assert store.captures.counts() == {"dog": 1, "cat": 1}
    assert store.captures.withdraw("guess") is None
    gone = store.captures.withdraw("u1")
    assert gone is not None
    assert gone.file == "u1.webm"
    assert gone.withdrawn_at is not None
    assert store.captures.withdraw("u1") == gone
    assert [one.uuid for one in store.captures.list()] == ["u2"]
    assert [one.uuid for one in store.captures.list(withdrawn=True)] == ["u1", "u2"]


def test_settings(store: VoteStore) -> None:
    store.settings.put("guideline.dog", {"says": "a dög"})
    store.settings.put("round", 3)
    store.settings.put("guideline.dog", {"says": "any dog"})

    assert store.settings.get("guideline.dog") == {"says": "any dog"}
    assert store.settings.get("missing", 7) == 7
    assert store.settings.all("guideline.") == {"guideline.dog": {"says": "any dog"}}
    store.settings.put("round", None)
    assert store.settings.get("round") is None
