"""Tables made up, and errors planted into clean ones: what no published table tells."""

import string

import numpy as np
import pyarrow as pa

from datastork.tables.grid import Grid

NEXT_KEY = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wqretyuiopsadfghjklxzcvbmn", strict=True))


def words(draw: np.random.Generator, count: int) -> list[str]:
    """Return so many different words that can be spoken."""
    found: set[str] = set()
    while len(found) < count:
        size = int(draw.integers(2, 5))
        found.add("".join("bcdfghklmnprstvw"[draw.integers(16)] + "aeiou"[draw.integers(5)] for _ in range(size)))
    return sorted(found)


def providers(rows: int, seed: int) -> Grid:
    """Return a table of measures at places: eight columns that the place tells, three that the measure tells."""
    draw = np.random.default_rng(seed)
    places, measures = rows // 25, 40
    some = words(draw, 900)
    zips = [f"{draw.integers(1000, 99999):05d}" for _ in range(places // 2 + 1)]
    city_of = draw.integers(0, 150, len(zips))
    state_of, county_of = draw.integers(0, 10, 150), draw.integers(0, 80, 150)
    zip_of = draw.integers(0, len(zips), places)
    kinds = ["hospital", "medical center", "regional hospital"]

    def picked(count: int) -> list[str]:
        return [some[one] for one in draw.integers(230, 900, count).tolist()]

    columns = {
        "place": [f"{10000 + one}" for one in range(places)],
        "name": [f"{a} {b} {kinds[draw.integers(3)]}" for a, b in zip(picked(places), picked(places), strict=True)],
        "street": [f"{draw.integers(1, 9999)} {one} st" for one in picked(places)],
        "city": [some[city_of[one]] for one in zip_of.tolist()],
        "state": [string.ascii_uppercase[state_of[city_of[one]]] * 2 for one in zip_of.tolist()],
        "zip": [zips[one] for one in zip_of.tolist()],
        "county": [some[150 + county_of[city_of[one]]] for one in zip_of.tolist()],
        "phone": [f"{draw.integers(2 * 10**9, 10**10)}" for _ in range(places)],
    }
    told = {
        "code": [f"{'ABCD'[one % 4]}{'XY'[one % 2]}-{one // 4 + 1}" for one in range(measures)],
        "measure": [" ".join(picked(int(draw.integers(4, 10)))) for _ in range(measures)],
        "condition": [("heart attack", "heart failure", "pneumonia", "infection")[one % 4] for one in range(measures)],
    }
    place, measure = draw.integers(0, places, rows), draw.integers(0, measures, rows)
    table = {name: pa.array(values).take(pa.array(place)) for name, values in columns.items()}
    table |= {name: pa.array(values).take(pa.array(measure)) for name, values in told.items()}
    table["score"] = pa.array([f"{one}%" for one in draw.integers(30, 101, rows).tolist()])
    return Grid.of(pa.table(table))


def planted(grid: Grid, rate: float, kinds: tuple[str, ...], seed: int) -> Grid:
    """Return a table with errors of some kinds in a share of the cells.

    swap: the value of another row. typo: a character replaced, lost, doubled or swapped. x: characters replaced by x.
    missing: nothing. key: the neighbouring key.
    """
    draw = np.random.default_rng(seed)
    columns = {}
    for column in grid.columns:
        texts = [text or "" for text in column.texts()]
        for row in np.flatnonzero(draw.random(grid.rows) < rate).tolist():
            texts[row] = _damaged(texts, row, kinds[draw.integers(len(kinds))], draw)
        columns[column.name] = texts
    return Grid.of(columns)


def _damaged(texts: list[str], row: int, kind: str, draw: np.random.Generator) -> str:
    text = texts[row]
    if kind == "swap":
        return texts[draw.integers(len(texts))]
    if kind == "missing" or not text:
        return ""
    at = int(draw.integers(len(text)))
    if kind == "x":
        return text.replace(text[at], "x") if draw.random() < 0.5 else text[:at] + "x" + text[at + 1 :]
    if kind == "key":
        return text[:at] + NEXT_KEY.get(text[at].lower(), "q") + text[at + 1 :]
    letter = string.ascii_lowercase[draw.integers(26)]
    return (
        text[:at] + letter + text[at + 1 :],
        text[:at] + text[at + 1 :],
        text[:at] + letter + text[at:],
        text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :],
    )[draw.integers(4)]


BIG_RULES = "place -> name, street, phone, zip\nzip -> city\ncity -> state, county\ncode -> measure, condition"


def big(rows: int, seed: int) -> tuple[Grid, Grid]:
    """Return a table of 15 columns, dirty and clean: 1 % of eight columns swapped or misspelt."""
    draw = np.random.default_rng(seed)
    clean = providers(rows, seed)
    for name, kinds in (("month", 12), ("patients", 2000), ("id", rows)):
        codes = draw.integers(0, kinds, rows) if kinds < rows else np.arange(rows)
        clean = Grid((*clean.columns, *Grid.of(pa.table({name: pa.array(codes.astype(str))})).columns))
    dirty = clean
    for name in ("name", "street", "phone", "city", "state", "county", "measure", "condition"):
        column = dirty[name]
        hit = np.flatnonzero(draw.random(rows) < 0.01)
        values = [column.values[code] for code in column.codes[hit].tolist()]
        others = [column.values[code] for code in draw.integers(0, len(column.values), len(hit)).tolist()]
        texts = [
            other if number % 2 else f"{value[:1]}q{value[2:]}"
            for number, (value, other) in enumerate(zip(values, others, strict=True))
        ]
        dirty = dirty.with_column(column.replaced(hit, texts))
    return dirty, clean
