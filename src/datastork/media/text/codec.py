"""Reading and writing texts: which bytes are text, in which encoding, and whether they are HTML.

The encoding is that of the byte order mark; else UTF-8 where the bytes are that; else what the page itself declares;
else what `encodings.guess` is sure of. A text that none of these reads is refused, for wrong letters are worse.
"""

import re

from datastork.core.errors import DataError, TooLargeError
from datastork.media.modality import Encoded
from datastork.media.text import Text

MAX_BYTES = 64 << 20
HEAD = 1024  # bytes in which a page declares its encoding, as browsers look for it
_NUL, _RETURN, _ESCAPE, _TILDE = b"\0\r\x1b~"  # sought as bytes: that is fastest
MOST_CONTROLS = 0.1  # of the beginning may be control characters

_MARKS = (  # that of UTF-32 begins like that of UTF-16
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_BINARY = (  # what may lack NUL bytes at its beginning
    *(
        b"%PDF-",
        b"%!PS",
        b"{\\rtf",
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"\x1f\x8b",
        b"BZh",
        b"\xfd7zXZ",
        b"\x28\xb5\x2f\xfd",
    ),
    *(b"7z\xbc\xaf", b"Rar!", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"RIFF", b"OggS", b"fLaC"),
    *(b"ID3", b"\x7fELF", b"\xd0\xcf\x11\xe0", b"SQLite format 3", b"wOFF", b"wOF2", b"MThd", b"\x04\x22\x4d\x18"),
)
_HIGH = bytes(range(128, 256))
_CONTROLS = bytes(sorted({*range(32), 127} - {*b"\t\n\v\f\r\b\x1a\x1b"}))
# After the WHATWG MIME Sniffing Standard, section 7.1, less <a> and <b>, which are also how chats name who speaks.
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?>(?:(?><!--.*?-->)\s*)*)"
    r"<(?:!doctype\s+html|html|head|body|script|iframe|h1|div|font|table|style|title|br|p)(?=[\s>/])",
    re.IGNORECASE | re.DOTALL,
)
_DECLARED = re.compile(
    rb"""<(?:meta\b[^>]{0,300}?charset|\?xml\b[^>]{0,100}?encoding)\s*=\s*["']?([\w:.-]{2,30})""", re.I
)
_NO_CHARSETS = ("utf-7", "utf-16", "utf-32", "punycode", "idna", "unicode", "raw", "mbcs", "oem", "undefined")


def sniff(head: bytes) -> str | None:
    """Return "html" or "txt" for data that begins like text (as no data does), or None for what is binary."""
    marked = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)
    if marked is None:
        if b"\0" in head or head.startswith(_BINARY):
            return None
        if len(head) - len(head.translate(None, _CONTROLS)) > MOST_CONTROLS * len(head):
            return None
    text = head.decode(marked or "latin-1", errors="ignore")
    return "html" if _is_html(text.lstrip("\ufeff")) else "txt"


def _is_html(beginning: str) -> bool:
    """Say whether a text of at most some hundred characters begins as a page does."""
    return beginning.lstrip()[:1] == "<" and _HTML.match(beginning) is not None


def decode(data: bytes) -> Text:
    """Return the text in `data`. Raises DataError for what is no text, TooLargeError above `MAX_BYTES`."""
    if len(data) > MAX_BYTES:
        raise TooLargeError(f"{len(data):,} bytes of text; the limit is {MAX_BYTES:,}")
    try:
        content = data.decode()
    except UnicodeDecodeError as error:
        content = _other(data, error)
    else:
        if _ESCAPE in data or _TILDE in data:
            content = _seven_bits(data) or content
    if _RETURN in data:
        content = content.replace("\r\n", "\n").replace("\r", "\n")
    if content[:1] == "\ufeff":
        content = content.lstrip("\ufeff")
    if _NUL in data and "\0" in content:
        raise DataError(f"the text holds NUL characters (the first is number {content.index(chr(0)):,}): it is no text")
    return Text(content, "html" if _is_html(content[:512]) else "txt")


