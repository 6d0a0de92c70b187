"""Stand-ins for well-known tables that are not at hand: clean rows made up, and the noise such tables have."""

import string
from collections.abc import Callable

import numpy as np

from _repair.made_up import planted, words
from datastork.tables.grid import Grid

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November")
KINDS = ("Drama", "Comedy", "Action", "Thriller", "Romance", "Horror", "Crime")
LONG = {"eng": "English", "fre": "French", "ger": "German", "spa": "Spanish", "USA": "United States"}
Record = dict[str, str]
Noise = tuple[str, float, Callable[[Record], str]]  # a column, its share of rows, what is written instead


def _tables(rows: list[Record], noise: list[Noise], typos: tuple[str, ...], draw: np.random.Generator) -> list[Grid]:
    """Return a dirty and a clean table: noise by column, at most one in a cell, and 2 % typos in some columns."""
    names = [name for name in rows[0] if not name.startswith("_")]
    clean = {name: [row[name] for row in rows] for name in names}
    dirty = {name: list(texts) for name, texts in clean.items()}
    luck = {name: draw.random(len(rows)) for name in names}
    below = dict.fromkeys(names, 0.0)
    for name, share, written in noise:
        for place in np.flatnonzero((luck[name] >= below[name]) & (luck[name] < below[name] + share)).tolist():
            dirty[name][place] = written(rows[place])
        below[name] += share
    slips = planted(Grid.of({name: clean[name] for name in typos}), 0.02, ("typo",), int(draw.integers(1 << 30)))
    for name in typos:
        pairs = zip(dirty[name], clean[name], slips[name].texts(), strict=True)
        dirty[name] = [slip or "" if now == true else now for now, true, slip in pairs]
    return [Grid.of(dirty), Grid.of(clean)]


def articles(count: int, seed: int) -> list[Grid]:
    """Return records of articles: journals with ISSN and short name, dates and pages in several forms, gaps."""
    draw = np.random.default_rng(seed)
    some = [one.capitalize() for one in words(draw, 1200)]

    def picked(least: int, most: int) -> list[str]:
        return [some[one] for one in draw.integers(0, len(some), draw.integers(least, most)).tolist()]

    journals = []
    for _ in range(200):
        name = ("Journal of ", "International ", "")[draw.integers(3)] + " ".join(picked(1, 4)) + " Research"
        short = " ".join(f"{word[:4]}." for word in name.replace(" of ", " ").split())
        issn = f"{draw.integers(10**4):04d}-{draw.integers(10**3):03d}{'0123456789X'[draw.integers(11)]}"
        journals.append({"journal": name, "abbreviation": short, "issn": issn, "language": [*LONG][draw.integers(4)]})
    weight = np.arange(1, 201) ** -0.7
    rows = []
    for number, at in enumerate(draw.choice(200, count, p=weight / weight.sum()).tolist()):
        first, year, month, day = (int(draw.integers(*span)) for span in ((1, 2000), (1990, 2016), (1, 12), (1, 29)))
        authors = [f"{one} {string.ascii_uppercase[draw.integers(26)]}." for one in picked(1, 6)]
        row = {"id": str(10_000 + number), "title": " ".join(picked(5, 13)).capitalize(), **journals[at]}
        row |= {"volume": str(draw.integers(1, 120)), "created": f"{month}/{day}/{year % 100:02d}"}
        row |= {"pages": f"{first}-{first + draw.integers(1, 30)}", "authors": "; ".join(authors)}
        rows.append(row | {"_iso": f"{year}-{month:02d}-{day:02d}", "_words": f"{day} {MONTHS[month - 1][:3]} {year}"})
    noise: list[Noise] = [
        ("created", 0.18, lambda row: row["_iso"]),
        ("created", 0.05, lambda row: row["_words"]),
        ("created", 0.03, lambda _: ""),
        ("pages", 0.12, lambda row: f"pp. {row['pages']}"),
        ("pages", 0.08, lambda row: row["pages"].replace("-", "--")),
        ("journal", 0.07, lambda row: row["abbreviation"]),
        ("issn", 0.06, lambda row: row["issn"].replace("-", "")),
        ("issn", 0.05, lambda _: ""),
        ("abbreviation", 0.06, lambda _: ""),
        ("abbreviation", 0.03, lambda row: row["abbreviation"].replace(".", "")),
        ("authors", 0.10, lambda row: row["authors"].replace(";", ",")),
        ("language", 0.05, lambda row: LONG[row["language"]]),
        ("language", 0.03, lambda _: ""),
        ("title", 0.03, lambda row: row["title"].upper()),
        ("volume", 0.05, lambda row: f"vol. {row['volume']}"),
    ]
    return _tables(rows, noise, ("title", "journal", "issn", "abbreviation", "authors"), draw)


def films(count: int, seed: int) -> list[Grid]:
    """Return films: dates, lengths and ratings in two forms, names with years, directors misspelt."""
    draw = np.random.default_rng(seed)
    some = [one.capitalize() for one in words(draw, 900)]
    rows = []
    for number in range(count):
        name = " ".join(some[one] for one in draw.integers(0, 900, draw.integers(1, 5)).tolist())
        year, month, day = (int(draw.integers(*span)) for span in ((1950, 2016), (1, 12), (1, 29)))
        long, votes = int(draw.integers(70, 200)), int(draw.integers(100, 900_000))
        kinds = sorted({KINDS[one] for one in draw.integers(0, 7, draw.integers(1, 4)).tolist()})
        row = {"id": f"tt{1_000_000 + number * 37}", "name": name, "year": str(year), "genre": ",".join(kinds)}
        row |= {"release": f"{day} {MONTHS[month - 1]} {year} (USA)", "duration": f"{long} min"}
        row |= {"rating": f"{draw.integers(20, 95) / 10:.1f}", "votes": f"{votes:,}"}
        row |= {"director": f"{some[number % 300]} {some[number % 170]}", "country": ("USA", "UK", "India")[number % 3]}
        hours = f"{long // 60} hr. {long % 60} min."
        rows.append(row | {"_date": f"{MONTHS[month - 1]} {day}, {year}", "_hours": hours})
    noise: list[Noise] = [
        ("release", 0.25, lambda row: row["_date"]),
        ("release", 0.05, lambda _: ""),
        ("duration", 0.30, lambda row: row["_hours"]),
        ("rating", 0.20, lambda row: f"{row['rating']}/10"),
        ("genre", 0.15, lambda row: row["genre"].replace(",", " | ")),
        ("votes", 0.10, lambda row: row["votes"].replace(",", "")),
        ("year", 0.06, lambda row: f"({row['year']})"),
        ("name", 0.05, lambda row: f"{row['name']} ({row['year']})"),
        ("country", 0.05, lambda row: LONG.get(row["country"], row["country"])),
    ]
    return _tables(rows, noise, ("name", "director"), draw)
