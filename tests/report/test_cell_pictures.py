"""Cells as pictures: where a table was changed, and what of a value became another."""

from datastork.core.findings import Findings, Table
from datastork.report.cells import cell_map, marked
from datastork.report.found import write_findings


def test_what_is_gone_and_what_came_is_marked_and_all_is_escaped() -> None:
    assert [str(one) for one in marked("hexrt <b>", "heart <b>")] == [
        "he<del>x</del>rt &lt;b&gt;",
        "he<ins>a</ins>rt &lt;b&gt;",
    ]
    assert [str(one) for one in marked("Gary", "02108")] == ["<del>Gary</del>", "<ins>02108</ins>"]
    assert [str(one) for one in marked("12 oz", "12")] == ["12<del> oz</del>", "12"]


def test_a_map_has_a_line_for_each_row_and_a_square_for_each_number() -> None:
    table = {"caption": "Where", "columns": ["column", "row 0", "row 5"], "rows": [["<city>", 0, 2], ["zip", 1, 0]]}

    drawn = str(cell_map(table))

    assert drawn.count('class="track"') == 2
    assert drawn.count('class="kept"') == 2
    assert "&lt;city&gt;" in drawn
    assert str(cell_map({**table, "rows": [["zip", 0, 0]]})) == ""


def test_findings_alone_are_a_page(tmp_path) -> None:  # type: ignore[no-untyped-def]
    found = Findings(
        title="Repair",
        sentences=["Two cells."],
        tables=[
            Table("Where", ("column", "row 0"), [("city", 2)], chart="map"),
            Table("Changes", ("column", "before", "after"), [("city", "Bnd", "Bend<script>")]),
        ],
    )

    page = write_findings(tmp_path / "x.html", "Repair of a table", "x.csv", {"cells repaired": 2}, {"repair": found})

    text = page.read_text()
    assert '<svg class="cell-map"' in text
    assert "<ins>" in text
    assert "<script" not in text
    assert "x.csv" in text
