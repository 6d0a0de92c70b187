"""Writers who wait share a transaction: all or nothing for each, told only once it is committed."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from datastork.core.votes import CastVote
from datastork.store.votes import ConflictError, VoteStore
from datastork.store.votes.line import Line, Work

Make = Callable[..., CastVote]
DEADLINE = 120.0


class Disk:
    """Pieces of work put names into `kept`, transaction by transaction, as a database would."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.line = Line(self.lock, self.run)
        self.kept: list[str] = []
        self.transactions: list[tuple[int, bool]] = []
        self._open: list[str] = []

    def run(self, works: Sequence[Work], durable: bool) -> list[Any]:
        self._open = []
        self.transactions.append((len(works), durable))
        done = [work(None) for work in works]  # type: ignore[arg-type]
        self.kept += self._open
        return done

    def put(self, name: str, fail: BaseException | None = None) -> Callable[[Any], str]:
        def work(_: Any) -> str:
            self._open.append(name)
            if fail is not None:
                raise fail
            return name

        return work


def together(disk: Disk, works: dict[str, Callable[[Any], str]], durable: Callable[[str], bool]) -> dict[str, Any]:
    """Join them all while the line is held up, in order; return what each was told."""
    told: dict[str, Any] = {}

    def join(name: str, work: Callable[[Any], str]) -> None:
        try:
            told[name] = disk.line.join(work, durable(name))
        except BaseException as error:
            told[name] = error
        else:
            assert name in disk.kept, "told before it was committed"

    threads = []
    with disk.lock:
        for number, (name, work) in enumerate(works.items(), start=1):
            threads.append(threading.Thread(target=join, args=(name, work)))
            threads[-1].start()
            until = time.monotonic() + DEADLINE
            while len(disk.line._waiting) < number:
                assert time.monotonic() < until, "it never joined"
                time.sleep(0.001)
    for one in threads:
        one.join(DEADLINE)
        assert not one.is_alive()
    return told


@pytest.mark.parametrize("durable", [True, False])
def test_those_who_wait_share_one_transaction_in_their_order(durable: bool) -> None:
    disk = Disk()
    names = [f"w{number}" for number in range(5)]
    told = together(disk, {name: disk.put(name) for name in names}, lambda name: durable and name == "w3")

    assert told == {name: name for name in names}
    assert disk.kept == names
    assert disk.transactions == [(5, durable)]  # on disk for all where one of them needs it


def test_one_that_fails_harms_no_other_and_leaves_nothing() -> None:
    disk = Disk()
    wrong = ValueError("it cannot stand")
    works = {name: disk.put(name, wrong if name == "w1" else None) for name in ("w0", "w1", "w2")}
    told = together(disk, works, lambda name: True)

    assert told == {"w0": "w0", "w1": wrong, "w2": "w2"}
    assert disk.kept == ["w0", "w2"]
    assert [count for count, _ in disk.transactions] == [3, 1, 1, 1]


def test_an_interruption_ends_only_whom_it_meets() -> None:
    disk = Disk()
    first = iter([KeyboardInterrupt()])

    def interrupted(_: Any) -> str:
        disk._open.append("w1")
        if (error := next(first, None)) is not None:
            raise error  # in the thread that is at the front, whoever's work it does
        return "w1"

    told = together(disk, {"w0": disk.put("w0"), "w1": interrupted, "w2": disk.put("w2")}, lambda name: True)
    met = [name for name, one in told.items() if isinstance(one, KeyboardInterrupt)]

    assert len(met) == 1
    assert sorted(disk.kept) == sorted({"w0", "w1", "w2"} - set(met))
    assert not disk.line._waiting


def test_votes_cast_at_once_stand_each_for_itself(store: VoteStore, vote: Make, items: Any) -> None:
    store.queue.sync(items(8), 1)
    store.cast([vote("s0", "ada", uuid="known-uuid:label", value="dog")])
    cast = [vote(f"s{number}", "ben") for number in range(1, 8)]
    cast.append(vote("s0", "ada", uuid="known-uuid:label", value="cat"))
    told: list[Any] = [None] * len(cast)

    def one(at: int) -> None:
        try:
            told[at] = store.cast([cast[at]])
        except ConflictError as error:
            told[at] = error

    threads = [threading.Thread(target=one, args=(at,)) for at in range(len(cast))]
    with store.base._lock:
        for thread in threads:
            thread.start()
        until = time.monotonic() + DEADLINE
        while len(store.base._line._waiting) < len(cast):
            assert time.monotonic() < until, "they never joined"
            time.sleep(0.001)
    for thread in threads:
        thread.join()

    assert told[:-1] == [[True]] * 7
    assert isinstance(told[-1], ConflictError)
    assert [one.value for one in store.read.current(sample="s0")] == ["dog"]
    assert len(list(store.read.current())) == 8
    assert store.audit() == []


def test_an_annotator_first_named_in_a_transaction_that_failed_is_made_anew(
    store: VoteStore, vote: Make, items: Any
) -> None:
    store.queue.sync(items(3), 1)
    store.cast([vote("s0", "ada", uuid="known-uuid:label", value="dog")])
    with pytest.raises(ConflictError):
        store.cast([vote("s1", "new"), vote("s0", "ada", uuid="known-uuid:label", value="cat")])
    store.people.add("other")  # takes the number that "new" would have had
    assert store.cast([vote("s1", "new")]) == [True]
    assert store.audit() == []