def _other(data: bytes, error: UnicodeDecodeError) -> str:
    """Return the text of data that is not UTF-8, or raise DataError saying what was tried."""
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8")
    if marked != "utf-8":
        try:
            return data.decode(marked)
        except UnicodeDecodeError as wrong:
            raise DataError(f"the text begins with the mark of {marked}, and byte {wrong.start:,} is not") from wrong
    _refuse_damaged(data, error)
    tried = [f"UTF-8 (byte {error.start:,} is not)"]
    declared = _declared(data)
    if declared is not None:
        try:
            return data.decode(declared)
        except UnicodeDecodeError as wrong:
            tried.append(f"{declared}, which it declares (byte {wrong.start:,} is not)")
    from datastork.media.text.alphabets import LANGUAGES
    from datastork.media.text.encodings import guess

    guessed = guess(data)
    if guessed is not None:
        try:
            return data.decode(guessed)
        except UnicodeDecodeError as wrong:
            tried.append(f"{guessed}, which its beginning looks like (byte {wrong.start:,} is not)")
    else:
        tried.append(f"{len(LANGUAGES)} older encodings, none of which surely fits")
    raise DataError(
        f"the encoding of the text is not known; tried {'; '.join(tried)}",
        hint="convert it to UTF-8, for example: iconv -f WINDOWS-1252 -t UTF-8",
    ) from error


def _refuse_damaged(data: bytes, error: UnicodeDecodeError) -> None:
    """Raise DataError for UTF-8 with few wrong bytes, which any other encoding would turn into wrong letters."""
    read = data.decode(errors="replace")
    wrong = read.count("\ufffd")
    right = len(read) - wrong - len(data.translate(None, _HIGH))
    if error.start + 3 >= len(data) and right > 1:
        raise DataError(f"the text is UTF-8 that ends in the middle of a character (byte {error.start:,})") from error
    if right > 2 * wrong:
        raise DataError(
            f"the text is UTF-8, damaged in {wrong:,} places (the first is byte {error.start:,})"
        ) from error


def _declared(data: bytes) -> str | None:
    """Return Python's name of the encoding that a page declares in its first kilobyte, or None."""
    from datastork.media.text.charsets import meant

    found = _DECLARED.search(data[:HEAD])
    if found is None:
        return None
    try:
        name = meant(found[1].decode())
    except LookupError:
        return None
    return None if name.startswith(_NO_CHARSETS) else name


def _seven_bits(data: bytes) -> str | None:
    """Return the text of an encoding of Japanese, Korean or Chinese in ASCII bytes, or None where it is none of these.

    Raises DataError where it is one, and damaged.
    """
    if not data.isascii():
        return None
    found = re.search(rb"\x1b\$(?:[@B]|\)C)|~\{", data)
    if found is None or (found[0] == b"~{" and not _mostly_common(data)):
        return None
    encoding = {b"~{": "hz", b"\x1b$)C": "iso2022_kr"}.get(found[0], "iso2022_jp_2")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as wrong:
        if encoding == "hz":
            return None  # its marks are plain ASCII, which symbols may come to by chance
        raise DataError(f"the text is {encoding}, damaged at byte {wrong.start:,}") from wrong


def _mostly_common(data: bytes) -> bool:
    """Say whether what stands between ~{ and ~} are Chinese characters of the first level, as in prose they are."""
    first = b"".join(run[::2] for run in re.findall(rb"~\{((?:[!-}][!-~])+)", data))
    return len(first) >= 4 and sum(0x30 <= byte <= 0x57 for byte in first) > 0.6 * len(first)


def encode(value: Text) -> Encoded:
    """Return the text as UTF-8. Raises DataError for a lone surrogate."""
    try:
        return Encoded(value.content.encode(), value.format)
    except UnicodeEncodeError as error:
        raise DataError(f"the text holds half a character (a lone surrogate) at {error.start}") from error
