"""Reading and writing texts."""

from datastork.core.errors import DataError, TooLargeError
from datastork.media.modality import Encoded
from datastork.media.text import Text

MAX_BYTES = 64 << 20
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body")


def sniff(head: bytes) -> str | None:
    """Return "html" or "txt" for data that begins like text, or None."""
    if b"\0" in head:
        return None
    return "html" if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_HTML) else "txt"


def decode(data: bytes) -> Text:
    """Return the text in `data`. Raises DataError for what is no text, TooLargeError above `MAX_BYTES`."""
    if len(data) > MAX_BYTES:
        raise TooLargeError(f"{len(data):,} bytes of text; the limit is {MAX_BYTES:,}")
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"the text is not UTF-8 (byte {error.start})") from error
    if "\r" in content:
        content = content.replace("\r\n", "\n").replace("\r", "\n")
    return Text(content, "html" if sniff(data[:512]) == "html" else "txt")


def encode(value: Text) -> Encoded:
    """Return the text as UTF-8. Raises DataError for a lone surrogate."""
    try:
        return Encoded(value.content.encode(), value.format)
    except UnicodeEncodeError as error:
        raise DataError(f"the text holds half a character (a lone surrogate) at {error.start}") from error
