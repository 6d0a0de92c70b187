"""What steps for plain text ask before they cut a text into words."""

from datastork.core.errors import DataError
from datastork.media.text import Text


def plain(text: Text) -> str:
    """Return the content of a plain text. Raises DataError for HTML, whose tags are no words."""
    if text.format == "html":
        raise DataError("the text is HTML", hint="put clean.text.strip_html before this step")
    return text.content
