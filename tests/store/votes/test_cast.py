"""Casting: append-only, idempotent, revised and taken back by later votes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from datastork.core.errors import DataError, StoreError
from datastork.core.votes import CastVote
from datastork.store.votes import ConflictError, VoteStore

Make = Callable[..., CastVote]


def values(store: VoteStore) -> list[Any]:
    return [one.value for one in store.read.current()]


def test_a_vote_comes_back_as_it_was_cast(store: VoteStore, vote: Make) -> None:
    given = vote(
        value={"left": "a", "right": "b", "answer": "tie"},
        confidence=0.1 + 0.2,
        difficulty=3,
        prominence=5,
        seconds=1 / 3,
        device="phone",
        schema_version=4,
        suggestion=["dog", 'ünï \\ " 🐕'],
        suggestion_by="model a",
        changed=True,
        repeat=1,
        decides=True,
    )

    assert store.cast([given]) == [True]
    assert list(store.read.current()) == [given]


@pytest.mark.parametrize(
    "value", ["", "a\\b", 'say "hi"', "line\nbreak\ttab", "🐕‍🦺 עברית", 4, 0.1, [], {}, True, [{"label": "x"}]]
)
def test_any_json_comes_back(store: VoteStore, vote: Make, value: object) -> None:
    store.cast([vote(value=value)])

    assert values(store) == [value]


def test_the_same_vote_again_changes_nothing(store: VoteStore, vote: Make) -> None:
    first, second = vote(), vote(sample="s1")

    assert store.cast([first]) == [True]
    assert store.cast([first, second, first]) == [False, True, False]
    assert store.read.key() == "2-2-0"


def test_a_known_uuid_with_other_content_is_a_conflict_and_nothing_is_kept(store: VoteStore, vote: Make) -> None:
    first = vote()
    store.cast([first])

    with pytest.raises(ConflictError, match=f"{first.uuid} is there already") as caught:
        store.cast([vote(sample="s1"), replace(first, value="cat")])

    assert caught.value.uuid == first.uuid
    assert values(store) == ["dog"]
    assert store.audit() == []


def test_two_different_votes_of_one_uuid_in_one_cast_are_a_conflict(store: VoteStore, vote: Make) -> None:
    with pytest.raises(ConflictError, match="says something else"):
        store.cast([vote(uuid="u"), vote(uuid="u", value="cat")])

    assert values(store) == []


def test_a_revision_replaces_and_the_record_keeps_both(store: VoteStore, vote: Make) -> None:
    first = vote()
    second = vote(value="cat", replaces=first.uuid)
    store.cast([first])
    store.cast([second])

    assert values(store) == ["cat"]
    assert [(one.seq, one.vote, one.current) for one in store.read.history("s0")] == [
        (1, first, False),
        (2, second, True),
    ]


def test_a_revision_that_arrives_first_still_wins(store: VoteStore, vote: Make) -> None:
    first = vote()
    second = vote(value="cat", replaces=first.uuid)

    store.cast([second])
    store.cast([first])

    assert values(store) == ["cat"]
    assert store.audit() == []


def test_a_vote_and_its_revision_in_one_cast_in_either_order(store: VoteStore, vote: Make) -> None:
    one, other = vote(), vote(sample="s1")
    store.cast([one, vote(value="cat", replaces=one.uuid)])
    store.cast([vote(sample="s1", value="cat", replaces=other.uuid), other])

    assert values(store) == ["cat", "cat"]
    assert store.audit() == []


def test_a_vote_taken_back_is_no_longer_current(store: VoteStore, vote: Make) -> None:
    first = vote()
    store.cast([first])
    store.cast([vote(value=None, replaces=first.uuid)])

    assert values(store) == []
    assert store.read.table().num_rows == 0
    assert len(store.read.history("s0")) == 2
    assert store.read.counts().current == 0


def test_a_second_answer_without_a_word_of_the_first_replaces_it(store: VoteStore, vote: Make) -> None:
    store.cast([vote()])
    store.cast([vote(value="cat")])

    assert values(store) == ["cat"]


def test_repeats_and_decisions_stand_beside_the_first_answer(store: VoteStore, vote: Make) -> None:
    store.cast([vote(), vote(value="cat", repeat=1), vote(value="fox", decides=True)])

    assert values(store) == ["dog", "cat", "fox"]


def test_nobody_replaces_the_vote_of_another(store: VoteStore, vote: Make) -> None:
    first = vote()
    store.cast([first])

    with pytest.raises(DataError, match="another's"):
        store.cast([vote(annotator="ben", value=None, replaces=first.uuid)])
    store.cast([vote(annotator="ben", sample="s9", uuid="early", replaces="later")])
    store.cast([vote(uuid="later")])  # what ben's vote names is not his, so it stands

    assert sorted(one.annotator for one in store.read.current()) == ["ada", "ben"]
    assert store.audit() == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"value": None}, "says nothing"),
        ({"skipped": "broken"}, "both answers and skips"),
        ({"value": float("nan")}, "JSON"),
        ({"value": {1, 2}}, "JSON"),
        ({"value": "\ud800"}, "JSON"),
        ({"value": "x" * (17 << 20)}, "bytes"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"created_at": "2026-01-31T08:00:00"}, "created_at"),
        ({"confidence": 1.5}, "confidence"),
        ({"confidence": float("nan")}, "confidence"),
        ({"difficulty": 6}, "difficulty"),
        ({"difficulty": 2.5}, "difficulty"),
        ({"seconds": -1.0}, "seconds"),
        ({"repeat": -1}, "repeat"),
        ({"sample": ""}, "sample"),
        ({"sample": "a\x1fb"}, "sample"),
        ({"annotator": "a\nb"}, "annotator"),
        ({"uuid": "u" * 400}, "uuid"),
        ({"uuid": "u", "replaces": "u"}, "replaces itself"),
        ({"value": None, "skipped": ""}, "skipped"),
    ],
)
def test_a_vote_that_cannot_stand_is_refused(home: Any, vote: Make, wrong: dict[str, Any], says: str) -> None:
    from datastork.store.votes import open_votes

    with open_votes(home) as store:
        with pytest.raises(DataError, match=says):
            store.cast([vote(**wrong)])
        assert store.read.last() == 0


@pytest.mark.parametrize("change", ["UPDATE votes SET value = '\"cat\"'", "DELETE FROM votes"])
def test_the_record_refuses_to_be_changed(store: VoteStore, vote: Make, change: str) -> None:
    store.cast([vote()])

    with pytest.raises(StoreError, match="never changed or removed"):
        store.base.write(lambda connection: connection.execute(sa.text(change)))

    assert values(store) == ["dog"]


def test_many_votes_at_once_count_as_they_do_one_by_one(store: VoteStore, vote: Make, items: Any) -> None:
    store.queue.sync(items(30), 1)
    votes = [vote(sample=f"s{at % 40}", annotator=f"a{at % 7}", value=str(at % 3)) for at in range(6_000)]

    assert store.cast(votes) == [True] * 6_000
    assert store.cast(votes) == [False] * 6_000
    assert store.audit() == []
    assert store.read.counts().current == len({(one.sample, one.annotator) for one in votes})


def test_votes_of_a_model_count_for_no_overlap(store: VoteStore, vote: Make, items: Any) -> None:
    store.queue.sync(items(1), 1)
    store.people.add("resnet", "model")
    store.cast([vote(annotator="resnet")])

    assert store.queue.state(["s0"])["s0"].answered == 0
    assert store.read.counts().annotators == 0
    assert store.audit() == []
