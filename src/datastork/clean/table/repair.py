"""Repair the cells of a table: rules, evidence and one model."""

from typing import TYPE_CHECKING, Annotated, Any

from datastork.clean._table.answered import QUESTION, answers_of
from datastork.clean._table.mending import Mended, Wishes, mend
from datastork.clean._table.noted import cells_of, noted
from datastork.clean._table.told import findings
from datastork.core import ColumnOrder, Findings, Frame, step
from datastork.core.errors import RecipeError
from datastork.core.settings import InputFile, Range
from datastork.media.row_table import corrections_of, grid_of
from datastork.media.stored import Media
from datastork.store.columns import put, take
from datastork.tables.changes import Changes

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from datastork.tables.grid import Grid
    from datastork.tables.rules import Rules

ASKED = 100  # rows put in the order in which answers help most; those behind are ordered by their doubts alone
DOUBTED = 0.25  # what an answer helps on a row that an earlier step doubts without saying how much


@step(needs=(Media,), remembers=("repaired",), corrects=True)
def repair(
    frame: Frame,
    *,
    rules: list[str] | None = None,
    rules_file: Annotated[str | None, InputFile()] = None,
    references: Annotated[list[str] | None, InputFile()] = None,
    reference_on: list[str] | None = None,
    columns: list[str] | None = None,
    ignore: list[str] | None = None,
    label: str | None = None,
    protect: list[str] | None = None,
    source: str | None = None,
    apply: Annotated[float, Range(0, 1)] = 0.95,
    suspect: Annotated[float, Range(0, 1)] = 0.5,
    max_change: Annotated[float, Range(0, 1)] = 0.2,
    allow: list[str] | None = None,
    answers: str = QUESTION,
    seed: int = 0,
    order: Annotated[list[str] | None, ColumnOrder()] = None,
) -> tuple[Frame, Findings]:
    """Repair wrong cells of a table by rules, by what other rows say, and by what people answered.

    Rules come first, then transforms learned from answers, votes among sources, and a model of how columns go together
    and of how values get damaged (typing errors, lost characters, exchanged values, forms, units). A repair is made
    where it is at least `apply` sure; from `suspect` on it is put into the column `suspects` for a person to look at,
    as `{"column": "value"}` beside what earlier steps put there, and `ask_gain` says how much an answer on the row
    would help. Every change goes to the
    ledger with what was there before. A column whose repairs do not prove right on cells that are known, or that would
    change more than the budget, is left alone, and the report says so. Missing cells are filled only where other
    columns determine them; see `clean.table.impute` for the rest.

    Settings:
    rules: rules in plain lines, such as "zip -> city, state" or "age: 0..120"; see docs/howto/rules.md
    rules_file: a file with such lines
    references: tables to look values up in (CSV, JSON lines, Parquet), such as a list of ZIP codes with their cities
    reference_on: for each of these, the column by which rows are found in it
    columns: the columns to repair; all by default
    ignore: columns that stay as they are
    label: the column a model is to predict: it is never repaired nor evidence, and a repair that costs a model accuracy
        on held-out rows is taken back (needs datastork[learn])
    protect: columns with groups of people, in whose rows repairs are counted apart
    source: the column that says who reported a row, where several rows report on one thing; found if not given
    apply: how sure a repair must be to be made (probability)
    suspect: how sure it must be to be proposed (probability)
    max_change: the greatest share of a column's rows, or of one group's, that may change (0 to 1)
    allow: columns that may change more than that: those you looked at
    answers: the question on cells (kind = "cells" in [label]) whose votes are taken as answers
    seed: for what is drawn at random, the cells planted to try the repair on

    Example: `rules = ["zip -> city, state"]` repairs a city that other rows with the same ZIP code spell otherwise.

    Source: the engine follows HoloClean (Rekatsinas et al., VLDB 2017) in taking rules, other columns and the wish for
    few changes as evidence of one probability, and PClean (Lew et al., AISTATS 2021) in modelling the damage.
    Raises RecipeError for rules that cannot be read and columns that are not there.
    """
    earlier = {"repaired": "string", "suspects": "string", "ask_gain": "float64"}
    table = take(frame, "media", "votes", "repaired_before", "split", **earlier)
    grid = grid_of(table["media"], order)
    read, notes = _rules(rules, rules_file, grid)
    wishes = Wishes(
        rules=read,
        references=_references(references, reference_on),
        answers=answers_of(table["votes"], grid, answers, table["repaired_before"]),
        columns=columns,
        ignore=ignore or (),
        label=label,
        protect=protect or (),
        source=source,
        apply=apply,
        suspect=suspect,
        max_change=max_change,
        allow=allow or (),
        seed=seed,
    )
    done = mend(grid, wishes, **_parts(table["split"]))
    told = findings(done)
    return put(frame, _result(table, done, wishes)), told if not notes else _with(told, notes)


