"""Where an address begins to show: a street with its number, a box, a unit, a postcode. Each with how sure that is."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from datastork.media.text.private.address import words as w
from datastork.media.text.private.recogniser import Hints

# house numbers: "12", "12a", "12-14", "3/5"
NUMBER = re.compile(
    r"[0-9](?<![0-9A-Za-z_.,:/$£€#-].)[0-9]{0,5}(?:[-/–][0-9]{1,4})?[A-Za-z]?(?![0-9A-Za-z_%:]|[.,'’][0-9])"
)
_SIDE = r"(?:(?:North|South|East|West|NE|NW|SE|SW|[NSEW])\.? )?"
_SIGN = rf"(?:{w.NAME}|[0-9]{{1,3}}(?:st|nd|rd|th)|(?:{w.LINK}))"
_ENGLISH = re.compile(
    rf",? {_SIDE}(?:{_SIGN} ){{0,3}}(?:{w.NAME}|[0-9]{{1,3}}(?:st|nd|rd|th)|[0-9]{{1,3}}) (?:(?P<sure>{w.STREET})|"
    rf"(?P<else>{w.STREET_OR_ELSE}))\b\.?"
    rf"(?: (?:North|South|East|West|NE|NW|SE|SW|[NSEW])\b)?"
)
_ENGLISH_ALONE = re.compile(r",? (?:the )?(?:Broadway|Strand|Embankment|Mall|Esplanade)\b")
_FIRST = re.compile(
    rf",? ?(?:bis|ter|quater)?,? (?:{w.STREET_FIRST}) ?(?:(?:{w.LINK}|d['’]|l['’]) ?){{0,2}}(?:{w.NAMES}|"
    rf"\w{{3,20}}(?: {w.NAMES})?)"
)
_BEHIND_FIRST = re.compile(
    rf"(?<![\w'’])(?:{w.STREET_FIRST}) ?(?:(?:{w.LINK}|d['’]|l['’]) ?){{0,2}}{w.NAMES},? (?:n[º°o.]{{0,2}} ?|nr\.? ?|"
    rf"č\. ?)?\Z"
)
_FIRST_WORD = re.compile(  # does one of them stand there at all? By its first letter that is soon told
    rf"[{''.join(sorted({one[0] for one in w.STREET_FIRST_PLAIN}))}](?<![\w'’].)"
    rf"(?:{'|'.join(sorted({re.escape(one[1:]) for one in w.STREET_FIRST_PLAIN}))})"
)
_BEHIND_APART = re.compile(rf"(?<![\w'’])(?:{w.NAMES} )(?:[^\W\d]\w{{2,15}} )?(?:{w.STREET_APART}),? (?:nr\.? ?)?\Z")
_BEHIND_GLUED = re.compile(
    rf"(?<![\w'’])(?:{w.NAME} ){{0,2}}[{w.UPPER}][\w'’-]{{0,24}}(?:(?P<sure>{w.STREET_GLUED})|"
    rf"(?P<else>{w.STREET_GLUED_OR_ELSE}))\.?,? (?:nr\.? ?)?\Z"
)
_AHEAD_ANY = re.compile(rf",? ({w.NAMES})(?![\w'’])")
_LOWER = re.compile(r"[^\W\d_A-Z]{2}")
_LIVES = re.compile(
    r"\b(?:address(?:es)?|adress?e|dirección|indirizzo|endereço|liv(?:es?|ed|ing)|resid\w{1,5}|located|situated|"
    r"offices?|meet(?:ing)?|sent|send|ship\w{0,4}|deliver\w{0,3}|"
    r"mailing|moved?|return|arriv\w{1,3}|drops?|taxi|stay\w{0,3}|home|house|stop|corner|side of|it'?s in|back to|"
    r"come to|go to|party at)"
    r"(?:\b[^.!?\n]{0,32})?(?:\b(?:at|on|in|to|is|are|of|same|from|and)|[:;?])\s{1,3}(?:the )?\Z"
)
_YEAR_WORDS = re.compile(
    r"\b(?:in|of|since|by|until|till|during|before|after|early|late|the|year|spring|summer|autumn|"
    r"fall|winter|circa|c\.)\s\Z"
)
_MONTHS = re.compile(
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?$|(?:Chapter|Section|Article|Part|Book|Volume|"
    r"Vol|No|Act|Page|Figure|Table|Level|Grade|Windows|Version|"
    r"Top|Channel|World War|Title|Type|Class|Season|Episode|Step|Day|Week|Route|Highway|Flight|Lot|Group|Team|Verse|"
    r"Psalm|Round|Game|Number|Nr|Room|Platform|Line|Box)\.?\Z"
)

_BOX_BEFORE = re.compile(
    r"(?i)(?<!\w)(?:(?:p\.? ?o\.?|g\.?p\.?o\.?|post(?:al)? office) ?box|postfach|postbus|boîte postale|b\.?p\.?|"
    r"apartado(?: postal)?|casilla|"
    r"caixa postal|private bag|locked bag) ?(?:no\.? ?)?#?\Z"
)
_BOX_NUMBER = re.compile(r"[0-9]{1,6}(?![0-9/])(?:[ -][0-9]{1,4}\b)?")  # "BP 140/90" is a pressure
_BOXES = frozenset(
    ("box", "pobox", "no", "postfach", "postbus", "postale", "b.p", "bp", "apartado", "postal", "casilla", "bag")
)
MILITARY = re.compile(
    r"(?i)\b(?:(?:psc|cmr|unit) [0-9]{3,5},? box [0-9]{1,5}(?:[\s,]{1,6}(?:apo|fpo|"
    r"dpo),? a[aep],? [0-9]{5}(?:-[0-9]{4})?)?"
    r"|(?:us(?:ns|s|cgc|nv) [\w'’-]{2,20}(?: [\w'’-]{2,20})?[\s,]{1,6})?(?:apo|fpo|"
    r"dpo),? a[aep],? [0-9]{5}(?:-[0-9]{4})?)\b"
)
UNIT = re.compile(rf"(?P<what>{w.UNIT}|{w.UNIT.lower()})\.? (?:no\.? ?)?#?[0-9]{{1,5}}[A-Za-z]?(?![\w%]|[.,:][0-9])")
_UNIT_BEFORE = re.compile(rf"(?<![\w'’])(?P<what>{w.UNIT}|{w.UNIT.lower()})\.? (?:no\.? ?)?\Z")
_UNITS = tuple(w.UNIT.lower().split("|"))
POSTCODES = re.compile(
    # United Kingdom
    r"(?:[A-PR-UWYZ](?:[0-9]{1,2}|[A-HK-Y][0-9](?:[0-9]|[ABEHMNPRV-Y])?|[0-9][A-HJKPSTUW]) [0-9][ABD-HJLNP-UW-Z]{2}"
    r"|[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z] [0-9][ABCEGHJ-NPRSTV-Z][0-9])(?![0-9A-Za-z])"  # Canada
)
_POSTCODE_END = re.compile(r"[0-9](?<= .)(?:[ABD-HJLNP-UW-Z]{2}|[ABCEGHJ-NPRSTV-Z][0-9])(?![0-9A-Za-z])")
_CITY_BEFORE = re.compile(rf"(?<![\w'’]){w.NAME}(?: {w.NAME}){{0,2}},? (?:{w.REGIONS}),? \Z")
_ZIP_BEFORE = re.compile(
    r"\b(?:zip|zip ?code|post ?code|postal code|plz|postleitzahl|code postal|código postal|cep|cap|postnummer|"
    r"pin ?code)(?: is|:| =|=|#)? {0,3}\Z"
)
_ZIP = re.compile(r"[0-9]{3,6}(?:[ -][0-9]{2,4}(?![0-9])| [A-Z]{2}(?![\w]))?")
_ZIP_WORDS = ("zip", "code", "plz", "zahl", "postal", "cep", "cap", "postnummer")
CORNER = re.compile(
    rf"\bcorner of (?P<where>(?:the )?[^.,;:!?\n]{{2,48}}?\.? (?:and|"
    rf"&) (?:[0-9]{{1,5}} )?(?:(?:{w.LINK}) )?{w.NAMES}(?: [0-9]{{1,4}})?)(?![\w'’])"
)


class Anchor(NamedTuple):
    """A part of an address; `sure` counts before the parts around it are looked at."""

    start: int
    end: int
    sure: float
    inner: bool = False  # it does not begin an address: what stands before it is looked at too


def anchors(text: str, hints: Hints) -> Iterator[Anchor]:
    """Yield the parts by which addresses are told, in any order."""
    lower, mixed, done, military = hints.lower, hints.mixed, -1, False
    maybe = "po a" in lower or "po, a" in lower or " box " in lower  # "APO AE 09128", "PSC 12 Box 345"
    for start, end in hints.numbers:
        ahead = text[start - 1 : start]
        if mixed:
            if end - start == 1 and ahead == " " and _POSTCODE_END.match(text, start):
                yield from _postcode(text, start)
            if ahead in _X and lower[max(start - 3, 0) : start] == "box":  # "PO BOX385"
                yield from _box(text, start)
        match = NUMBER.match(text, start) if start >= done and ahead not in _NO_NUMBER and end - start < 7 else None
        if not match:
            continue
        done = match.end()
        if maybe and lower[max(start - 5, 0) : start - 1].lstrip(" \n").rpartition(" ")[2] in _MILITARY_WORDS:
            military = True
        if text[done : done + 1] in _AFTER_NUMBER and _leads(text, done):
            yield from _ahead(text, lower, match)
        if ahead == " ":
            yield from _behind(text, lower, match)
    if military:
        yield from (Anchor(*match.span(), 0.9) for match in MILITARY.finditer(text))
    if "corner of" in lower:
        yield from (Anchor(*match.span("where"), 0.6) for match in CORNER.finditer(text))


def _box(text: str, start: int) -> Iterator[Anchor]:
    """Yield the box that a number written without a space belongs to."""
    first = max(start - 24, 0)
    if (found := _BOX_BEFORE.search(text[first:start])) and (number := _BOX_NUMBER.match(text, start)):
        yield Anchor(first + found.start(), number.end(), 0.85, True)


def _postcode(text: str, inner: int) -> Iterator[Anchor]:
    """Yield the British or Canadian postcode whose second part begins at `inner`."""
    for start in range(max(inner - 5, 0), inner - 2):  # the longest first part that fits
        if not text[max(start - 1, 0) : start].isalnum() and (found := POSTCODES.match(text, start)):
            yield Anchor(start, found.end(), 0.75)
            return


def _year(raw: str) -> bool:
    return len(raw) == 4 and raw.isdigit() and 1500 <= int(raw) <= 2099


def _leads(text: str, end: int) -> bool:
    """Return whether a word that streets begin with stands behind a number."""
    word = text[end : end + 24].lstrip(" ,").partition(" ")[0]
    return bool(word) and (word[0].isupper() or word[0].isdigit() or word in _LOWER_FIRST)


def _ahead(text: str, lower: str, match: re.Match[str]) -> Iterator[Anchor]:
    """Yield the street that follows a number."""
    start, end = match.span()
    line = text.find("\n", end, end + 72)
    stop = line if line > 0 else end + 72
    english = _ENGLISH.match(text, end, stop)
    first = None if english else _FIRST.match(text, end, stop) or _ENGLISH_ALONE.match(text, end, stop)
    other = None if english or first else _AHEAD_ANY.match(text, end, stop)
    if not english and not first and not (other and _LOWER.search(other[1]) and not _MONTHS.search(other[1])):
        return
    lives = _lives(lower, start)
    year = _year(match.group())
    if year and not lives and _YEAR_WORDS.search(lower[max(start - 16, 0) : start]):
        return
    unlikely = 0.3 if year else 0.0
    if english:
        yield Anchor(start, english.end(), (0.8 if english["sure"] else 0.6) - unlikely + (0.2 if lives else 0))
    elif first:
        yield Anchor(start, first.end(), 0.75 - unlikely)
    elif other and lives:
        yield Anchor(start, other.end(), 0.55 - unlikely)


def _behind(text: str, lower: str, match: re.Match[str]) -> Iterator[Anchor]:
    """Yield the street, unit or town in front of a number."""
    start, end = match.span()
    first = max(start - 64, text.rfind("\n", max(start - 64, 0), start) + 1, 0)
    behind = text[first:start]
    near = lower[max(start - 24, first) : start]
    said = near.rstrip(" :=#").removesuffix(" is").endswith(_ZIP_WORDS)
    if said and _ZIP_BEFORE.search(near) and (found := _ZIP.match(text, start)):
        yield Anchor(start, found.end(), 0.85)
    last = behind.rstrip(" ,#").rpartition(" ")[2]
    if last.rstrip(".").lower() in _BOXES and (found := _BOX_BEFORE.search(behind)):
        if box := _BOX_NUMBER.match(text, start):
            yield Anchor(first + found.start(), box.end(), 0.85, True)
        return
    unit = last.rstrip(".").lower() in _UNITS or "no" in near[-4:]
    if unit and (found := _UNIT_BEFORE.search(behind.rstrip("#"))):
        strong = found["what"].lower() in ("apartment", "apt", "suite", "ste")
        yield Anchor(first + found.start(), end, 0.65 if strong else 0.3, True)
        return
    if not last or not (last[0].isupper() or last.rstrip(".,") in _APART or last[:2] in ("d'", "d’", "l'", "l’")):
        return
    unlikely = 0.3 if _year(match.group()) else 0.0
    if last in _REGIONS and len(match.group()) >= 5 and (found := _CITY_BEFORE.search(behind)):
        yield Anchor(first + found.start(), end, 0.75)
    elif (_FIRST_WORD.search(behind) and (found := _BEHIND_FIRST.search(behind))) or (
        last.rstrip(".,") in _APART and (found := _BEHIND_APART.search(behind))
    ):
        yield Anchor(first + found.start(), end, 0.8 - unlikely)
    elif last.rstrip(".,").endswith(_GLUED) and (found := _BEHIND_GLUED.search(behind)):
        yield Anchor(first + found.start(), end, (0.8 if found["sure"] else 0.45) - unlikely)
    else:
        yield from _named(text, lower, first, behind, match)


def _named(text: str, lower: str, first: int, behind: str, match: re.Match[str]) -> Iterator[Anchor]:
    """Yield a name with the number behind it, which is a street where something else says so."""
    end = match.end()
    name = _name_before(behind)
    if name < 0 or _DIGIT_GROUP.match(text, end):
        return
    at = first + name
    said = behind[name:].rstrip(" ,")
    lives = _lives(lower, at)
    numbered = name > 1 and behind[name - 2].isdigit()
    goes_on = (
        text[end : end + 1] in (",", "\n", "") or text[end + 1 : end + 2].isupper() or text[end + 1 : end + 2].isdigit()
    )
    if (lives or numbered or goes_on) and _LOWER.search(said) and not _MONTHS.search(said):
        yield Anchor(at, end, (0.6 if lives else 0.4 if numbered else 0.25) - (0.3 if _year(match.group()) else 0.0))


def _name_before(behind: str) -> int:
    """Return where a name of up to four words that ends the text begins, or -1."""
    at, start, words = len(behind.rstrip(" ,")), -1, 0
    while at > 0 and words < 4:
        space = behind.rfind(" ", 0, at)
        word = behind[space + 1 : at]
        if word[-1:] in ",.;:!?)" and not (word.endswith(".") and len(word) < 5):
            break
        if word[:1].isupper():
            words, start = words + 1, space + 1
        elif word not in _LINKS or start < 0:
            break
        at = space
    return start


def _lives(lower: str, at: int) -> bool:
    """Return whether what stands before `at` says that an address follows."""
    ahead = lower[max(at - 64, 0) : at]
    last = ahead.rstrip()
    if last == ahead or not (last[-1:] in ":;?" or last[max(last.rfind(" "), last.rfind("\n")) + 1 :] in _LEADS):
        return False
    return _LIVES.search(ahead) is not None


_X = frozenset("xX")
_NO_NUMBER = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.,:/$£€#-")
_AFTER_NUMBER = frozenset(" ,")
_MILITARY_WORDS = frozenset(("psc", "cmr", "unit", "ap", "aa", "ae"))
_LINKS = frozenset(w.LINK.split("|"))
_LEADS = frozenset(("at", "on", "in", "to", "is", "are", "of", "same", "from", "and", "the"))
_DIGIT_GROUP = re.compile(r"[ -][0-9]{2}")  # the number goes on: no house has such
_APART = frozenset(w.STREET_APART.replace("\\", "").replace(".", "").split("|"))
_GLUED = tuple(f"{w.STREET_GLUED}|{w.STREET_GLUED_OR_ELSE}".split("|"))
_LOWER_FIRST = frozenset(
    (
        "rue",
        "avenue",
        "boulevard",
        "bd",
        "bd.",
        "place",
        "chemin",
        "allée",
        "impasse",
        "quai",
        "route",
        "cours",
        "ul.",
        "ulica",
        "al.",
        "os.",
        "pl.",
        "bis",
        "ter",
        "de",
        "la",
        "the",
    )
)
_REGIONS = frozenset(w.REGIONS.split("|"))
