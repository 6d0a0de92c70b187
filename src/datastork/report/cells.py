"""Cells of tables as pictures: where in a table something is, and what of a value became another."""

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markupsafe import Markup

WIDE, LINE, NAMED = 720, 18, 180  # of the picture; the height of a line; the room for names
NAME = 26  # characters of a name


def cell_map(table: dict[str, Any]) -> "Markup":
    """Return the picture of a table whose chart is "map": a line for each row, a square for each number in it."""
    from markupsafe import Markup, escape

    rows = table["rows"]
    most = max((value for row in rows for value in row[1:] if value), default=0)
    if not most:
        return Markup("")
    wide = (WIDE - NAMED) / max(len(table["columns"]) - 1, 1)
    parts = []
    for line, (name, *values) in enumerate(rows):
        text = str(name) if len(str(name)) <= NAME else f"{str(name)[: NAME - 1]}…"
        parts.append(f'<text x="0" y="{line * LINE + 13}">{escape(text)}</text>')
        parts.append(
            f'<rect class="track" x="{NAMED}" y="{line * LINE + 1}" width="{WIDE - NAMED}" height="{LINE - 2}"/>'
        )
        parts += [
            f'<rect class="kept" x="{NAMED + at * wide:.2f}" y="{line * LINE + 1}" width="{max(wide, 1):.2f}" '
            f'height="{LINE - 2}" fill-opacity="{0.3 + 0.7 * value / most:.2f}"/>'
            for at, value in enumerate(values)
            if value
        ]
    high = len(rows) * LINE
    return Markup(
        f'<svg class="cell-map" viewBox="0 0 {WIDE} {high}" role="img" aria-label="{escape(table["caption"])}">'
        f"{''.join(parts)}</svg>"
    )


def marked(old: str, new: str) -> "tuple[Markup, Markup]":
    """Return two values with what is gone and what came marked, character by character."""
    from markupsafe import Markup, escape

    left, right = [], []
    pieces = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    kept = sum(b - a for what, a, b, _, _ in pieces if what == "equal")
    if 2 * kept < min(len(old), len(new)):  # two values rather than one that changed
        pieces = [("replace", 0, len(old), 0, len(new))]
    for what, a, b, c, d in pieces:
        if what == "equal":
            left.append(escape(old[a:b]))
            right.append(escape(new[c:d]))
            continue
        if b > a:
            left.append(Markup("<del>{}</del>").format(old[a:b]))
        if d > c:
            right.append(Markup("<ins>{}</ins>").format(new[c:d]))
    return Markup("").join(left), Markup("").join(right)
