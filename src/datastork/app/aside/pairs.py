"""Pairs to compare, for questions of preference: samples of one group with one another, else neighbours in a ring."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator

from datastork.store.votes import Item

MARK = "~"  # between the ids of a pair
ALL_WITH_ALL = 5  # members of a group up to which each is compared with each


def pairs(items: Iterable[Item], seed: int) -> Iterator[Item]:
    """Return items of two samples each.

    Where samples have groups (answers to one prompt, takes of one scene), those of a group are compared: each with
    each up to 5 members, else each with its two neighbours in a ring in an order of chance. Samples without a group
    make one ring. A ring ties all together with as many pairs as samples, which is what a ranking needs.
    """
    groups: dict[str | None, list[Item]] = defaultdict(list)
    for item in items:
        groups[item.group].append(item)
    place = 0
    for name, members in groups.items():
        members.sort(key=lambda one: hashlib.sha256(f"{seed}:{one.sample}".encode()).digest())
        count = len(members)
        if name is not None and count <= ALL_WITH_ALL:
            chosen = [(a, b) for a in range(count) for b in range(a + 1, count)]
        else:
            chosen = [(a, (a + 1) % count) for a in range(count if count > 2 else count - 1)]
        for first, second in chosen:
            left, right = sorted((members[first], members[second]), key=lambda one: one.sample)
            yield Item(
                sample=f"{left.sample}{MARK}{right.sample}",
                place=place,
                media={
                    "modality": left.media["modality"],
                    "pair": [{"sample": one.sample, "media": dict(one.media)} for one in (left, right)],
                },
                group=name,
            )
            place += 1
