"""The store against a plain model of it: casts, revisions, undo, leases, and time going on, in any order."""

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from datastork.core.labelling import LabelPlan
from datastork.core.questions import Question
from datastork.core.votes import CastVote
from datastork.store.home import Home
from datastork.store.votes import Item, VoteStore, open_votes

ITEMS, PEOPLE, OVERLAP, LEASE = 6, ("ada", "ben", "cyd"), 2, 100
PLAN = LabelPlan(questions=(Question("label", "choice"),), overlap=OVERLAP, gold=0.0, repeat=0.0, lease=LEASE)


@dataclass
class Model:
    """What should be: votes in their order, leases until when, and the time."""

    votes: list[CastVote] = field(default_factory=list)
    leases: dict[tuple[str, str], float] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    now: float = 0.0

    def current(self) -> list[CastVote]:
        """Go through the votes: a later one of the same key, or one that names another, ends it."""
        alive: dict[tuple[Any, ...], CastVote] = {}
        ended: set[tuple[str, str, str, str]] = set()
        for vote in self.votes:
            if vote.replaces:
                ended.add((vote.replaces, vote.sample, vote.question, vote.annotator))
                for key, one in list(alive.items()):
                    if one.uuid == vote.replaces and one.annotator == vote.annotator:
                        del alive[key]
            if vote.value is None and vote.skipped is None:
                continue
            if (vote.uuid, vote.sample, vote.question, vote.annotator) not in ended:
                alive[vote.sample, vote.question, vote.annotator, vote.repeat] = vote
        return sorted(alive.values(), key=self.votes.index)

    def answered(self, sample: str) -> dict[str, bool]:
        """Return who answered (True) or skipped a sample."""
        found: dict[str, bool] = {}
        for vote in self.current():
            if vote.sample == sample:
                found[vote.annotator] = found.get(vote.annotator, False) or vote.skipped is None
        return found

    def active(self, sample: str) -> bool:
        """Say whether a sample wants more annotators."""
        people = self.answered(sample)
        answered, skips = sum(people.values()), len(people) - sum(people.values())
        return sample not in self.closed and answered < OVERLAP and not (skips >= 2 and skips > answered)

    def offered(self, who: str) -> list[str]:
        """Return what an annotator may get, in the order of the plan."""
        fit = []
        for sample in (f"s{at}" for at in range(ITEMS)):
            held = {name for (one, name), until in self.leases.items() if one == sample and until > self.now}
            people = self.answered(sample)
            room = sum(people.values()) + len(held) < OVERLAP
            if self.active(sample) and room and who not in held and who not in people:
                fit.append(sample)
        return fit


