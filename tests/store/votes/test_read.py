"""Reading votes: streamed, as a table, with classes carried along."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest

from datastork.core.errors import DataError
from datastork.core.votes import CastVote
from datastork.store.votes import VoteStore

Make = Callable[..., CastVote]


def test_the_table_says_what_current_says(store: VoteStore, vote: Make) -> None:
    first = vote("s0", value="to be revised")
    store.cast(
        [
            first,
            vote("s0", value='a\\b "c" 🐕\n', replaces=first.uuid, confidence=0.1 + 0.2, seconds=1 / 3),
            vote("s1", "ben", {"age": "4\t2"}, question="row", difficulty=2, changed=False, schema_version=3),
            vote("s2", value=None, skipped="not sure", created_at="2026-01-31T10:00:00.5+02:00"),
            vote("s3", value=4, question="rating", device="phone", repeat=2, decides=True),
            vote("s4", value=""),
        ]
    )

    table = store.read.table()
    streamed = list(store.read.current())

    assert table["sample"].to_pylist() == [one.sample for one in streamed] == ["s0", "s1", "s2", "s3", "s4"]
    assert table["value"].to_pylist() == ['a\\b "c" 🐕\n', '{"age":"4\\t2"}', None, "4", ""]
    for name in ("uuid", "question", "annotator", "confidence", "difficulty", "seconds", "device", "schema_version"):
        assert table[name].to_pylist() == [getattr(one, name) for one in streamed]
    for name in ("skipped", "repeat", "decides", "changed"):
        assert table[name].to_pylist() == [getattr(one, name) for one in streamed]
    assert table["created_at"].to_pylist()[2] == datetime(2026, 1, 31, 8, 0, 0, 500_000, UTC)
    assert table["seq"].to_pylist() == [2, 3, 4, 5, 6]


def test_an_empty_table_has_its_columns(store: VoteStore) -> None:
    table = store.read.table()

    assert (table.num_rows, table.schema.field("created_at").type) == (0, pa.timestamp("us", "UTC"))


def test_votes_of_one_question_sample_or_annotator(store: VoteStore, vote: Make) -> None:
    store.cast([vote("s0"), vote("s1", "ben"), vote("s0", "ben", "x", question="it's")])

    assert [one.value for one in store.read.current(question="it's")] == ["x"]
    assert store.read.table("it's")["value"].to_pylist() == ["x"]
    assert [one.annotator for one in store.read.current(sample="s0")] == ["ada", "ben"]
    assert [one.sample for one in store.read.current(annotator="ben", after=2)] == ["s0"]


def test_current_shows_the_moment_it_was_asked_for(
    store: VoteStore, vote: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datastork.store.votes.read.AT_ONCE", 2)
    votes = [vote(f"s{at}") for at in range(7)]
    store.cast(votes)

    reading = store.read.current()
    seen = [next(reading)]
    store.cast([vote(f"s{at}", value="cat", replaces=one.uuid) for at, one in enumerate(votes)])
    seen += reading

    assert seen == votes
    assert [one.value for one in store.read.current()] == ["cat"] * 7


def test_the_table_shows_the_same_in_many_ranges(store: VoteStore, vote: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    store.cast([vote(f"s{at}", value=f"v{at}") for at in range(50)])
    whole = store.read.table()

    monkeypatch.setattr("datastork.store.votes.table.LINES", 7)

    assert store.read.table().equals(whole)


def test_a_long_answer_fits_into_the_table(store: VoteStore, vote: Make) -> None:
    mask = [{"label": "car", "size": [2000, 2000], "counts": list(range(400_000))}]
    store.cast([vote("s0", value=mask), vote("s1")])

    assert [len(one) > 2_000_000 for one in store.read.table()["value"].to_pylist()] == [True, False]
    assert next(store.read.current()).value == mask


def test_own_votes_come_newest_first(store: VoteStore, vote: Make) -> None:
    votes = [vote(f"s{at}") for at in range(5)]
    store.cast([*votes, vote("s1", value=None, replaces=votes[1].uuid), vote("s0", "ben")])

    newest = store.read.mine("ada", limit=2)
    older = store.read.mine("ada", before=newest[-1].seq)

    assert [one.vote for one in newest + older] == [votes[4], votes[3], votes[2], votes[0]]
    assert store.read.find([votes[1].uuid, "?"])[votes[1].uuid].current is False


def test_the_key_changes_with_every_vote_and_with_classes_and_gold(store: VoteStore, vote: Make) -> None:
    keys = [store.read.key()]
    first = vote()
    for work in (
        lambda: store.cast([first]),
        lambda: store.cast([vote(value=None, replaces=first.uuid)]),
        lambda: store.taxonomy.rename("label", "dog", "hound", version=2, by="ada"),
        lambda: store.gold.set("s0", "label", "dog"),
    ):
        work()
        keys.append(store.read.key())

    assert len(set(keys)) == 5
    store.cast([first])
    assert store.read.key() == keys[-1]


def test_a_renamed_class_carries_old_votes_along_and_leaves_the_record(store: VoteStore, vote: Make) -> None:
    old = [
        vote("s0"),
        vote("s1", value=["cat", "dog"]),
        vote("s2", value=[{"label": "dog", "x": 1.0}, {"label": "cat"}]),
    ]
    store.cast([*old, vote("s3", value="dog", schema_version=2), vote("s4", value="dog", question="text")])

    store.taxonomy.rename("label", "dog", "hound", version=2, by="ada", why="clearer")

    values = ["hound", ["cat", "hound"], [{"label": "hound", "x": 1.0}, {"label": "cat"}], "dog", "dog"]
    assert [one.value for one in store.read.current()] == values
    assert store.read.table()["value"].to_pylist() == [
        "hound",
        '["cat","hound"]',
        '[{"label":"hound","x":1.0},{"label":"cat"}]',
        "dog",
        "dog",
    ]
    assert store.read.history("s0")[0].vote == old[0]
    assert store.taxonomy.apply("dog", "label", 1) == "hound"
    assert store.taxonomy.apply("dog", "label", 2) == "dog"


def test_merged_classes_stand_once_in_tags(store: VoteStore, vote: Make) -> None:
    store.cast([vote(value=["dog", "fox", "wolf"])])
    store.taxonomy.merge("label", ["dog", "wolf"], "canine", version=2, by="ada")
    store.taxonomy.rename("label", "canine", "canid", version=3, by="ada")

    assert [one.value for one in store.read.current()] == [["canid", "fox"]]


def test_a_split_class_is_asked_afresh_with_the_old_answer_as_suggestion(
    store: VoteStore, vote: Make, plan: Any, items: Any
) -> None:
    store.queue.sync(items(3), 1)
    store.cast([vote("s0", "ada"), vote("s1", "ada", "cat"), vote("s2", "ada", ["dog"])])

    assert store.taxonomy.split("label", "dog", ["puppy", "hound"], version=2, by="owner", why="too wide") == 2

    assert [one.value for one in store.read.current()] == ["cat"]
    assert store.read.table()["value"].to_pylist() == ["cat"]
    given = store.queue.next("ada", count=3, plan=plan(), now=0.0)
    assert [one.sample for one in given] == ["s0", "s2"]
    assert given[0].suggestions == {"label": {"value": "dog", "by": "earlier votes", "probability": 1.0}}
    store.cast([vote("s0", "ada", "puppy", schema_version=2)])
    assert [one.value for one in store.read.current(sample="s0")] == ["puppy"]
    assert [one.kind for one in store.taxonomy.list()] == ["split"]
    assert store.audit() == []


def test_classes_do_not_change_behind_later_versions(store: VoteStore) -> None:
    store.taxonomy.rename("label", "a", "b", version=5, by="ada")

    with pytest.raises(DataError, match="version 5"):
        store.taxonomy.rename("label", "b", "c", version=4, by="ada")
    with pytest.raises(DataError, match="two or more"):
        store.taxonomy.split("label", "b", ["c"], version=6, by="ada")


def test_counts(store: VoteStore, vote: Make, items: Any) -> None:
    store.queue.sync(items(3), 1)
    first = vote("s0")
    store.cast([first, vote("s0", value="cat", replaces=first.uuid), vote("s1", "ben"), vote("s1", "ben", "fox")])
    store.cast([vote("s0", value=None, replaces="unknown")])

    counts = store.read.counts()

    assert (counts.votes, counts.current, counts.items, counts.done, counts.annotators) == (5, 2, 3, 2, 2)
