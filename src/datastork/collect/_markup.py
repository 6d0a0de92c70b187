"""Fragments of HTML, as feeds and APIs hold them, as texts that are known to be HTML."""

import html
import re

_WHOLE = re.compile(r"\s{0,99}<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


def page_of(fragment: str, title: str = "") -> bytes:
    """Return a fragment as a page, so that later steps know it for HTML; a whole page stays as it is.

    Example:
        >>> page_of("<p>one", title="A & B").decode()
        '<!doctype html><html><head><title>A &amp; B</title></head><body><p>one</body></html>'
    """
    if _WHOLE.match(fragment):
        text = fragment
    else:
        head = f"<head><title>{html.escape(title)}</title></head>" if title else ""
        text = f"<!doctype html><html>{head}<body>{fragment}</body></html>"
    return text.encode("utf-8", "replace")
