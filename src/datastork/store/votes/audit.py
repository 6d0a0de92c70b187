"""Counting again: everything that follows from the votes is worked out anew and held against what is stored."""

from collections import Counter
from typing import Any

import sqlalchemy as sa

from datastork.store.votes.cast import Key, summary
from datastork.store.votes.engine import Base
from datastork.store.votes.queue.tally import Answer, Tally, active, counted, derive
from datastork.store.votes.rows import listed

AT_ONCE = 2_000  # samples looked at together
_VOTES = listed("SELECT * FROM votes WHERE sample IN :samples ORDER BY seq", "samples")
_STALE = listed('SELECT s.seq, s."by" FROM stale s JOIN votes v ON v.seq = s.seq WHERE v.sample IN :samples', "samples")
_SAMPLES = sa.text(
    "SELECT sample FROM (SELECT DISTINCT sample FROM votes WHERE sample > :after UNION "
    "SELECT sample FROM items WHERE sample > :after UNION SELECT sample FROM answers WHERE sample > :after) s "
    "ORDER BY sample LIMIT :most"
)


def audit(base: Base) -> list[str]:
    """Return what differs, one line each; an empty list: all is as the votes say. Changes nothing."""
    return base.write(_audit)  # alone, so that nothing moves meanwhile


def _audit(connection: sa.Connection) -> list[str]:
    problems: list[str] = []
    people = {row["id"]: row for row in connection.execute(sa.text("SELECT * FROM annotators")).mappings()}
    numbers = {row["name"]: (row["id"], row["role"]) for row in people.values()}
    desk = connection.execute(sa.text("SELECT * FROM desk")).mappings().one()
    answered: Counter[int] = Counter()
    waiting: Counter[int] = Counter()
    total = done = 0
    after = ""
    while samples := list(connection.execute(_SAMPLES, {"after": after, "most": AT_ONCE}).scalars()):
        after = samples[-1]
        tally = Tally(connection, samples, desk)
        expected, stale = _expected(connection, samples, numbers)
        there: dict[int, int] = dict(connection.execute(_STALE, {"samples": samples}).all())
        problems += [
            f"vote {seq} is revised by {stale.get(seq)}, stored: {there.get(seq)}" for seq in _unlike(stale, there)
        ]
        for sample in samples:
            given = expected.get(sample, {})
            if given != tally.answers[sample]:
                problems.append(f"answers to {sample} are {given}, stored: {tally.answers[sample]}")
            answered.update(who for who, decides in given if not decides)
            item = tally.items.get(sample)
            if item is None:
                continue
            for name, value in derive(item, given, tally.leases[sample], tally.rules).items():
                if item[name] != value:
                    problems.append(f"{name} of {sample} is {value!r}, stored: {item[name]!r}")
            total += not item["gone"]
            done += not item["gone"] and not active(item)
            if active(item):
                waiting.update(counted(item, given).keys())
    votes, last = connection.execute(sa.text("SELECT count(*), coalesce(max(seq), 0) FROM votes")).one()
    facts: dict[str, Any] = {"votes": votes, "last": last, "total": total, "done": done}
    problems += [f"{name} is {value}, stored: {desk[name]}" for name, value in facts.items() if desk[name] != value]
    for who, row in people.items():
        if (answered[who], waiting[who]) != (row["answered"], row["waiting"]):
            stored = (row["answered"], row["waiting"])
            problems.append(f"{row['name']} answered {answered[who]}, waiting {waiting[who]}, stored: {stored}")
    return problems


def _expected(
    connection: sa.Connection, samples: list[str], numbers: dict[str, tuple[int, str]]
) -> tuple[dict[str, dict[tuple[int, int], Answer]], dict[int, int]]:
    """Go through the votes on samples in their order; return the answers by sample, and which votes are revised."""
    current: dict[Key, tuple[int, str | None]] = {}
    found: dict[tuple[str, ...], tuple[int, Key]] = {}
    dead: set[tuple[str, ...]] = set()
    stale: dict[int, int] = {}
    for row in connection.execute(_VOTES, {"samples": samples}).mappings():
        key: Key = (row["sample"], row["question"], row["annotator"], row["repeat"], row["decides"])
        if row["replaces"]:
            dead.add((row["replaces"], *key[:3]))
            target = found.get((row["replaces"], *key[:3]))
            if target is not None and current.get(target[1], (0,))[0] == target[0]:
                stale[current.pop(target[1])[0]] = row["seq"]
        found[row["uuid"], *key[:3]] = (row["seq"], key)
        if row["value"] is None and row["skipped"] is None:
            continue
        if (row["uuid"], *key[:3]) in dead:
            stale[row["seq"]] = row["seq"]
            continue
        if key in current:
            stale[current[key][0]] = row["seq"]
        current[key] = (row["seq"], row["skipped"])
    by: dict[tuple[str, int, int], list[tuple[int, str | None, int]]] = {}
    for (sample, _, annotator, repeat, decides), (seq, skipped) in current.items():
        who, role = numbers[annotator]
        if role != "model":
            by.setdefault((sample, who, decides), []).append((seq, skipped, repeat))
    answers: dict[str, dict[tuple[int, int], Answer]] = {}
    for (sample, who, decides), those in by.items():
        one = summary(those)
        assert one is not None
        answers.setdefault(sample, {})[who, decides] = one
    return answers, stale


def _unlike(first: dict[int, int], second: dict[int, int]) -> list[int]:
    return sorted(seq for seq in first.keys() | second.keys() if first.get(seq) != second.get(seq))
