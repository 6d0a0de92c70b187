"""The queue: who gets what next."""

from collections.abc import Callable
from typing import Any

import pytest

from datastork.core.labelling import LabelPlan
from datastork.core.votes import CastVote
from datastork.store.votes import Item, Left, SyncCount, VoteStore

Make = Callable[..., CastVote]
Plan = Callable[..., LabelPlan]


@pytest.fixture
def people(store: VoteStore) -> VoteStore:
    for name in ("ada", "ben", "cyd"):
        store.people.add(name)
    return store


def ids(given: Any) -> list[str]:
    return [one.sample for one in given]


def test_items_come_in_the_order_of_the_plan_and_none_twice(people: VoteStore, plan: Plan, items: Any) -> None:
    people.queue.sync(reversed(items(5)), 1)

    first = people.queue.next("ada", count=3, plan=plan(), now=0.0)
    second = people.queue.next("ada", count=3, have=ids(first), plan=plan(), now=0.0)

    assert (ids(first), ids(second)) == (["s0", "s1", "s2"], ["s3", "s4"])
    assert first[0].media == {"modality": "image", "row": 0}
    assert (first[0].until, first[0].repeat, first[0].suggestions) == ("1970-01-01T00:10:00.000000Z", 0, {})


def test_an_item_goes_to_as_many_as_wanted_and_leases_count(people: VoteStore, plan: Plan, items: Any) -> None:
    people.queue.sync(items(1), 1)
    two = plan(overlap=2)

    assert ids(people.queue.next("ada", count=1, plan=two, now=0.0)) == ["s0"]
    assert ids(people.queue.next("ben", count=1, plan=two, now=0.0)) == ["s0"]
    assert ids(people.queue.next("cyd", count=1, plan=two, now=0.0)) == []


def test_a_lease_that_is_over_comes_back_and_a_late_answer_counts(
    people: VoteStore, vote: Make, plan: Plan, items: Any
) -> None:
    people.queue.sync(items(1), 1)
    people.queue.next("ada", count=1, plan=plan(lease=10), now=0.0)

    assert ids(people.queue.next("ben", count=1, plan=plan(), now=9.9)) == []
    assert ids(people.queue.next("ben", count=1, plan=plan(), now=10.0)) == ["s0"]
    assert people.cast([vote(annotator="ada"), vote(annotator="ben")]) == [True, True]
    assert people.queue.state(["s0"])["s0"].answered == 2
    assert people.audit() == []


def test_what_is_given_back_is_free_at_once(people: VoteStore, plan: Plan, items: Any) -> None:
    people.queue.sync(items(2), 1)
    people.queue.next("ada", count=2, plan=plan(), now=0.0)

    assert people.queue.release("ada", ["s1", "s9"]) == 1
    assert ids(people.queue.next("ben", count=2, plan=plan(), now=0.0)) == ["s1"]
    assert people.queue.release("nobody", ["s0"]) == 0
    assert people.audit() == []


def test_a_lease_can_be_made_longer(people: VoteStore, plan: Plan, items: Any) -> None:
    people.queue.sync(items(1), 1)
    people.queue.next("ada", count=1, plan=plan(lease=10), now=0.0)

    assert people.queue.extend("ada", ["s0", "s9"], seconds=100, now=9.0) == ["s0"]
    assert people.queue.extend("ben", ["s0"], seconds=100, now=9.0) == []
    assert ids(people.queue.next("ben", count=1, plan=plan(), now=50.0)) == []


def test_a_page_loaded_again_gets_what_it_held_when_nothing_else_is_left(
    people: VoteStore, plan: Plan, items: Any
) -> None:
    people.queue.sync(items(2), 1)
    people.queue.next("ada", count=2, plan=plan(), now=0.0)

    assert ids(people.queue.next("ada", count=5, have=["s1"], plan=plan(), now=1.0)) == ["s0"]
    assert people.audit() == []


