"""Pages from templates: all that comes from data is escaped, and no page needs or may load anything else."""

import math
import unicodedata
from base64 import b64encode
from datetime import datetime
from typing import TYPE_CHECKING, Any

from datastork.report.cells import cell_map, marked
from datastork.report.charts import chart
from datastork.report.dropped import ANOTHER, NAMED

if TYPE_CHECKING:
    from markupsafe import Markup

BINS = 200  # columns of a histogram, at most
LONGEST = 300  # characters of one text from data


def render(template: str, **values: Any) -> bytes:
    """Return a page of `templates/` filled in with `values`, as UTF-8."""
    import hashlib
    from importlib.resources import files

    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("datastork.report", "templates"),
        autoescape=True,
        finalize=shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"short": short, "raw": str, "day": day, "percent": percent, "plain": plain, "span": span}
    environment.filters |= {"share": share, "unnamed": unnamed}
    environment.globals |= {
        "bar": bar,
        "flow_bar": flow_bar,
        "cell_map": cell_map,
        "chart": chart,
        "marked": marked,
        "histogram": histogram,
        "bins_of": bins_of,
        "is_number": is_number,
    }
    style = files("datastork.report").joinpath("templates/style.css").read_text(encoding="utf-8")
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = environment.get_template(template).render(style=Markup(style), style_hash=digest, **values)
    return page.encode()


def shown(value: Any) -> Any:
    """Return a value as people read it: numbers with separators, None as a dash, no invisible characters."""
    from markupsafe import Markup

    if isinstance(value, Markup):
        return value
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 10_000 and math.isfinite(value) else f"{value:.4g}"
    if isinstance(value, list | tuple):
        return ", ".join(str(shown(one)) for one in value)
    return plain(value)


def plain(value: object) -> str:
    """Return a text without characters that are not seen, or change the direction of what follows."""
    return "".join(
        "\ufffd" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co") and c not in "\n\t\u200c\u200d" else c
        for c in str(value)
    )


def short(value: object, most: int = LONGEST) -> str:
    """Return a text cut in the middle where it is longer than `most` characters."""
    text = str(shown(value))
    return text if len(text) <= most else f"{text[: most // 2]} … {text[-(most // 2) :]}"


def day(value: str) -> str:
    """Return an ISO time as "21 November 2026, 10:33 UTC"; what is no time, as it is."""
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    return f"{at.day} {at:%B %Y, %H:%M} UTC"


def percent(value: float, total: float) -> str:
    """Return a share as "12.3 %"; "0 %" and "100 %" only where that is exact."""
    if not total:
        return "–"
    share = 100 * value / total
    if share in (0, 100):
        return f"{share:.0f} %"
    if share < 0.05:
        return "< 0.1 %"
    return f"{share:.1f} %" if share < 99.95 else "> 99.9 %"


def span(low: float | None, high: float | None) -> str:
    """Return "low to high", one number where they show the same, nothing where there is none."""
    if low is None or high is None:
        return ""
    first, last = str(shown(low)), str(shown(high))
    return first if first == last else f"{first} to {last}"


def share(value: Any, column: str, columns: list[str]) -> Any:
    """Return a cell of a column of shares as per cent, any other as it is."""
    bounds = ("low", "high") if "share" in columns else ()
    if is_number(value) and 0 <= value <= 1 and (column.split(" ")[0] == "share" or column in bounds):
        return f"{100 * value:.2f} %" if value == 0 or value >= 0.00005 else "< 0.01 %"
    return value


def unnamed(reason: str) -> str:
    """Return a reason that names another sample without its id and address, which are shown elsewhere."""
    return NAMED.sub(ANOTHER, reason)


def is_number(value: object) -> bool:
    """Say whether a cell is a number (true and false are not)."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def bar(value: object, most: float) -> "Markup":
    """Return a bar as inline SVG: `value` of `most`, drawn but hidden from screen readers, who have the number."""
    from markupsafe import Markup

    share = min(1.0, max(0.0, float(value) / most)) if is_number(value) and most > 0 else 0.0  # type: ignore[arg-type]
    share = share if math.isfinite(share) else 0.0
    return Markup(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f'<rect class="track" width="100" height="8"/><rect class="kept" width="{100 * share:.2f}" height="8"/></svg>'
    )


def flow_bar(kept: int, dropped: int, quarantined: int, total: int, words: str = "") -> "Markup":
    """Return kept, dropped and quarantined of `total` as one bar; whatever is not zero can be seen."""
    from markupsafe import Markup, escape

    parts = []
    left = 0.0
    for name, count in (("kept", kept), ("dropped", dropped), ("quarantined", quarantined)):
        width = max(3.0, 1000 * count / total) if count and total else 0.0
        if width:
            parts.append(f'<rect class="{name}" x="{left:.1f}" width="{max(1.0, width - 1):.1f}" height="10"/>')
        left += width
    label = f'role="img" aria-label="{escape(words)}"' if words else 'aria-hidden="true" focusable="false"'
    box = f"0 0 {max(1000.0, left):.1f} 10"
    return Markup(f'<svg class="flow" viewBox="{box}" preserveAspectRatio="none" {label}>{"".join(parts)}</svg>')


def bins_of(table: dict[str, Any]) -> dict[str, Any]:
    """Return a histogram's table as edges and heights alone, at most 200 of them."""
    columns = list(table["columns"])
    at = columns.index(table["bar"]) if table["bar"] in columns else 1
    rows = [[row[0], row[at]] for row in table["rows"][:BINS] if len(row) > at]
    heading = columns[at] if at < len(columns) else ""
    return {"caption": table["caption"], "columns": [f"{columns[0]}, from", heading], "rows": rows, "bar": None}


def histogram(rows: list[list[Any]], words: str) -> "Markup":
    """Return rows of (edge, height) as adjoining columns."""
    from markupsafe import Markup, escape

    heights = [float(height) if is_number(height) and math.isfinite(height) else 0.0 for _, height in rows]
    most = max([1e-12, *heights])
    wide = 300 / max(1, len(heights))
    parts = [
        f'<rect class="kept" x="{index * wide:.2f}" y="{60 - 58 * height / most:.2f}" width="{max(0.5, wide - 1):.2f}" '
        f'height="{58 * height / most:.2f}"/>'
        for index, height in enumerate(heights)
        if height > 0
    ]
    return Markup(
        f'<svg class="histogram" viewBox="0 0 300 60" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(words)}">{"".join(parts)}</svg>'
    )
