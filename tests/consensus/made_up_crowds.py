"""Crowds whose truth is known, made up in the ways real ones differ: for tests, and for benchmarks/crowd_labels.py.

`CROWDS` names them; each takes a seed and gives a crowd and the true class of each item.
"""

from collections.abc import Callable

import numpy as np

from datastork.consensus.crowd import Crowd

Made = tuple[Crowd, np.ndarray]


def confused(
    seed: int,
    n_items: int,
    n_annotators: int,
    n_classes: int,
    each: int,
    *,
    shares: list[float] | None = None,
    skill: float = 0.75,
    spread: float = 8.0,
    by_class: float = 0.0,
    wrong: list[list[float]] | None = None,
    idle: float = 0.0,
    contrary: float = 0.0,
    constant: float = 0.0,
    hard: float = 0.0,
    tail: float = 0.8,
) -> Made:
    """Annotators with confusion matrices of their own.

    each: votes an item; skill, spread: mean and evenness of skills; by_class: evenness of an annotator's skill over
    classes (0: the same in all); wrong: how mistakes fall, by true class; idle, contrary, constant: share of annotators
    who answer at random, mostly wrong, or always the same; hard: share of items that pull everybody to one wrong class;
    tail: how unevenly work is shared.
    """
    draw = np.random.default_rng(seed)
    truth = _truth(draw, n_items, n_classes, shares)
    off = np.ones((n_classes, n_classes)) if wrong is None else np.array(wrong, dtype=float)
    off *= 1.0 - np.eye(n_classes)
    off /= off.sum(axis=1, keepdims=True)
    right = np.clip(draw.beta(spread * skill, spread * (1 - skill), n_annotators), 0.02, 0.98)[:, None]
    right = np.broadcast_to(right, (n_annotators, n_classes))
    if by_class:
        right = draw.beta(by_class * right, by_class * (1 - right))
    matrix = right[:, :, None] * np.eye(n_classes) + (1 - right)[:, :, None] * off
    kind = draw.random(n_annotators)
    matrix[kind < idle] = 1 / n_classes
    matrix[(kind >= idle) & (kind < idle + contrary)] = 0.2 * np.eye(n_classes) + 0.8 * off
    fixed = (kind >= idle + contrary) & (kind < idle + contrary + constant)
    favourite = np.eye(n_classes)[draw.integers(0, n_classes, n_annotators)]
    matrix[fixed] = 0.06 / n_classes + 0.94 * favourite[fixed][:, None, :]
    item, who = _assigned(draw, n_items, n_annotators, each, tail)
    likely = matrix[who, truth[item]]
    pulled = draw.random(n_items) < hard
    pull = np.array([draw.choice(n_classes, p=off[label]) for label in truth])
    force = (pulled * draw.uniform(0.5, 1.0, n_items))[item, None]
    likely = (1 - force) * likely + force * (0.8 * np.eye(n_classes)[pull[item]] + 0.2 / n_classes)
    value = np.minimum((draw.random(len(item))[:, None] > likely.cumsum(axis=1)).sum(axis=1), n_classes - 1)
    return _crowd(item, who, value, n_items, n_annotators, n_classes), truth


