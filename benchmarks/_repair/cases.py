"""The cases: which table, what is given, and what others reach."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from _repair.made_up import BIG_RULES, big, planted, providers
from _repair.score import read
from _repair.stand_ins import articles, films
from datastork.tables.answers import Answers
from datastork.tables.asking import questions
from datastork.tables.grid import Grid
from datastork.tables.repair import repair
from datastork.tables.rules import parse

TIMES = "sched_dep_time, act_dep_time, sched_arr_time, act_arr_time"
BEERS = """ounces: number, strip "oz", "ounce"
abv: number, strip "%"
missing: N/A
city, state split "Portland OR"
"""
ASKED = 20
MIXED = ("swap", "typo", "missing", "key")


@dataclass(frozen=True)
class Table:
    """A dirty table and the clean one, with what is given: rules as text, and how many rows are asked about."""

    dirty: Grid
    clean: Grid
    rules: str = ""
    answers: Answers | None = None


@dataclass(frozen=True)
class Case:
    """A table and a regime. `seeds`: how many are run; `target`: what the figure shall be."""

    name: str
    regime: str
    load: Callable[[Path, int], Table]
    seeds: int = 1
    target: str = ""


def pair(folder: str, rules: str = "", *, clean_names: bool = False) -> Callable[[Path, int], Table]:
    """Return how a published pair is read; rules: lines, or the name of a file beside it."""

    def load(data: Path, _: int) -> Table:
        there = data / "repair" / folder
        names = read(there / "clean.csv").names if clean_names else None
        dirty = read(there / "dirty.csv", names)
        text = (there / rules).read_text(encoding="utf-8") if rules.endswith(".txt") else rules
        return Table(dirty, read(there / "clean.csv", dirty.names), text)

    return load


def asked(folder: str, how: str, rules: str = "") -> Callable[[Path, int], Table]:
    """Return how a published pair is read with 20 rows answered: drawn at random, or those asked about first."""

    def load(data: Path, seed: int) -> Table:
        table = pair(folder, rules)(data, seed)
        if how == "random":
            rows = np.random.default_rng(seed).choice(table.dirty.rows, ASKED, replace=False)
        else:
            given = parse(rules, table.dirty.names) if rules else None
            rows = questions(table.dirty, repair(table.dirty, rules=given, seed=seed, trial=False), ASKED, seed)
        return Table(table.dirty, table.clean, rules, Answers.of_rows(table.dirty, rows, table.clean))

    return load


def stand_in(make: Callable[[int, int], list[Grid]]) -> Callable[[Path, int], Table]:
    """Return how a stand-in is made, of 1,000 rows with 20 drawn at random answered."""

    def load(_: Path, seed: int) -> Table:
        dirty, clean = make(1000, seed + 50)
        rows = np.random.default_rng(seed).choice(dirty.rows, ASKED, replace=False)
        return Table(dirty, clean, "", Answers.of_rows(dirty, rows, clean))

    return load


def untouched(path: str, *, header: bool = True) -> Callable[[Path, int], Table]:
    """Return how a clean table is read, as its own dirty version."""

    def load(data: Path, _: int) -> Table:
        names = None
        if not header:
            line = (data / path).read_text(encoding="utf-8").split("\n", 1)[0]
            names = tuple(f"column {place}" for place in range(line.count(",") + 1))
        grid = read(data / path, names)
        return Table(grid, grid)

    return load


def damaged(make: Callable[[Path, int], Grid], rate: float, kinds: tuple[str, ...]) -> Callable[[Path, int], Table]:
    """Return how errors are planted into a clean table."""

    def load(data: Path, seed: int) -> Table:
        grid = make(data, seed)
        return Table(planted(grid, rate, kinds, seed + 100), grid)

    return load


def _hospital(data: Path, _: int) -> Grid:
    return read(data / "repair/hospital/clean.csv")


def _adult(data: Path, seed: int) -> Grid:
    return untouched("tables/jbrownlee/adult-train.csv", header=False)(data, seed).clean


def _providers(_: Path, seed: int) -> Grid:
    return providers(10_000, seed)


def _big(_: Path, seed: int) -> Table:
    dirty, clean = big(1_000_000, seed)
    return Table(dirty, clean, BIG_RULES)


CONSTRAINTS = "constraints.txt"
FLIGHT = f"flight -> {TIMES}"
AUTHORITY = f"flight -> {TIMES} trust src when src == flight[:2]"
CASES = (
    Case("hospital", "R0 nothing", pair("hospital"), target="F1 .94, P .98, 10 CPU s, 300 MB"),
    Case(
        "hospital", "R1 15 constraints", pair("hospital", "constraints.txt", clean_names=True), target="F1 .95, P .99"
    ),
    Case("hospital", "R2 20 rows, random", asked("hospital", "random"), 3),
    Case("hospital", "R2 20 rows, asked", asked("hospital", "asked"), 3),
    Case("flights", "R0 nothing", pair("flights")),
    Case("flights", "R1 FDs", pair("flights", FLIGHT), target="F1 .78"),
    Case("flights", "R1 FDs + authority", pair("flights", AUTHORITY), target="F1 .93, 10 broken"),
    Case("flights", "R2 20 rows, random", asked("flights", "random"), 3, target="F1 .90"),
    Case("flights", "R2 20 rows, asked", asked("flights", "asked"), 3, target="F1 .90"),
    Case("flights", "R1+R2 FDs, 20 asked", asked("flights", "asked", FLIGHT), 3),
    Case("flights", "R1+R2 authority, 20 asked", asked("flights", "asked", AUTHORITY), 3),
    Case("beers", "R0 nothing", pair("beers")),
    Case("beers", "R1 4 rules", pair("beers", BEERS), target="F1 .99, 0 broken"),
    Case("beers", "R2 20 rows, random", asked("beers", "random"), 3, target="F1 .97"),
    Case("beers", "R2 20 rows, asked", asked("beers", "asked"), 3, target="F1 .97"),
    Case("articles, made up", "R2 20 rows, random", stand_in(articles), 5, target="F1 .75, P .9"),
    Case("films, made up", "R2 20 rows, random", stand_in(films), 5),
    *(
        Case(f"clean {name}", "R0 nothing", load, target="changed < .1 %")
        for name, load in {
            "hospital": untouched("repair/hospital/clean.csv"),
            "flights": untouched("repair/flights/clean.csv"),
            "beers": untouched("repair/beers/clean.csv"),
            "adult": untouched("tables/jbrownlee/adult-train.csv", header=False),
            "german": untouched("tables/jbrownlee/german.csv", header=False),
            "breast cancer": untouched("tables/jbrownlee/breast-cancer-wisconsin.csv", header=False),
            "compas": untouched("tables/compas/compas-scores-two-years.csv"),
            "made up": lambda data, seed: Table(_providers(data, seed), _providers(data, seed)),
        }.items()
    ),
    *(
        Case(f"planted {name}", f"R0, {'+'.join(kinds)} {rate:.0%}", damaged(make, rate, kinds), seeds)
        for name, make, seeds in (("hospital", _hospital, 3), ("made up", _providers, 3), ("adult", _adult, 1))
        for kinds in (("swap",), ("typo",), ("x",), MIXED)
        for rate in ((0.01, 0.1) if name != "adult" else (0.02,))
    ),
    Case("1,000,000 x 15", "R1 4 rules", _big, target="120 CPU s, 4 GB"),
)
PUBLISHED = """
Others, with their regime (P / R / F1). R3: an oracle tells which cells are wrong; not comparable with the rest.
hospital  R1 HoloClean (paper, as told by Baran)    1.00 / .71 / .832  reproduced as shipped: 1.000 / .456 / .626;
                                                    without its keep-value feature: .952 / .853 / .899
                                                    (28-30 CPU s and PostgreSQL, 3.5 GB)
hospital  R2 Raha + Baran, 20 + 20 rows             - / - / .66        reproduced: .685 (3 seeds), .660 on other rows
hospital  R3 Baran, oracle detection + 20 rows      - / - / .87        reproduced: .904 (3 seeds)
flights   R1 HoloClean (paper)                      .89 / .67 / .763   reproduced: .742 / .353 / .478; other: .435
flights   R2 Raha + Baran                           - / - / .66        reproduced: .718, .711 on other rows
flights   R3 Baran, oracle                          - / - / 1.00       reproduced: 1.000
beers     R1 HoloClean                              - / - / -          reproduced: 1.000 / .063 / .118; other: .071
beers     R2 Raha + Baran                           - / - / .90        reproduced: .891, .953
beers     R3 Baran, oracle                          - / - / .90        reproduced: .920, .898
"""