def test_answered_and_skipped_items_do_not_come_again(people: VoteStore, vote: Make, plan: Plan, items: Any) -> None:
    people.queue.sync(items(3), 1)
    people.cast([vote("s0"), vote("s1", value=None, skipped="not sure")])

    assert ids(people.queue.next("ada", count=3, plan=plan(overlap=3), now=0.0)) == ["s2"]
    assert ids(people.queue.next("ben", count=3, plan=plan(overlap=3), now=0.0)) == ["s0", "s1", "s2"]


def test_an_undone_answer_comes_again(people: VoteStore, vote: Make, plan: Plan, items: Any) -> None:
    people.queue.sync(items(1), 1)
    first = vote("s0")
    people.cast([first])
    people.cast([vote("s0", value=None, replaces=first.uuid)])

    held = people.queue.hold("ada", "s0", seconds=60, now=0.0)

    assert held is not None
    assert held.sample == "s0"
    assert people.queue.left("ada") == Left(todo=1, mine=0, total=1, done=0)
    assert people.queue.hold("ada", "s9", seconds=60, now=0.0) is None
    assert people.audit() == []


def test_two_who_cannot_answer_set_an_item_aside(people: VoteStore, vote: Make, plan: Plan, items: Any) -> None:
    people.queue.sync(items(2), 1)
    people.cast([vote("s0", name, None, skipped="broken") for name in ("ada", "ben")])

    state = people.queue.state(["s0"])["s0"]

    assert (state.state, state.why, state.skips) == ("aside", "broken", 2)
    assert ids(people.queue.next("cyd", count=5, plan=plan(), now=0.0)) == ["s1"]
    assert ids(people.queue.aside()) == ["s0"]
    people.cast([vote("s0", "cyd", decides=True)])
    assert people.queue.state(["s0"])["s0"].state == "decided"
    assert people.queue.aside() == []
    assert people.audit() == []


def test_what_was_set_aside_can_be_asked_afresh(people: VoteStore, vote: Make, plan: Plan, items: Any) -> None:
    people.queue.sync(items(1), 1)
    people.cast([vote("s0", name, None, skipped="broken") for name in ("ada", "ben")])

    people.queue.reopen(["s0"])

    assert people.queue.state(["s0"])["s0"].state == "open"
    assert ids(people.queue.next("ada", count=1, plan=plan(), now=0.0)) == ["s0"]
    assert people.audit() == []


def test_closed_items_rest_and_go_on_where_they_were(people: VoteStore, vote: Make, plan: Plan, items: Any) -> None:
    people.queue.sync(items(2), 1)
    people.cast([vote("s0")])
    people.queue.close(["s0", "s1"], "copyright")

    assert people.queue.left("ben") == Left(todo=0, mine=0, total=2, done=2)
    assert ids(people.queue.next("ben", count=2, plan=plan(overlap=2), now=0.0)) == []
    people.queue.reopen(["s0"])
    assert ids(people.queue.next("ada", count=2, plan=plan(overlap=2), now=0.0)) == []
    assert ids(people.queue.next("ben", count=2, plan=plan(overlap=2), now=0.0)) == ["s0"]
    assert people.audit() == []


def test_overlap_grows_until_the_posterior_is_sure(people: VoteStore, vote: Make, plan: Plan, items: Any) -> None:
    people.queue.sync(items(1), 1)
    sure = plan(overlap=1, sure=0.9, most=3)
    people.queue.adopt(sure)
    people.cast([vote("s0", "ada")])
    assert people.queue.left("ben").done == 0

    people.queue.judge("s0", 0.7)
    people.cast([vote("s0", "ben", "cat")])
    people.queue.judge("s0", 0.95)

    assert people.queue.left("cyd").done == 1
    people.queue.judge("s0", 0.5)
    assert ids(people.queue.next("cyd", count=1, plan=sure, now=0.0)) == ["s0"]
    people.cast([vote("s0", "cyd")])
    assert people.queue.left("cyd") == Left(todo=0, mine=1, total=1, done=1)  # `most` is reached
    assert people.audit() == []


def test_a_plan_that_wants_more_opens_done_items(people: VoteStore, vote: Make, plan: Plan, items: Any) -> None:
    people.queue.sync(items(3), 1)
    people.cast([vote("s0")])
    assert people.queue.left("ada").done == 1

    assert ids(people.queue.next("ben", count=1, plan=plan(overlap=2), now=0.0)) == ["s0"]
    assert people.queue.left("ada") == Left(todo=2, mine=1, total=3, done=0)
    assert people.audit() == []


