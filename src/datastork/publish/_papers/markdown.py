"""Templates of Markdown in which all that comes from data is escaped, whatever the template forgets."""

import html
import math
import re
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markupsafe import Markup

UNKNOWN = "unknown"


def escaped(value: object) -> str:
    """Return a value as one line of Markdown that shows just that value: no markup, no HTML, no new cell.

    Example:
        >>> escaped("a|b <b>*c*</b>")
        'a\\\\|b &lt;b&gt;\\\\*c\\\\*&lt;/b&gt;'
    """
    text = re.sub(r"([\\`*_{}\[\]|~#$!])", r"\\\1", html.escape(_line(value), quote=False))
    # what begins a list or a rule where it stands at the start of a line
    return re.sub(r"^(\d+)([.)])(?=\s|$)", r"\1\\\2", re.sub(r"^([-+])(?=[\s-]|$)", r"\\\1", text))


def _line(value: object) -> str:
    """Return a value on one line, without invisible and direction-changing characters."""
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    kept = (" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    return " ".join("".join(c for c in kept if unicodedata.category(c) not in {"Cf", "Cs"} or c == "\u200d").split())


def render(template: str, **values: Any) -> str:
    """Return a template of `templates/` filled in: None as "unknown", lists joined by commas, all escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    def finalize(value: object) -> "Markup":
        if isinstance(value, Markup):
            return value
        if value is None or value == "" or value == [] or (isinstance(value, float) and not math.isfinite(value)):
            return Markup(UNKNOWN)
        if isinstance(value, list | tuple):
            return Markup(", ".join(escaped(one) for one in value))
        return Markup(escaped(f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value))

    def code(value: object) -> "Markup":
        text = _line(value).replace("|", "\\|")
        fence = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
        room = " " if text.startswith("`") or text.endswith("`") or not text else ""
        return Markup(f"{fence}{room}{text}{room}{fence}")

    def paragraphs(value: object) -> "Markup":
        parts = [escaped(part) for part in re.split(r"\n\s*\n", str(value or "").replace("\r\n", "\n")) if part.strip()]
        return Markup("\n\n".join(parts) or UNKNOWN)

    def block(value: object) -> "Markup":
        kept = "".join(c for c in str(value).replace("\r\n", "\n") if c in "\n\t" or unicodedata.category(c)[0] != "C")
        fence = "`" * max(3, max((len(run) for run in re.findall(r"`+", kept)), default=0) + 1)
        return Markup(f"{fence}\n{kept.strip()}\n{fence}")

    def link(value: object) -> "Markup":
        text = _line(value)
        safe = re.fullmatch(r"https?://[^\s<>\"'`\\|]+", text)
        return Markup(f"<{text}>") if safe else Markup(escaped(text))

    def bytes_(value: int) -> "Markup":
        size, unit = float(value), "B"
        for unit in ("B", "kB", "MB", "GB", "TB"):
            if size < 1000 or unit == "TB":
                break
            size /= 1000
        return Markup(f"{size:.3g} {unit}" if unit != "B" else f"{value} B")

    environment = Environment(
        loader=PackageLoader("datastork.publish", "templates"),
        autoescape=True,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "code": code,
        "paragraphs": paragraphs,
        "block": block,
        "link": link,
        "bytes": bytes_,
    }
    text = environment.get_template(template).render(**values)
    return re.sub(r"\n{3,}", "\n\n", text)
