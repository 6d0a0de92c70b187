"""In which encoding a file of text is: what its bytes prove, and a guess where they prove nothing, which is told."""

import codecs
from collections.abc import Callable

from datastork.core.errors import RecipeError, SourceError
from datastork.tables.reading.opening import Bytes

Guess = Callable[[bytes], str | None]
"""Says which encoding bytes are in that are not UTF-8, or None where that is not sure."""

BLOCK = 1 << 20
MOST_NULS = 0.05  # of the bytes of a text that is damaged; more are no text
FEW_NULS = 8  # are damage in a text of any size


def known(encoding: str) -> str:
    """Return the name of an encoding as Python says it. Raises RecipeError for one that is not there."""
    try:
        name = codecs.lookup(encoding).name
        "".encode(name)
        if isinstance(codecs.getincrementaldecoder(name)().decode(b""), str):
            return name
    except (LookupError, TypeError, AttributeError):
        pass
    hint = "such as utf-8, utf-16, cp1252, iso8859-15, shift_jis"
    raise RecipeError([f"encoding: there is no encoding {encoding!r}"], hint=hint)


def find_encoding(source: Bytes, guess: Guess | None = None) -> tuple[str, list[str]]:
    """Return the encoding of a file (its Python name) and what the user should know of it.

    What decides is a mark at the beginning, else the first megabyte that holds more than ASCII: UTF-8 where its lines
    are valid as such, or most of them; else what `guess` says of them, else Windows' cp1252. UTF-16 without a mark is
    known by its zeros.

    Raises SourceError for an empty file and for one that is no text.
    """
    block = source.read(BLOCK)
    if not block:
        raise SourceError(f"{source.name} is empty")
    if block.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32", [f"{source.name} was read as UTF-32"]
    if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", [f"{source.name} was read as UTF-16"]
    if b"\0" in block:
        wide = _wide(block)
        if wide is not None:
            return wide, [f"{source.name} was read as {wide.upper()}, which it does not say"]
        if block.count(b"\0") > max(FEW_NULS, MOST_NULS * len(block)):
            raise SourceError(f"{source.name} is no text (it holds NUL bytes)")
    while block.isascii():
        last = block
        block = source.read(BLOCK)
        if not block:
            return "utf-8", []
        if last[-1:] not in b"\r\n":
            block = last[max(last.rfind(b"\n"), last.rfind(b"\r")) + 1 :][-BLOCK:] + block
    return _judged(source, block, guess)


def _judged(source: Bytes, block: bytes, guess: Guess | None) -> tuple[str, list[str]]:
    if len(block) >= BLOCK:  # its last line may be cut in a character
        block = block[: max(block.rfind(b"\n"), block.rfind(b"\r")) + 1] or block[:-4]
    if _decodes(block, "utf-8"):
        return "utf-8", []
    lines = [line for line in block.splitlines() if not line.isascii()]
    good = sum(_decodes(line, "utf-8") for line in lines)
    if 2 * good >= len(lines):
        return "utf-8", []
    bad = [line for line in lines if not _decodes(line, "utf-8")]
    sample = b"\n".join(bad)
    found = guess(sample) if guess is not None else None
    if found is None:
        found = "cp1252" if _decodes(sample, "cp1252") else "latin-1"
    notes = [f"{source.name} is not UTF-8; it was read as {found}; if that is wrong, give its encoding"]
    if good:
        notes.append(f"{source.name}: {good} of its lines are UTF-8 all the same, and are read wrongly")
    return found, notes


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _wide(block: bytes) -> str | None:
    """Return which UTF-16 it is, where nearly every other byte is zero."""
    pairs = len(block) // 2
    even, odd = block[0 : 2 * pairs : 2].count(0), block[1 : 2 * pairs : 2].count(0)
    if pairs and odd > 0.6 * pairs and even < 0.05 * pairs:
        return "utf-16-le"
    if pairs and even > 0.6 * pairs and odd < 0.05 * pairs:
        return "utf-16-be"
    return None