def _rules(lines: list[str] | None, file: str | None, grid: "Grid") -> "tuple[Rules | None, list[str]]":
    from pathlib import Path

    from datastork.tables.rules import parse

    text = "\n".join(lines or [])
    if file is not None:
        try:
            text = Path(file).read_text(encoding="utf-8-sig") + "\n" + text
        except UnicodeDecodeError as error:
            raise RecipeError([f"rules_file: {file} is not text in UTF-8: byte {error.start:,}"]) from None
    if not text.strip():
        return None, []
    found = parse(text, grid.names)
    return found, list(found.notes)


def _references(paths: list[str] | None, on: list[str] | None) -> "list[tuple[Grid, str]]":
    from datastork.tables.reading.table import read_table

    paths, on = paths or [], on or []
    if len(paths) != len(on):
        raise RecipeError([f"references names {len(paths)} tables, reference_on {len(on)} columns: one for each"])
    return [(read_table(path)[0], column) for path, column in zip(paths, on, strict=True)]


def _parts(split: "pa.ChunkedArray") -> dict[str, Any]:
    """Return the rows the label guard fits on and asks about, where the samples were split before."""
    import numpy as np
    import pyarrow.compute as pc

    found = {
        name: np.flatnonzero(np.asarray(pc.fill_null(pc.equal(split, name), False))) for name in ("train", "validation")
    }
    return found if all(len(rows) for rows in found.values()) else {}


def _result(table: "pa.Table", done: Mended, wishes: Wishes) -> "pa.Table":
    import pyarrow as pa

    settled = cells_of(done.changes, *([wishes.answers] if wishes.answers is not None else []))
    grid = done.before
    earlier = noted(Changes.none(), grid, table["suspects"], settled)
    return pa.table(
        {
            "id": table["id"],
            "corrections": corrections_of(done.changes, grid),
            "repaired": noted(done.changes, grid, table["repaired"]),
            "suspects": noted(done.suspects, grid, pa.chunked_array([earlier])),
            "ask_gain": pa.array(_gains(done, wishes.seed, earlier, table["ask_gain"])),
        }
    )


def _gains(done: Mended, seed: int, earlier: "pa.Array", before: "pa.ChunkedArray") -> "np.ndarray":
    """Return how much an answer on each row would help: float64[n] in [0, 1], best first where it matters most.

    earlier: what steps before doubt and is still open; `before`: what they said that an answer on the row helps.
    """
    import numpy as np
    import pyarrow.compute as pc

    from datastork.tables.asking import questions

    doubt = np.bincount(done.suspects.row, done.suspects.confidence, done.before.rows)
    gain: np.ndarray = doubt / max(doubt.max(initial=0.0), 1.0) / 2
    if len(done.suspects):
        first = questions(done.before, done, ASKED, seed)
        gain[first] = np.linspace(1.0, 0.5, len(first), endpoint=False)
    said = pc.fill_null(before, DOUBTED).to_numpy()
    return np.where(np.asarray(pc.is_valid(earlier)), np.maximum(gain, said), gain)


def _with(told: Findings, notes: list[str]) -> Findings:
    import dataclasses

    return dataclasses.replace(told, warnings=[*told.warnings, *notes])