def perceived(
    seed: int,
    n_items: int,
    n_annotators: int,
    n_classes: int,
    each: int,
    *,
    shares: list[float] | None = None,
    item: float = 0.6,
    noise: float = 1.0,
    spread: float = 0.5,
    bias: float = 0.3,
    shared_bias: float = 0.0,
    idle: float = 0.05,
    constant: float = 0.0,
    tail: float = 0.8,
) -> Made:
    """Items look more or less like their class, and all annotators see the same look: they err together.

    item: noise in an item's look; noise, spread: mean and unevenness of each annotator's own noise; bias, shared_bias:
    leaning of an annotator, and of all, to classes; the rest as in `confused`. After Welinder and others, NIPS 2010.
    """
    draw = np.random.default_rng(seed)
    truth = _truth(draw, n_items, n_classes, shares)
    look = 1.5 * np.eye(n_classes)[truth] + draw.normal(0, item, (n_items, n_classes))
    own = noise * np.exp(draw.normal(0, spread, n_annotators))
    lean = draw.normal(0, bias, (n_annotators, n_classes)) + shared_bias * draw.normal(0, 1, n_classes)
    which, who = _assigned(draw, n_items, n_annotators, each, tail)
    seen = look[which] + lean[who] + own[who, None] * draw.normal(size=(len(which), n_classes))
    value = seen.argmax(axis=1)
    kind = draw.random(n_annotators)[who]
    chance = draw.integers(0, n_classes, len(value))
    value = np.where(kind < idle, chance, value)
    favourite = draw.integers(0, n_classes, n_annotators)[who]
    stuck = (kind >= idle) & (kind < idle + constant) & (draw.random(len(value)) < 0.9)
    return _crowd(which, who, np.where(stuck, favourite, value), n_items, n_annotators, n_classes), truth


def one_class_each(
    seed: int, n_items: int, n_annotators: int, n_classes: int, *, shares: list[float] | None = None, often: float = 0.1
) -> Made:
    """Rules that know one class each, are right about four times in five, and are silent on most items."""
    draw = np.random.default_rng(seed)
    truth = _truth(draw, n_items, n_classes, shares)
    share = np.bincount(truth, minlength=n_classes) / n_items
    lines = []
    for who in range(n_annotators):
        label, precision, rate = who % n_classes, draw.beta(16, 4), draw.uniform(0.2 * often, 1.8 * often)
        inside = min(1.0, rate * precision / share[label])
        outside = rate * (1 - precision) / (1 - share[label])
        fires = np.flatnonzero(draw.random(n_items) < np.where(truth == label, inside, outside))
        lines.append(np.stack([fires, np.full(len(fires), who), np.full(len(fires), label)]))
    item, who_, value = np.concatenate(lines, axis=1)
    return _crowd(item, who_, value, n_items, n_annotators, n_classes), truth


def _truth(draw: np.random.Generator, n_items: int, n_classes: int, shares: list[float] | None) -> np.ndarray:
    share = np.full(n_classes, 1 / n_classes) if shares is None else np.array(shares) / np.sum(shares)
    truth = draw.choice(n_classes, n_items, p=share)
    truth[: min(n_classes, n_items)] = np.arange(min(n_classes, n_items))
    return truth


