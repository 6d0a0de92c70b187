"""Text without markup."""

from typing import Any, Literal

from datastork.core import Drop, step
from datastork.core.errors import MissingExtraError
from datastork.media.text import Text


@step
def strip_html(
    text: Text,
    *,
    content: Literal["main", "all"] = "main",
    favour: Literal["balance", "precision", "recall"] = "balance",
    tables: bool = True,
    comments: bool = False,
    fragments: bool = True,
) -> Text | Drop:
    """Make plain text of a page: paragraphs as lines, no tags, no scripts.

    The main content is found by trafilatura (A. Barbaresi, "Trafilatura: A Web Scraping Library and Command-Line Tool
    for Text Discovery and Extraction", ACL 2021), which leaves menus, notices and footers out. A page in which nothing
    is left to read is dropped. Plain text passes as it is, but for tags in it.

    Settings:
        content: "main" (the article), or "all" that a reader of the page sees
        favour: whether "main" rather leaves out what is doubtful (precision) or takes it in (recall)
        tables: whether "main" keeps tables, as lines of cells
        comments: whether "main" keeps what readers wrote below an article
        fragments: whether tags go from texts that are no whole page, too; their lines stay, and all their words

    Example:
        >>> strip_html(Text("I <b>really</b> mean it.<br>Yours, R&amp;D")).content
        'I really mean it.\\nYours, R&D'
    """
    from datastork.media.text.markup import holds_tags, seen_text, tree

    if text.format != "html" and not (fragments and holds_tags(text.content)):
        return text
    root = tree(text.content, "clean.text.strip_html")
    if root is None:
        found = ""
    elif text.format != "html":
        found = seen_text(root, keep_lines=True)
    elif content == "all":
        found = seen_text(root)
    else:
        found = _main(root, favour, tables, comments)
    found = found.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not found:
        return Drop("no text in the page" if content == "all" else "no main content in the page", 0)
    return Text(found)


def _main(root: Any, favour: str, tables: bool, comments: bool) -> str:
    try:
        from trafilatura import extract
    except ImportError as error:
        raise MissingExtraError("clean.text.strip_html", "trafilatura", "web") from error
    import logging

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it warns of every page without content
    found = extract(
        root,
        include_comments=comments,
        include_tables=tables,
        favor_precision=favour == "precision",
        favor_recall=favour == "recall",
    )
    return found or ""
