"""Several annotators at once, in threads and in processes: nobody is in another's way, no item goes to too many."""

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from tests.store.votes.test_kill import STORM

from datastork.core.labelling import LabelPlan
from datastork.core.votes import CastVote
from datastork.store.home import Home
from datastork.store.votes import VoteStore, open_votes

Make = Callable[..., CastVote]


def answer_all(store: VoteStore, annotator: str, plan: LabelPlan, vote: Make, problems: list[BaseException]) -> None:
    try:
        while given := store.queue.next(annotator, count=3, plan=plan):
            for lease in given:
                store.cast([vote(lease.sample, annotator)])
    except BaseException as error:
        problems.append(error)


@pytest.mark.parametrize("overlap", [1, 2])
def test_threads_share_the_items_and_none_gets_too_many(
    store: VoteStore, vote: Make, plan: Any, items: Any, overlap: int
) -> None:
    store.queue.sync(items(60), 1)
    store.queue.adopt(plan(overlap=overlap))
    problems: list[BaseException] = []
    threads = []
    for number in range(4):
        store.people.add(f"a{number}")
        given = (store, f"a{number}", plan(overlap=overlap), vote, problems)
        threads.append(threading.Thread(target=answer_all, args=given))
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    for number in range(4):  # who found nothing left while others held the last ones comes back
        answer_all(store, f"a{number}", plan(overlap=overlap), vote, problems)

    assert problems == []
    cast = Counter(one.sample for one in store.read.current())
    assert cast == dict.fromkeys((f"s{at}" for at in range(60)), overlap)
    assert store.audit() == []


def test_one_annotator_in_two_windows_gets_different_items(store: VoteStore, plan: Any, items: Any) -> None:
    store.queue.sync(items(40), 1)
    store.people.add("ada")
    given: list[list[str]] = [[], []]

    def window(number: int) -> None:
        for _ in range(4):
            given[number] += [one.sample for one in store.queue.next("ada", count=5, have=given[number], plan=plan())]

    threads = [threading.Thread(target=window, args=(number,)) for number in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(given[0] + given[1]) == sorted(f"s{at}" for at in range(40))


def test_the_same_vote_cast_by_many_threads_is_new_once(store: VoteStore, vote: Make, items: Any) -> None:
    store.queue.sync(items(1), 1)
    same, new = vote(), []

    def cast() -> None:
        new.extend(store.cast([same]))

    threads = [threading.Thread(target=cast) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(new) == [False] * 7 + [True]
    assert store.audit() == []


def test_processes_share_the_items_and_none_gets_too_many(home: Home, url: str | None, items: Any) -> None:
    with open_votes(home, url) as store:
        store.queue.sync(items(40), 1)
        command = [sys.executable, str(STORM), str(home.root), url or ""]
        both = [subprocess.Popen([*command, str(number)], stdout=subprocess.DEVNULL) for number in range(4)]
        try:
            assert [one.wait(timeout=600) for one in both] == [0] * 4
        finally:
            for one in both:
                one.kill()
                one.wait()
        answered = Counter(sample for sample, _ in {(one.sample, one.annotator) for one in store.read.current()})
        assert max(answered.values()) <= 3
        assert store.audit() == []