def _assigned(
    draw: np.random.Generator, n_items: int, n_annotators: int, each: int, tail: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return items and different annotators for each, busy ones more often."""
    if each >= n_annotators:
        return np.repeat(np.arange(n_items), n_annotators), np.tile(np.arange(n_annotators), n_items)
    busy = -tail * np.log(np.arange(1, n_annotators + 1))
    found = []
    for low in range(0, n_items, 4096):
        size = min(4096, n_items - low)
        keys = busy + draw.gumbel(size=(size, n_annotators))
        found.append(np.argpartition(-keys, each - 1, axis=1)[:, :each])
    return np.repeat(np.arange(n_items), each), np.concatenate(found).ravel()


def _crowd(
    item: np.ndarray, who: np.ndarray, value: np.ndarray, n_items: int, n_annotators: int, n_classes: int
) -> Crowd:
    return Crowd.of(item, who, value, n_items=n_items, n_annotators=n_annotators, n_classes=n_classes)


PAIRS = [[0, 6, 1, 1], [6, 0, 1, 1], [1, 1, 0, 6], [1, 1, 6, 0]]  # two pairs of classes that look alike
WEATHER = [0.19, 0.23, 0.24, 0.31, 0.03]
CROWDS: dict[str, Callable[[int], Made]] = {
    "one skill each": lambda seed: confused(seed, 1000, 60, 3, 5, skill=0.7),
    "confused pairs": lambda seed: confused(seed, 1500, 40, 4, 8, skill=0.65, by_class=3, wrong=PAIRS),
    "contrary people": lambda seed: confused(seed, 800, 60, 2, 10, contrary=0.15, tail=0.2),
    "idle people": lambda seed: confused(seed, 800, 100, 4, 8, idle=0.3, constant=0.1, tail=0.4),
    "always the same": lambda seed: confused(seed, 800, 80, 2, 9, constant=0.4, by_class=4, tail=0.4),
    "few votes each": lambda seed: confused(seed, 300, 460, 5, 6, spread=4, tail=0.3),
    "rare class": lambda seed: confused(seed, 2000, 100, 2, 5, shares=[0.93, 0.07], skill=0.8, spread=6),
    "three rare classes": lambda seed: confused(
        seed, 2000, 100, 4, 4, shares=[0.85, 0.05, 0.05, 0.05], spread=5, by_class=5
    ),
    "products": lambda seed: perceived(seed, 4000, 150, 2, 3, shares=[0.88, 0.12], item=0.5, noise=0.8, bias=0.4),
    "hard pairs": lambda seed: confused(seed, 2000, 78, 2, 10, shares=[0.78, 0.22], skill=0.72, spread=6, hard=0.2),
    "links": lambda seed: perceived(seed, 2000, 78, 2, 10, shares=[0.78, 0.22], item=0.8, shared_bias=0.3),
    "all on all": lambda seed: perceived(seed, 110, 40, 2, 40, item=0.7, bias=0.6, shared_bias=0.4),
    "entailment": lambda seed: perceived(seed, 800, 160, 2, 10, item=0.4, spread=0.7, idle=0.1),
    "sentiment": lambda seed: perceived(seed, 1000, 85, 2, 20, item=0.6),
    "facts": lambda seed: perceived(seed, 5000, 57, 3, 6, shares=[0.7, 0.22, 0.08], item=0.5, noise=0.6, tail=1),
    "dogs": lambda seed: perceived(seed, 800, 109, 4, 10, item=0.5),
    "faces": lambda seed: perceived(seed, 584, 27, 4, 9, item=0.9, bias=0.5, shared_bias=0.4),
    "adult pages": lambda seed: perceived(
        seed, 4000, 400, 4, 8, shares=[0.55, 0.2, 0.1, 0.15], item=0.7, bias=0.4, shared_bias=0.3, idle=0.1
    ),
    "searches": lambda seed: confused(
        seed, 4000, 300, 4, 4, shares=[0.4, 0.25, 0.25, 0.1], skill=0.6, spread=3, by_class=3, idle=0.15, constant=0.1
    ),
    "weather, many people": lambda seed: perceived(seed, 300, 460, 5, 6, shares=WEATHER, item=0.5, noise=0.7, tail=0.3),
    "weather, many votes": lambda seed: perceived(
        seed, 300, 110, 5, 20, shares=WEATHER, item=0.6, noise=0.9, bias=0.4, shared_bias=0.3
    ),
    "web pages": lambda seed: perceived(
        seed, 2600, 177, 5, 6, item=0.5, noise=1.2, spread=0.8, bias=0.7, shared_bias=0.3, idle=0.15, tail=1
    ),
    "music": lambda seed: perceived(seed, 700, 44, 10, 4, item=0.5, noise=0.8, bias=0.4, idle=0.1, tail=1),
    "twenty classes": lambda seed: perceived(seed, 1500, 80, 20, 5, item=0.4, noise=0.8, bias=0.4, tail=1),
    "two votes each": lambda seed: confused(seed, 1000, 20, 3, 2, by_class=5),
    "rules, two classes": lambda seed: one_class_each(seed, 1500, 10, 2, often=0.15),
    "rules, six classes": lambda seed: one_class_each(seed, 3000, 40, 6, often=0.06),
    "rules, rare class": lambda seed: one_class_each(seed, 3000, 30, 2, shares=[0.85, 0.15], often=0.04),
}
