"""HTML as a tree, and all that a reader of the page sees of it."""

import re
from typing import Any

from datastork.core.errors import DataError, MissingExtraError, TooLargeError

MOST_CHARACTERS = 8_000_000  # of a page
MOST_TAGS = 200_000  # which take trafilatura ten seconds
_TAG = re.compile(
    r"</?(?:a|abbr|article|aside|b|blockquote|body|br|button|center|code|dd|del|div|dl|dt|em|figure|font|footer|form"
    r"|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|label|li|link|main|mark|meta|nav|ol|p|pre|q|s|script|section"
    r"|small|span|strike|strong|style|sub|sup|table|tbody|td|th|thead|title|tr|tt|u|ul|video)"
    r"""(?>(?:\s+[a-z][\w:-]{0,60}\s*=\s*(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>=]++))*)\s*+/?>|<!--[^<>]{0,200}-->""",
    re.IGNORECASE,
)
_UNSEEN = "head script style noscript template iframe object embed svg math canvas audio video datalist select"
_BLOCKS = (
    "address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption"
    " figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol option p pre section summary"
    " table tbody tfoot thead title tr ul textarea"
)
_CELLS = "td th"
_BREAK = "\x00"  # where a line ends for certain: no page has this character


def holds_tags(content: str) -> bool:
    """Say whether a text has a tag of HTML in it."""
    return "<" in content and _TAG.search(content) is not None


def tree(content: str, needed_by: str) -> Any:
    """Return the tree of a page (an lxml element), or None where there is nothing in it.

    Raises DataError for tags nested without end, TooLargeError above `MOST_CHARACTERS` and `MOST_TAGS`.
    """
    try:
        from lxml import etree, html  # type: ignore[import-untyped]
    except ImportError as error:
        raise MissingExtraError(needed_by, "trafilatura", "web") from error
    if len(content) > MOST_CHARACTERS:
        raise TooLargeError(f"{len(content):,} characters of HTML; the limit is {MOST_CHARACTERS:,}")
    if content.count("<") > MOST_TAGS:
        raise TooLargeError(f"{content.count('<'):,} tags; the limit is {MOST_TAGS:,}")
    parser = html.HTMLParser(
        remove_comments=True, remove_pis=True, huge_tree=True, no_network=True, encoding="utf-8", collect_ids=False
    )
    try:
        root = html.document_fromstring(content.encode(errors="replace"), parser=parser, ensure_head_body=False)
    except (etree.ParserError, etree.XMLSyntaxError):
        root = None
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" or "depth" in entry.message for entry in parser.error_log):
        raise DataError("the tags of the page are nested too deeply")
    return root


def seen_text(root: Any, *, keep_lines: bool = False) -> str:
    """Return the text that a page shows, blocks as lines, table cells divided by tabs.

    keep_lines: whether an end of line in the source ends a line, as in plain text with a few tags
    """
    from lxml import etree

    unseen, blocks, cells = (frozenset(names.split()) for names in (_UNSEEN, _BLOCKS, _CELLS))
    pieces: list[str] = []
    inside_pre = 0
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = element.tag
        if event == "start":
            inside_pre += name == "pre"
            if name in blocks:
                pieces.append(_BREAK)
            if name in unseen or "hidden" in element.attrib:
                walk.skip_subtree()
            elif element.text:
                pieces.append(element.text.replace("\n", _BREAK) if inside_pre or keep_lines else element.text)
            continue
        inside_pre -= name == "pre"
        if name in blocks:
            pieces.append(_BREAK)
        elif name in cells:
            pieces.append("\t")
        if element.tail:
            pieces.append(element.tail.replace("\n", _BREAK) if inside_pre or keep_lines else element.tail)
    lines = ("\t".join(" ".join(cell.split()) for cell in line.split("\t")) for line in "".join(pieces).split(_BREAK))
    stripped = (line.strip() for line in lines)
    return "\n".join(line for line in stripped if line)
