"""Pages in the charset their server names, as UTF-8."""

import codecs
import re

from datastork.core.errors import DataError
from datastork.media.text.charsets import meant

BOM = codecs.BOM_UTF8
_NAMED = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:+-]{1,40})", re.IGNORECASE)
_KNOWN = frozenset(
    {"utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "cp866"}
    | {"cp874", "cp932", "cp949", "gb18030", "big5hkscs", "euc_jp", "iso2022_jp", "cp1252"}
    | {f"cp125{digit}" for digit in range(9)}
    | {f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)}
)


def as_utf8(body: bytes, content_type: str) -> bytes:
    r"""Return a page as UTF-8, with a byte order mark, where `content_type` or a mark says it is something else.

    A page whose charset nobody outside of it names is returned as it is. Raises DataError where the charset is not
    known or the page is not in it.

    >>> as_utf8(b"caf\xe9", "text/html; charset=latin1").decode("utf-8-sig")
    'café'
    """
    if body.startswith(BOM):
        return body
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return BOM + _decoded(body, "utf-16", "UTF-16").encode("utf-8", "strict")
    named = _NAMED.search(content_type)
    if named is None:
        return body
    try:
        codec = meant(named[1])
    except LookupError:
        codec = ""
    if codec not in _KNOWN:
        if _is_utf8(body):
            return body
        raise DataError(f"its charset {named[1]!r} is not known")
    if codec == "utf-8":
        _decoded(body, codec, named[1])
        return body
    return BOM + _decoded(body, codec, named[1]).encode("utf-8", "strict")


def _decoded(body: bytes, codec: str, name: str) -> str:
    try:
        return body.decode(codec)
    except UnicodeDecodeError as error:
        if codec == "cp1252":
            return body.decode("latin-1")  # five bytes have no meaning there, and browsers pass them on
        raise DataError(f"it says that it is {name}, and is not (byte {error.start:,})") from error


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
