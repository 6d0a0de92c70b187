"""Telephone numbers, as people write them in many countries."""

import re
from collections.abc import Iterator

from datastork.media.text.private import context
from datastork.media.text.private.finding import Finding
from datastork.media.text.private.recogniser import Hints

_CODES = re.compile(  # country calling codes (ITU-T E.164)
    r"(?:1|7|2(?:[07]|[1-689][0-9])|3(?:[0-469]|[578][0-9])|4(?:[013-9]|2[0-9])|5(?:[1-8]|[09][0-9])|"
    r"6(?:[0-6]|[7-9][0-9])|8(?:[1246]|[0578][0-9])|9(?:[0-58]|[679][0-9]))"
)
_GAP = r"[ \u00a0\u202f./\u2010\u2011-]"
_NUMBER = re.compile(
    rf"""(?<![0-9A-Za-z_@#=/%$£€¥+-])(?<![0-9][.,:])(?<![A-Za-z]\.)(?:
      (?P<world>(?:\+\ ?|00{_GAP}?)[1-9][0-9]{{0,3}}(?:{_GAP}?\(0?[0-9]{{0,4}}\))?(?:{_GAP}?[0-9]){{5,13}})
    | (?P<area>(?:1{_GAP}?)?\([0-9]{{1,5}}\)\ ?[0-9]{{2,8}}(?:{_GAP}[0-9]{{2,5}}){{0,3}})
    | (?P<american>(?:1{_GAP})?[2-9][0-9]{{2}}(?P<sign>[ .-])[0-9]{{3}}(?P=sign)[0-9]{{4}})
    | (?P<trunk>0[1-37-9][0-9]{{9}}(?![0-9])
      |0(?:[0-9]{{1,4}}|\([0-9]{{1,4}}\))(?:(?:{_GAP}|\ [/-]\ )?[0-9]{{2,8}}){{1,5}})
    | (?P<grouped>[1-9][0-9]{{0,4}}(?:{_GAP}[0-9]{{2,5}}){{1,4}})
    | (?P<bare>[1-9][0-9]{{6,11}})
    )(?P<extension>\ ?,?\ ?(?:x|ext\.?|extension|poste|durchwahl)\ ?[0-9]{{1,6}})?
    (?![0-9A-Za-z_@%]|[.,:/-][0-9]|\ ?[€%])""",
    re.VERBOSE,
)
_WORDS = re.compile(
    r"\b(?:tel|tele?phones?|telefon\w{0,3}|téléphone|teléfono|phone|phones|ph|mobile?|mobil\w{0,2}|móvil|handy|cell|"
    r"cellular|fax|"
    r"call|calls|called|calling|dial|ring|rang|text|txt|texting|sms|whatsapp|signal|telegram|viber|voicemail|pager|"
    r"hotline|helpline|helpdesk|landline|contact|reach|answer|answering|extension|messages?|celular|cellulare|numéro|"
    r"desk|reception|switchboard|rufnummer|tlf|puh|gsm)\b"
)
_AFTER = re.compile(r"^[ \t]*[-–,(:\\]{0,3} ?(?:office|fax|mobile|mob|home|work|cell|direct|desk|phone|tel)\b")
_BEFORE = re.compile(r"(?:^|[\s(])[tmfpch][:.] ?\Z")  # "T: 020 …" in a signature
_LABELS = (
    r"isbn|issn|order|invoice|ref|reference|ticket|tracking|serial|model|patent|pmid|doi|id|account|acct|"
    r"policy|licen[cs]e|ssn|social security|passport|version|lot|sku|vat|tax|nhs|postcode|zip"
)
_ELSE = re.compile(rf"(?:\b(?:{_LABELS})\b|#)[^\n0-9]{{0,18}}\Z")
_LABELLED = re.compile(  # the same words, with nothing but such as "number" between them and the number
    rf"(?:\b(?:{_LABELS})\b|#)(?:['’]?s\b|[ \t:=#.,(-]|\b(?:numbers?|no|nos|nr|num|code|id|is|was|of)\b)*\Z"
)
_MONEY = re.compile(r"(?:\b(?:usd|eur|gbp|rs|inr|chf|rmb|dollars?|euros?)\.?|[$£€¥₹]) ?\Z")
_DATE = re.compile(
    r"(?:1[5-9]|20)[0-9]{2}[-./ ](?:0?[1-9]|1[0-2])[-./ ](?:[0-2]?[0-9]|3[01])(?: [0-9]{2})?"
    r"|[0-3]?[0-9][-./ ][0-3]?[0-9][-./ ](?:(?:1[5-9]|20)[0-9]{2}|[0-9]{2})(?: [0-9]{2})?"
    r"|(?:(?:1[5-9]|20)[0-9]{2}[-/ \u2010\u2011]?){2,}"
)
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:[ \u00a0\u202f.][0-9]{3})+")
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+|[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_LOCAL = re.compile(r"[2-9][0-9]{2}[ -][0-9]{4}")
_SECTION = re.compile(r"0?[0-9]\.[0-9]|00?\.")
# eleven digits of the United Kingdom (Ofcom's national numbering plan: 01, 02, 03, 07, 08 and 09 are in use)
_BRITISH = re.compile(r"0[1-37-9][0-9]{2,8}(?:[ \u00a0-]?[0-9]{2,7}){0,3}")
_RUN_ON = re.compile(  # one that touches letters or its like, as hurried and crammed messages have it
    r"(?:(?<![0-9_@/+])(?<![0-9][.,:-])(?<![A-Za-z]\.)|(?<=[Tt]el\.)|(?<=0[1-37-9][0-9]{9}/))"
    r"(?P<number>(?:0|\+44 ?)[1-37-9][0-9]{2}(?:[ \u00a0-]?[0-9]){7})(?![0-9_@%]|[.,:-][0-9])"
    r"(?:(?P<after>[A-Za-z]{1,16})(?P<more>[0-9_])?|/(?=0[1-37-9][0-9]{9}(?![0-9]))|(?!/[0-9]))"
)
_TOUCHES = re.compile(rb"0[a/]|a[-.]?0")  # in the shape of a text
_LAST_WORD = re.compile(r"([a-z]+)(?:-|\.(?<=tel\.))?\Z")
_LEADS = frozenset(("at", "help", "no", "number", "on", "or", "to"))
_GOES_ON = frozenset(
    ("and", "asap", "before", "by", "for", "from", "fr", "in", "now", "on", "only", "or", "over", "to")
)


class Phone:
    """PHONE: international, with area code, North American, national with a leading 0; others near words of calling.

    Dates, ranges of years, amounts, decimals, IP addresses and numbers introduced as something else are left alone.
    """

    kinds = ("PHONE",)

    def find(self, text: str, hints: Hints) -> Iterator[Finding]:
        """Weigh every number that is written like one."""
        for match in (
            match for group in hints.groups for match in _NUMBER.finditer(text, max(group.start - 2, 0), group.end + 24)
        ):
            sure = _weigh(match)
            if sure > 0:
                yield Finding("PHONE", match.start(), match.end(), sure)
        for group in hints.groups:
            if group.end - group.start > 10 and _TOUCHES.search(hints.shape, max(group.start - 2, 0), group.end + 1):
                yield from _run_on(text, group.start, group.end)


def _weigh(match: re.Match[str]) -> float:
    """Return how sure it is that a number is a telephone number, 0 for certainly not."""
    form = match.lastgroup if match.lastgroup not in ("extension", "sign") else _form(match)
    raw = match.group(form or 0)
    digits = re.sub(r"[^0-9]", "", raw)
    if not 7 <= len(digits) <= 15 or len(set(digits)) < 2:
        return 0
    text, start, end = match.string, match.start(), match.end()
    ahead = context.before(text, start)
    near = bool(
        _WORDS.search(ahead) or _BEFORE.search(ahead) or _AFTER.match(context.after(text, end)) or match["extension"]
    )
    if form == "world":
        known = _CODES.match(digits.removeprefix("00"))
        plus = raw.startswith("+")
        if not known or len(digits) < (8 if plus else 10) or (not plus and _ELSE.search(ahead)):
            return 0
        return 0.95 if plus else 0.9 if near or not raw.isdigit() else 0.4
    british = form == "trunk" and len(digits) == 11 and _BRITISH.fullmatch(raw)
    if (
        (_LABELLED if british else _ELSE).search(ahead)
        or _MONEY.search(ahead)
        or _DECIMAL.fullmatch(raw)
        or _DATE.fullmatch(raw)
    ):
        return 0
    if form == "area":
        return 0.9 if near else 0.75
    if form == "american":
        return 0.9 if near else 0.8
    if form == "trunk":
        return _trunk(raw, digits, near)
    if form == "grouped":
        return _grouped(raw, digits, near)
    return 0.75 if near and len(digits) < 13 else 0.2


def _run_on(text: str, first: int, last: int) -> Iterator[Finding]:
    """Yield British numbers with a word or another one stuck to them: "call0871 …", "0871 …from"; no codes."""
    for match in _RUN_ON.finditer(text, max(first - 1, 0), last + 18):
        start, end = match.span("number")
        ahead = context.before(text, start)
        word, after = _LAST_WORD.search(ahead), (match["after"] or "").lower()
        beside = "/" in text[max(start - 1, 0) : start] + text[end : end + 1]
        if not (word or after or beside) or len(set(text[start:end])) < 3 or _LABELLED.search(ahead):
            continue
        if word and not (word[1] in _LEADS or _WORDS.fullmatch(word[1])):
            continue
        if after not in _GOES_ON and (match["more"] or (after and not word and not _WORDS.search(ahead))):
            continue
        yield Finding("PHONE", start, end, 0.85 if word or _WORDS.search(ahead) else 0.6)


def _form(match: re.Match[str]) -> str:
    return next(name for name in ("world", "area", "american", "trunk", "grouped", "bare") if match[name])


def _trunk(raw: str, digits: str, near: bool) -> float:
    if len(digits) < 8 or len(digits) > 12 or digits.startswith("00") or (len(digits) < 10 and _SECTION.match(raw)):
        return 0.7 if near and len(digits) >= 7 and not digits.startswith("00") else 0
    if near:
        return 0.9
    return 0.7 if not raw.isdigit() else 0.6 if len(digits) in (10, 11) else 0.3


def _grouped(raw: str, digits: str, near: bool) -> float:
    groups = re.split(r"[^0-9]+", raw)
    if len(digits) > 12 or (raw.count(".") and len(groups) < 3) or "/" in raw[5:]:
        return 0
    if _THOUSANDS.fullmatch(raw):
        return 0.7 if near and 8 <= len(digits) <= 10 else 0.2
    if near:
        return 0.8
    return 0.45 if _LOCAL.fullmatch(raw) else 0.3