def test_the_least_sure_come_first(people: VoteStore, plan: Plan, items: Any) -> None:
    people.queue.sync(items(4), 1)
    people.queue.set_uncertainty({"s2": 1.5, "s3": 0.5, "s9": 3.0})

    assert ids(people.queue.next("ada", count=2, plan=plan(order="uncertainty"), now=0.0)) == ["s2", "s3"]


def test_priority_orders_until_uncertainty_is_known(people: VoteStore, plan: Plan) -> None:
    people.queue.sync([Item("a", 0, priority=0.1), Item("b", 1, priority=0.9)], 1)

    assert ids(people.queue.next("ada", count=1, plan=plan(order="uncertainty"), now=0.0)) == ["b"]


def test_random_order_is_the_same_again_and_mixed_order_holds_both(people: VoteStore, plan: Plan, items: Any) -> None:
    people.queue.sync(items(200), 1)
    people.queue.set_uncertainty({f"s{at}": 1.0 for at in range(100)})

    random = ids(people.queue.next("ada", count=100, plan=plan(order="random"), now=0.0))
    mixed = ids(people.queue.next("ben", count=40, plan=plan(order="mix", random_share=0.5, overlap=2), now=0.0))

    assert random != sorted(random)
    sure = sum(int(one[1:]) >= 100 for one in mixed)
    assert 2 <= sure <= 20  # about half of the random half


def test_gold_is_mixed_in_by_position_and_shows_in_nothing(people: VoteStore, plan: Plan, items: Any) -> None:
    people.queue.sync(items(240), 1)
    for at in range(40):
        people.gold.set(f"s{at}", "label", "secret", says="because")

    given = []
    for _ in range(10):
        given += people.queue.next("ada", count=10, plan=plan(gold=0.3), now=0.0)
    gold = [at for at, one in enumerate(given) if int(one.sample[1:]) < 40]

    assert len(given) == len(set(ids(given))) == 100
    assert 18 <= len(gold) <= 40
    assert gold != list(range(len(gold)))
    assert "secret" not in repr(given)
    assert "gold" not in repr(given)
    assert people.queue.left("ada") == Left(todo=200, mine=0, total=240, done=40)
    assert people.audit() == []


def test_the_same_annotator_gets_gold_at_the_same_positions(people: VoteStore, plan: Plan, items: Any) -> None:
    from datastork.store.votes.queue.picking import draw

    one, other = ([draw(name, at, 0.1, 0.1, "plan", 0.25, 7) for at in range(500)] for name in ("ada", "ada"))

    assert one == other
    assert one != [draw("ben", at, 0.1, 0.1, "plan", 0.25, 7) for at in range(500)]
    assert 30 <= sum(each.kind == "gold" for each in one) <= 72
    assert 30 <= sum(each.kind == "repeat" for each in one) <= 72


def test_gold_can_be_forgotten(people: VoteStore, plan: Plan, items: Any) -> None:
    people.queue.sync(items(1), 1)
    people.gold.set("s0", "label", "dog")
    assert ids(people.queue.next("ada", count=1, plan=plan(), now=0.0)) == []

    assert people.gold.remove("s0") == 1
    assert ids(people.queue.next("ada", count=1, plan=plan(), now=0.0)) == ["s0"]
    assert people.audit() == []


def test_repeats_are_of_own_answers_some_time_ago_and_once(
    people: VoteStore, vote: Make, plan: Plan, items: Any
) -> None:
    people.queue.sync(items(40), 1)
    people.cast([vote(f"s{at}") for at in range(40)])

    given = people.queue.next("ada", count=10, plan=plan(repeat=1.0), now=0.0)
    again = people.queue.next("ada", count=30, have=ids(given), plan=plan(repeat=1.0), now=0.0)

    assert {one.repeat for one in given + again} == {1}
    assert len(set(ids(given + again))) == 20  # the last 20 answers are too fresh
    assert all(int(sample[1:]) < 20 for sample in ids(given + again))
    people.cast([vote(one.sample, repeat=1) for one in given + again])
    assert people.queue.left("ada").mine == 40
    assert people.audit() == []


