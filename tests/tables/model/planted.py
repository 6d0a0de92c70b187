"""A small table of measures at places, and errors in it."""

import numpy as np

from datastork.tables.grid import Grid

SYLLABLES = ("ba", "do", "fe", "gi", "ku", "la", "mo", "ne", "ri", "su", "ta", "vo")


def word(number: int) -> str:
    """Return a word that no other number below 20,000 has."""
    parts = []
    for _ in range(4):
        number, place = divmod(number * 5 + 7, len(SYLLABLES))
        parts.append(SYLLABLES[place])
        number += 3 * place
    return "".join(parts)


def places(rows: int = 600, seed: int = 0) -> Grid:
    """Return places with name, town, zip and phone, and measures with code, text and condition."""
    draw = np.random.default_rng(seed)
    place, measure = draw.integers(0, 30, rows).tolist(), draw.integers(0, 12, rows).tolist()
    towns = sorted({word(100 + one) for one in range(40)})[:15]
    return Grid.of(
        {
            "name": [f"house {word(one)} {word(one + 50)}" for one in place],
            "town": [towns[one % 15] for one in place],
            "zip": [f"{10203 + 37 * one:05d}" for one in place],
            "phone": [f"555{7919 * (one + 3):06d}" for one in place],
            "code": [f"m-{one}" for one in measure],
            "measure": [f"{word(one + 900)} given {word(one + 950)}" for one in measure],
            "condition": [("heart", "lungs", "skin")[one % 3] for one in measure],
            "score": [str(one) for one in draw.integers(0, 100, rows).tolist()],
        }
    )


def with_cells(grid: Grid, column: str, cells: dict[int, str | None]) -> Grid:
    """Return the grid with other texts in some rows of a column."""
    return grid.with_column(grid[column].replaced(np.array(list(cells)), list(cells.values())))
