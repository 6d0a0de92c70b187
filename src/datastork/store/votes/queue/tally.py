"""The state of some items, held against the votes and leases there are: one place that counts.

A tally loads the items of some samples with their answers and leases, lets its user change them, and writes what
differs: the items, their answers, and the counters of annotators and desk that depend on them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from datastork.store.votes.rows import Sentence, delete_rows, insert_rows, update_rows
from datastork.store.votes.tables import answers, items, leases

ASIDE = 2  # so many skips, and more skips than answers, set an item aside for a reviewer
DERIVED = ("wanted", "answered", "skips", "leased", "taken", "free", "aside", "decided")
MAY_CHANGE = (*DERIVED, "gone", "closed", "gold", "since", "round", "probability")

_ITEMS = Sentence("SELECT * FROM items WHERE sample IN :samples ORDER BY sample", "samples")
_LOCKED = Sentence("SELECT * FROM items WHERE sample IN :samples ORDER BY sample FOR UPDATE", "samples")
_WHO = Sentence(
    "SELECT sample, annotator, decides, seq, skipped, repeats FROM answers WHERE sample IN :samples "
    "UNION ALL SELECT sample, annotator, -1, repeat, NULL, 0 FROM leases WHERE sample IN :samples "
    "UNION ALL SELECT sample, 0, -2, 0, annotator, 0 FROM drafts WHERE sample IN :samples",
    "samples",
)
_DESK = Sentence("SELECT * FROM desk")
_PEOPLE = Sentence("UPDATE annotators SET answered = answered + :answered, waiting = waiting + :waiting WHERE id = :id")
_COUNT = Sentence("UPDATE desk SET total = total + :total, done = done + :done, votes = votes + :votes, last = :last")


class Answer(NamedTuple):
    """The newest current vote of one annotator on one sample."""

    seq: int
    skipped: str | None
    repeats: int


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides how many annotators an item wants."""

    overlap: int
    sure: float | None
    most: int
    round: int
    round_wanted: int
    round_active: int

    @classmethod
    def of(cls, desk: Mapping[Any, Any]) -> "Rules":
        """Take them from the row of the desk."""
        return cls(**{name: desk[name] for name in cls.__slots__})

    def pilot(self, item: Mapping[Any, Any]) -> bool:
        """Say whether an item is in the pilot round that is on."""
        return bool(self.round_active and item["round"] == self.round)

    def wanted(self, item: Mapping[Any, Any], answered: int) -> int:
        """Return how many annotators an item wants, now that `answered` have answered."""
        if self.pilot(item):
            return max(self.overlap, self.round_wanted)
        if self.sure is None or answered < self.overlap:
            return self.overlap
        if item["probability"] is not None and item["probability"] >= self.sure:
            return answered
        return max(self.overlap, min(answered + 1, self.most))


def counted(item: Mapping[Any, Any], given: Mapping[tuple[int, int], Answer]) -> dict[int, Answer]:
    """Return the answers that count for an item: no decisions, none from before it was opened again."""
    return {who: one for (who, decides), one in given.items() if not decides and one.seq > item["since"]}


def active(item: Mapping[Any, Any]) -> bool:
    """Say whether an item wants more annotators."""
    held = item["gone"] or item["decided"] or item["gold"] or item["closed"] is not None or item["aside"] is not None
    return not held and item["answered"] < item["wanted"]


def derive(
    item: Mapping[Any, Any], given: Mapping[tuple[int, int], Answer], held: Mapping[int, int], rules: Rules
) -> dict[str, Any]:
    """Return what follows for an item from its answers and leases: the columns `DERIVED`."""
    people = counted(item, given)
    skips = sum(one.skipped is not None for one in people.values())
    answered = len(people) - skips
    why = Counter(one.skipped for one in people.values() if one.skipped is not None)
    new: dict[str, Any] = {
        "wanted": rules.wanted(item, answered),
        "answered": answered,
        "skips": skips,
        "leased": sum(repeat == 0 for repeat in held.values()),
        "taken": "," + "".join(f"{who}," for who in sorted(people.keys() | held.keys())),
        "free": 0,
        "aside": min(why, key=lambda one: (-why[one], one)) if skips >= ASIDE and skips > answered else None,
        "decided": int(any(decides and one.seq > item["since"] for (_, decides), one in given.items())),
    }
    if active({**item, **new}) and answered + new["leased"] < new["wanted"]:
        new["free"] = 2 if rules.pilot(item) else 1
    return new


