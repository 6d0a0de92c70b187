"""The recogniser of postal addresses: parts that stand together make one address, surer than any of them alone."""

import re
from collections.abc import Iterable, Iterator

from datastork.media.text.private.address import words as w
from datastork.media.text.private.address.forms import NUMBER, POSTCODES, UNIT, Anchor, anchors
from datastork.media.text.private.finding import Finding
from datastork.media.text.private.recogniser import Hints

_SEPARATOR = re.compile(r"[ \t]{0,3}[,;]?[ \t]{0,3}(?:\n[ \t>*|?#•·\ufffd]{0,8}){0,2},?[ \t]{0,3}")
_ZIP = r"(?:[A-Z]{1,3}-)?(?:[0-9]{3,6}|[0-9]{2}-[0-9]{3})(?:[ -][0-9]{2,4})?(?: [A-Z]{2}\b)?"
_STRONG = re.compile(
    rf"(?:{_ZIP},? {w.NAMES}(?:,? (?:{w.COUNTRIES})\b)?"  # 75001 Paris
    rf"|{w.NAMES},? (?:\n ?,? ?)?[A-Z]{{2,3}}\.?,? {_ZIP}"  # Austin, TX 78701
    rf"|[A-Z]{{2,3}},? {_ZIP}"  # TX 78701
    rf"|{w.NAMES}(?: \([\w ]{{2,20}}\))?,? {_ZIP}"  # Estonia 02151
    rf"|(?:{w.COUNTRIES})\b(?: \([\w ]{{2,20}}\))?(?: {_ZIP})?"
    rf"|{_ZIP})(?![\w%]|[.,:/-][0-9])"
)
_REGION = re.compile(rf"(?:{w.REGIONS})(?![\w])")
_WEAK = re.compile(
    rf"(?:{w.NAMES}(?: \([^()\n]{{2,24}}\))?|[A-Z]{{2,3}}\b)(?=[ \t]*(?:[,.;?!)\n]|$| [0-9]| (?:{w.COUNTRIES})\b))"
)
_BEFORE_NUMBER = re.compile(r"(?<![\w.,:/$£€-])[0-9]{1,6},? \Z")
_BEFORE_PART = re.compile(
    rf"(?<![\w'’])((?:[0-9]{{1,6}}[A-Za-z]? )?(?:[0-9]{{1,6}} )?(?:{w.NAMES})(?: (?:{w.STREET_APART}))?"
    r"(?: [0-9]{1,5}[A-Za-z]?\.?)?)[ \t]{0,8},?(?:[ \t]{0,8}\n[ \t>*|?#•·\ufffd]{0,8})?\Z"
)
_BETWEEN = re.compile(r"[\s,;>*|()?#•·\ufffd-]{0,12}")
_LINK = re.compile(rf"[\s,;>*|()?-]{{0,8}}(?:(?:{w.NAMES}|{w.COUNTRIES})[\s,;>*|()?-]{{1,8}}){{1,2}}")
WEAK = 0.35  # a part that alone is no address
MOST = 260  # characters in one address


class Address:
    """ADDRESS: streets with numbers, boxes, units, postcodes, and the town, region and country beside them."""

    kinds = ("ADDRESS",)

    def find(self, text: str, hints: Hints) -> Iterable[Finding]:
        """Find parts, grow each over what is beside it, and join those that touch."""
        if not hints.numbers and "corner of" not in hints.lower:
            return ()
        if text == hints.lower and len(titled := text.title()) == len(text):
            # a text without capitals: its words are looked at as if they all had one, and believed less
            parts = anchors(titled, hints)
            return join(titled, (one._replace(sure=one.sure - 0.2) for one in parts if one.sure > WEAK + 0.2))
        return join(text, anchors(text, hints))


def join(text: str, parts: Iterable[Anchor]) -> Iterator[Finding]:
    """Yield the addresses that parts make up; a part that is not sure needs another one beside it."""
    grown = sorted(_grow(text, part) for part in parts if part.sure > 0)
    start = end = -1
    sure = 0.0
    for one in grown:
        near = one.start <= end or (
            start >= 0
            and one.end - start <= MOST
            and (_BETWEEN.fullmatch(text, end, one.start) or _LINK.fullmatch(text, end, one.start))
        )
        if near and sure < WEAK <= one.sure - 0.25 and one.start < end:
            start = one.start  # a name before a number that turns out to be something else
        if near and one.end - start <= 2 * MOST:
            more = one.start >= end or one.end > end
            sure = min(max(sure, one.sure) + (0.15 if more and one.sure > 0.25 else 0), 0.95)
            end = max(end, one.end)
            continue
        if sure:
            yield Finding("ADDRESS", start, end, round(sure, 3))
        start, end, sure, _ = one
    if sure:
        yield Finding("ADDRESS", start, end, round(sure, 3))


def _grow(text: str, part: Anchor) -> Anchor:
    """Return a part with the number and name before it, and the units, towns and postcodes after it."""
    start, sure = part.start, part.sure
    head = text[max(start - 96, 0) : start]
    if match := _BEFORE_NUMBER.search(head):
        start -= len(head) - match.start()
    elif part.inner and (match := _BEFORE_PART.search(head)) and any(one.isdigit() for one in match[1]):
        start -= len(head) - match.start(1)
        sure += 0.1
    end, more = _tail(text, part.end)
    return Anchor(start, end, min(sure + more, 0.95))


def _tail(text: str, end: int) -> tuple[int, float]:
    """Return where the parts that follow end, and how much surer they make the address."""
    good, at, more = end, end, 0.0
    for _ in range(6):
        gap = _SEPARATOR.match(text, at)
        after = gap.end() if gap else at
        if after == at or after >= len(text) or after - end > MOST:
            break
        if not text[after].isupper() and not text[after].isdigit() and not UNIT.match(text, after):
            break
        spread = text[at:after]
        limit = after + 72
        if (match := UNIT.match(text, after, limit) or POSTCODES.match(text, after, limit)) or (
            (match := _STRONG.match(text, after, limit))
            and not _is_word(match.group())
            and ("\n" not in spread or _fits(match.group()))
        ):
            good, more = match.end(), more + 0.15
        elif match := _REGION.match(text, after, limit):
            good = match.end()
        elif (match := _WEAK.match(text, after, limit)) and not _is_word(match.group()):
            if "," in spread:
                good = match.end()
        else:
            break
        at = match.end()
    return good, min(more, 0.3)


def _is_word(part: str) -> bool:
    """Return whether a part begins with a word that begins sentences and lines, not towns."""
    pieces = [one.strip(",.:()") for one in part.split()]
    return pieces[0] in w.NOT_A_CITY or not w.CONTACT.isdisjoint(pieces)


def _fits(part: str) -> bool:
    """Return whether a part on a line of its own has letters: a bare number there may be anything."""
    return any(one.isalpha() for one in part) or (part.isdigit() and len(part) == 5)


__all__ = ["NUMBER", "Address", "join"]
