"""How the samples were annotated, as the card says it: what was asked, how often, how far annotators agree.

Names of people who voted stay at home: what is published speaks of "annotator 1", also of those that a table names.
Folders, files and tables that gave votes as a whole keep their names.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from datastork.core.findings import Cell, Findings, Table
from datastork.publish._papers.measured import of_step
from datastork.store.release import Release

if TYPE_CHECKING:
    from datastork.publish._content import Content

AGREEMENT, RESOLVE = "measure.agreement", "label.resolve"
SHOWN = 20  # classes named
PLACES = frozenset({"folder", "file name", "feed", "book", "hashtag", "subreddit"})  # nobody, and so not hidden


def stand_ins(content: "Content") -> dict[str, str]:
    """Return for each person or model that voted what the published files call it, by how many votes it gave.

    Votes without a time came with the samples: where those are of `PLACES` or of a table as a whole, they are nobody's.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    votes = pc.list_flatten(content.samples["votes"].combine_chunks())
    if not len(votes):
        return {}
    timed = votes.type.get_field_index("created_at") >= 0
    at = pc.is_valid(pc.struct_field(votes, "created_at")) if timed else pa.repeat(False, len(votes))
    people = pa.table({"annotator": pc.struct_field(votes, "annotator"), "cast": at}).group_by("annotator")
    found = people.aggregate([("cast", "max"), ([], "count_all")])
    found = found.sort_by([("count_all", "descending"), ("annotator", "ascending")])
    names = [
        name
        for name, cast in zip(found["annotator"].to_pylist(), found["cast_max"].to_pylist(), strict=True)
        if name is not None and (cast or not (name in PLACES or name.startswith("table:")))
    ]
    return {name: f"annotator {number}" for number, name in enumerate(names, start=1)}


def nameless(findings: Findings, names: dict[str, str]) -> Findings:
    """Return findings with the names of annotators in their tables replaced."""
    if not names:
        return findings
    return replace(findings, tables=tuple(_nameless(table, names) for table in findings.tables))


def _nameless(table: Table, names: dict[str, str]) -> Table:
    who = [at for at, column in enumerate(table.columns) if "annotator" in column.lower()]

    def cell(at: int, value: Cell) -> Cell:
        return names.get(value, value) if at in who and isinstance(value, str) else value

    columns = [names.get(column, column) for column in table.columns]
    rows = [tuple(cell(at, value) for at, value in enumerate(row)) for row in table.rows]
    return replace(table, columns=columns, rows=rows)


def process(release: Release, content: "Content", names: dict[str, str]) -> list[str]:
    """Return sentences on how the samples were annotated: what was asked, of how many, how it was resolved."""
    said = []
    if names:
        for question in release.record.get("asked") or []:
            classes = question.get("classes") or []
            more = f" and {len(classes) - SHOWN} more" if len(classes) > SHOWN else ""
            among = f" Classes: {', '.join(classes[:SHOWN])}{more}." if classes else ""
            asked = f"“{question['ask']}” " if question.get("ask") else ""
            said.append(f"Annotators were asked {asked}({question['kind']}).{among}")
    for findings in of_step(release, RESOLVE):
        said += findings.sentences
    for findings in of_step(release, AGREEMENT):
        said += findings.sentences
    return said


def votes_of(content: "Content") -> dict[str, Any]:
    """Return how many votes there are, by how many annotators, and how many of them were cast by people and models."""
    import pyarrow.compute as pc

    votes = pc.list_flatten(content.samples["votes"].combine_chunks())
    people = pc.struct_field(votes, "annotator")
    cast = 0
    if len(votes) and votes.type.get_field_index("created_at") >= 0:
        cast = int(pc.sum(pc.struct_field(votes, "created_at").is_valid()).as_py() or 0)
    return {"votes": len(votes), "annotators": int(pc.count_distinct(people).as_py()), "cast": cast}
