"""Small XLSX files, written by hand."""

import zipfile
from collections.abc import Sequence
from html import escape
from pathlib import Path

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def cell(place: str, value: object) -> str:
    """Return a cell: text, number, truth; ("date", serial number), ("error", "#N/A") or None."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        kind, inner = value
        form = 's="1"' if kind == "date" else 't="e"'
        return f'<c r="{place}" {form}><v>{inner}</v></c>'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def write_xlsx(path: Path, sheets: dict[str, Sequence[Sequence[object]]]) -> None:
    """Write sheets of rows of values."""
    books, links, kinds = "", "", ""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for number, (name, rows) in enumerate(sheets.items(), 1):
            lines = "".join(
                f'<row r="{r}">{"".join(cell(f"{chr(65 + c)}{r}", value) for c, value in enumerate(row))}</row>'
                for r, row in enumerate(rows, 1)
            )
            sheet = f"worksheets/sheet{number}.xml"
            out.writestr(f"xl/{sheet}", f"<worksheet {NS}><sheetData>{lines}</sheetData></worksheet>")
            books += f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>'
            links += link(f"rId{number}", "worksheet", sheet)
            kinds += f'<Override PartName="/xl/{sheet}" ContentType="{KIND}.spreadsheetml.worksheet+xml"/>'
        out.writestr("xl/workbook.xml", f'<workbook {NS} xmlns:r="{REL}"><sheets>{books}</sheets></workbook>')
        out.writestr("xl/_rels/workbook.xml.rels", relationships(links + link("rIdS", "styles", "styles.xml")))
        forms = '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
        out.writestr("xl/styles.xml", f"<styleSheet {NS}>{forms}</styleSheet>")
        out.writestr("_rels/.rels", relationships(link("r", "officeDocument", "xl/workbook.xml")))
        kinds += '<Default Extension="xml" ContentType="application/xml"/>'
        out.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types">{kinds}</Types>')


def link(name: str, kind: str, target: str) -> str:
    """Return how one part names another."""
    return f'<Relationship Id="{name}" Type="{REL}/{kind}" Target="{target}"/>'


def relationships(links: str) -> str:
    """Return the file of what a part names."""
    return f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'