class Machine(RuleBasedStateMachine):
    """Does the same to a store and to the model."""

    url: str | None = None
    store: VoteStore
    count = 0

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        Machine.count += 1
        url = None if self.url is None else f"{self.url}?schema=model_{Machine.count}"
        self.store = open_votes(Home(self.folder), url)
        self.store.queue.sync((Item(f"s{at}", at) for at in range(ITEMS)), 1)
        self.store.queue.adopt(PLAN)
        for name in PEOPLE:
            self.store.people.add(name)
        self.model = Model()
        self.made = 0

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.folder)

    def cast(self, sample: str, who: str, value: str | None, **more: Any) -> None:
        self.made += 1
        given = {"question": "label", "uuid": f"u{self.made}", "created_at": "2026-01-31T08:00:00Z", **more}
        vote = CastVote(sample=sample, annotator=who, value=value, **given)
        assert self.store.cast([vote]) == [True]
        self.model.votes.append(vote)
        self.model.leases.pop((sample, who), None)

    @rule(who=st.sampled_from(PEOPLE), count=st.integers(1, 3))
    def take(self, who: str, count: int) -> None:
        offered = self.model.offered(who)
        held = [one for (one, name), until in self.model.leases.items() if name == who and until > self.model.now]
        given = [one.sample for one in self.store.queue.next(who, count=count, plan=PLAN, now=self.model.now)]
        if offered:
            assert given == offered[:count]
        else:
            assert set(given) <= set(held)
            assert len(given) == min(count, len(held))
        for sample in given:
            self.model.leases[sample, who] = self.model.now + LEASE

    @rule(sample=st.integers(0, ITEMS), who=st.sampled_from(PEOPLE), value=st.sampled_from(["dog", "cat"]))
    def answer(self, sample: int, who: str, value: str) -> None:
        self.cast(f"s{sample}", who, value)

    @rule(sample=st.integers(0, ITEMS), who=st.sampled_from(PEOPLE), question=st.sampled_from(["label", "other"]))
    def skip(self, sample: int, who: str, question: str) -> None:
        self.cast(f"s{sample}", who, None, skipped="broken", question=question)

    @precondition(lambda self: self.model.votes)
    @rule(data=st.data(), value=st.sampled_from(["fox", None]), ahead=st.integers(0, 2), repeat=st.integers(0, 1))
    def revise(self, data: st.DataObject, value: str | None, ahead: int, repeat: int) -> None:
        """Revise or take back a vote: one there is, or one that is still on its way."""
        old = data.draw(st.sampled_from(self.model.votes))
        replaces = f"u{self.made + 1 + ahead}" if ahead else old.uuid
        self.cast(old.sample, old.annotator, value, replaces=replaces, question=old.question, repeat=repeat)

    @precondition(lambda self: self.model.votes)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        old = data.draw(st.sampled_from(self.model.votes))
        assert self.store.cast([old]) == [False]

    @rule(seconds=st.sampled_from([1.0, 60.0, 100.0]))
    def wait(self, seconds: float) -> None:
        self.model.now += seconds

    @rule(sample=st.integers(0, ITEMS - 1), who=st.sampled_from(PEOPLE))
    def give_back(self, sample: int, who: str) -> None:
        self.store.queue.release(who, [f"s{sample}"])
        self.model.leases.pop((f"s{sample}", who), None)

    @rule(sample=st.integers(0, ITEMS - 1))
    def close(self, sample: int) -> None:
        self.store.queue.close([f"s{sample}"], "why")
        self.model.closed.add(f"s{sample}")

    @precondition(lambda self: self.model.closed)
    @rule(data=st.data())
    def reopen(self, data: st.DataObject) -> None:
        sample = data.draw(st.sampled_from(sorted(self.model.closed)))
        self.store.queue.reopen([sample])
        self.model.closed.discard(sample)

    @invariant()
    def the_same_votes_are_current(self) -> None:
        if hasattr(self, "model"):
            assert list(self.store.read.current()) == self.model.current()
            assert self.store.read.table()["uuid"].to_pylist() == [one.uuid for one in self.model.current()]

    @invariant()
    def all_is_counted_rightly(self) -> None:
        if not hasattr(self, "model"):
            return
        assert self.store.audit() == []
        samples = [f"s{at}" for at in range(ITEMS)]
        for who in PEOPLE:
            left = self.store.queue.left(who)
            waiting = [one for one in samples if self.model.active(one) and who not in self.model.answered(one)]
            done = sum(not self.model.active(one) for one in samples)
            mine = len({one.sample for one in self.model.current() if one.annotator == who})
            assert (left.todo, left.mine, left.total, left.done) == (len(waiting), mine, ITEMS, done)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> type[Machine]:
    monkeypatch.delenv("DATASTORK_VOTES", raising=False)
    return Machine


QUICK = [HealthCheck.too_slow, HealthCheck.data_too_large]


def test_sqlite_does_what_the_model_says(machine: type[Machine]) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    machine.url = None
    limits = settings(max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=QUICK)
    run_state_machine_as_test(machine, settings=limits)


def test_postgresql_does_what_the_model_says(machine: type[Machine], postgres: str) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    machine.url = postgres
    limits = settings(max_examples=4, stateful_step_count=20, deadline=None, suppress_health_check=QUICK)
    run_state_machine_as_test(machine, settings=limits)