class Tally:
    """Items of some samples within one transaction."""

    def __init__(self, connection: Connection, samples: Iterable[str], desk: Mapping[Any, Any] | None = None) -> None:
        """Load them, locked (PostgreSQL) in the order of their names, so that nobody waits in a circle."""
        self.connection = connection
        self.desk = desk if desk is not None else _DESK.dicts(connection, {})[0]
        self.rules = Rules.of(self.desk)
        wanted = {"samples": sorted(set(samples))}
        self.items: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, dict[tuple[int, int], Answer]] = {one: {} for one in wanted["samples"]}
        self.leases: dict[str, dict[int, int]] = {one: {} for one in wanted["samples"]}
        self.drafts: set[tuple[str, str]] = set()  # (sample, annotator) of drafts there are
        self.more: dict[str, Any] = {}  # what else changes in the row of the desk
        self._before: dict[str, dict[str, Any]] = {}
        if not wanted["samples"]:
            return
        for row in (_ITEMS if connection.dialect.name == "sqlite" else _LOCKED).dicts(connection, wanted):
            self.items[row["sample"]] = row
            self._before[row["sample"]] = dict(row)
        for sample, who, decides, seq, skipped, repeats in _WHO.rows(connection, wanted):
            if decides == -1:
                self.leases[sample][who] = seq
            elif decides == -2:
                self.drafts.add((sample, skipped))
            else:
                self.answers[sample][who, decides] = Answer(seq, skipped, repeats)
        self._answers = {sample: dict(given) for sample, given in self.answers.items()}
        self._leases = {sample: dict(held) for sample, held in self.leases.items()}

    def write(self) -> None:
        """Write what differs."""
        connection = self.connection
        answered: Counter[int] = Counter()
        waiting: Counter[int] = Counter()
        total = done = 0
        changed = []
        for sample, item in self.items.items():
            before = self._before[sample]
            total -= not before["gone"]
            done -= not before["gone"] and not active(before)
            if active(before):
                waiting.subtract(counted(before, self._answers[sample]).keys())
            item.update(derive(item, self.answers[sample], self.leases[sample], self.rules))
            total += not item["gone"]
            done += not item["gone"] and not active(item)
            if active(item):
                waiting.update(counted(item, self.answers[sample]).keys())
            if item != before:
                changed.append({"sample": sample, **{name: item[name] for name in MAY_CHANGE}})
        put, drop = [], []
        for sample, given in self.answers.items():
            old = self._answers[sample]
            for (who, decides), one in given.items():
                if old.get((who, decides)) != one:
                    put.append({"sample": sample, "annotator": who, "decides": decides, **one._asdict()})
                answered[who] += not decides and (who, decides) not in old
            for who, decides in old.keys() - given.keys():
                drop.append({"sample": sample, "annotator": who, "decides": decides})
                answered[who] -= not decides
        free = [
            {"sample": sample, "annotator": who}
            for sample, held in self._leases.items()
            for who in held.keys() - self.leases[sample].keys()
        ]
        update_rows(connection, items, ("sample",), changed)
        delete_rows(connection, leases, free)
        delete_rows(connection, answers, drop)
        again = "ON CONFLICT (sample, annotator, decides) DO UPDATE SET seq = excluded.seq, "
        insert_rows(connection, answers, put, again + "skipped = excluded.skipped, repeats = excluded.repeats")
        for who in sorted(answered.keys() | waiting.keys()):
            if answered[who] or waiting[who]:
                _PEOPLE.run(connection, {"id": who, "answered": answered[who], "waiting": waiting[who]})
        if total or done or self.more:
            votes, last = self.more.get("votes", 0), self.more.get("last", self.desk["last"])
            _COUNT.run(connection, {"total": total, "done": done, "votes": votes, "last": last})