def test_the_locked_out_get_nothing(people: VoteStore, plan: Plan, items: Any) -> None:
    people.queue.sync(items(1), 1)
    people.people.disable("ada")

    assert people.queue.next("ada", count=1, plan=plan(), now=0.0) == []
    assert people.queue.next("nobody", count=1, plan=plan(), now=0.0) == []
    people.people.disable("ada", False)
    assert ids(people.queue.next("ada", count=1, plan=plan(), now=0.0)) == ["s0"]


def test_a_sync_brings_new_items_and_sets_departed_ones_aside(
    people: VoteStore, vote: Make, plan: Plan, items: Any
) -> None:
    assert people.queue.sync(items(4), 1) == SyncCount(new=4, back=0, gone=0, total=4)
    people.cast([vote("s0"), vote("s5")])

    assert people.queue.sync(items(6)[1:], 2) == SyncCount(new=2, back=0, gone=1, total=5)
    assert people.queue.state(["s0", "s5"])["s0"].state == "gone"
    assert people.queue.state(["s5"])["s5"].answered == 1  # it was voted on before it came in
    assert people.queue.sync(items(6), 3) == SyncCount(new=0, back=1, gone=0, total=6)
    assert people.queue.state(["s0"])["s0"].state == "done"
    assert people.queue.version() == 3
    assert people.audit() == []


def test_a_sync_updates_what_is_shown_and_where(people: VoteStore, plan: Plan) -> None:
    people.queue.sync([Item("a", 0, {"w": 1}), Item("b", 1, {"w": 1})], 1)
    people.queue.sync([Item("b", 0, {"w": 2}, columns={"age": "42"}, group="g"), Item("a", 1, {"w": 1})], 2)

    first = people.queue.next("ada", count=1, plan=plan(), now=0.0)[0]

    assert (first.sample, first.media, first.columns, first.group) == ("b", {"w": 2}, {"age": "42"}, "g")


def test_a_pilot_round_gives_its_items_only(people: VoteStore, vote: Make, plan: Plan, items: Any) -> None:
    people.queue.sync(items(20), 1)
    assert people.queue.pilot() is None

    assert people.queue.start_pilot(3, wanted=2) == 3
    given = ids(people.queue.next("ada", count=10, plan=plan(), now=0.0))
    people.cast([vote(sample, name) for sample in given for name in ("ada", "ben")])

    pilot = people.queue.pilot()
    assert pilot is not None
    assert (pilot["round"], sorted(pilot["samples"]), pilot["done"]) == (1, sorted(given), 3)
    assert people.queue.next("cyd", count=10, plan=plan(), now=0.0) == []
    people.queue.end_pilot()
    assert len(people.queue.next("cyd", count=20, plan=plan(), now=0.0)) == 17
    assert people.audit() == []


def test_a_suggestion_comes_with_its_item(people: VoteStore, plan: Plan, items: Any) -> None:
    people.queue.sync(items(1), 1)
    people.queue.suggest("s0", "label", "dog", "resnet", 0.7)

    given = people.queue.next("ada", count=1, plan=plan(), now=0.0)[0]

    assert given.suggestions == {"label": {"value": "dog", "by": "resnet", "probability": 0.7}}


def test_annotators_in_many_combinations_still_find_all_that_is_theirs(
    store: VoteStore, vote: Make, plan: Plan, items: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datastork.store.votes.queue.picking.AT_ONCE", 3)  # sets looked at together
    store.queue.sync(items(30), 1)
    store.cast([vote(f"s{at}", f"a{at % 15}") for at in range(30)])
    store.people.add("new")

    given = store.queue.next("a3", count=100, plan=plan(overlap=2), now=0.0)
    rest = []
    while more := store.queue.next("new", count=10, have=rest, plan=plan(overlap=3), now=0.0):
        rest += ids(more)

    assert "s3" not in ids(given)
    assert len(rest) == len(set(rest)) == 30
    assert store.audit() == []
