"""The recogniser of national numbers: a table of forms, each with its check and the words it is introduced by."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from datastork.media.text.private import context
from datastork.media.text.private.finding import Finding
from datastork.media.text.private.national import checks
from datastork.media.text.private.recogniser import Hints


class Form(NamedTuple):
    """How a number is written, what checks it, and how sure a right one is without and with the words."""

    kind: str
    pattern: str
    check: Callable[[str], bool]
    alone: float
    said: float
    words: str

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many digits a number without letters has."""
        return _SIZES[self.kind]


_SIZES = {
    **dict.fromkeys(("US_SSN", "US_ITIN", "NL_BSN", "CA_SIN", "AU_TFN", "PT_NIF"), (9,)),
    **dict.fromkeys(("GB_NHS", "DK_CPR"), (10,)),
    **dict.fromkeys(("DE_TAX_ID", "NO_FNR", "PL_PESEL", "BR_CPF", "BE_NN"), (11,)),
    "SE_PERSONNUMMER": (10, 12),
    "IN_AADHAAR": (12,),
    "CH_AHV": (13,),
    "KR_RRN": (13,),
    "ZA_ID": (13,),
    "FR_NIR": (15,),
    "CN_ID": (18,),
}
_SWEDISH = r"person\S{0,10}nummer|personnr|pnr|samordningsnummer"
_S = r"[ \u00a0.-]?"
_NUMERIC = (
    Form("US_SSN", r"[0-9]{3}-[0-9]{2}-[0-9]{4}", checks.us_ssn, 0.85, 0.97, r"ssn|social security|ss ?#"),
    Form("US_SSN", r"[0-9]{3}[ .]?[0-9]{2}[ .]?[0-9]{4}", checks.us_ssn, 0.2, 0.85, r"ssn|social security|ss ?#"),
    Form("US_ITIN", r"9[0-9]{2}-[0-9]{2}-[0-9]{4}", checks.us_itin, 0.7, 0.95, r"itin|taxpayer"),
    Form("GB_NHS", r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}", checks.gb_nhs, 0.3, 0.95, r"nhs|health service|patient"),
    Form(
        "FR_NIR",
        rf"[12]{_S}[0-9]{{2}}{_S}[0-9]{{2}}{_S}[0-9]{{2}}{_S}[0-9]{{3}}{_S}[0-9]{{3}}{_S}[0-9]{{2}}",
        checks.fr_nir,
        0.85,
        0.97,
        r"nir|insee|sécu(?:rité sociale)?|numéro de sécurité|social security",
    ),
    Form(
        "DE_TAX_ID",
        r"[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{3}",
        checks.de_tax,
        0.45,
        0.95,
        r"steuer\S{0,24}|idnr|tin|tax id",
    ),
    Form(
        "NL_BSN",
        r"[0-9]{4}[. ]?[0-9]{2}[. ]?[0-9]{3}|[0-9]{3}[. ][0-9]{3}[. ][0-9]{3}",
        checks.nl_bsn,
        0.2,
        0.95,
        r"bsn|burgerservicenummer|sofi\S{0,10}",
    ),
    Form("SE_PERSONNUMMER", r"(?:19|20)?[0-9]{6}[-+][0-9]{4}", checks.se_pn, 0.6, 0.95, _SWEDISH),
    Form("SE_PERSONNUMMER", r"(?:19|20)?[0-9]{6} ?[0-9]{4}", checks.se_pn, 0.3, 0.95, _SWEDISH),
    Form("NO_FNR", r"[0-9]{6} ?[0-9]{5}", checks.no_fnr, 0.6, 0.95, r"fødselsnummer|personnummer|fnr|d-nummer"),
    Form("DK_CPR", r"[0-9]{6}[- ]?[0-9]{4}", checks.dk_cpr, 0.25, 0.95, r"cpr\S{0,8}"),
    Form("PL_PESEL", r"[0-9]{11}", checks.pl_pesel, 0.5, 0.97, r"pesel"),
    Form("BR_CPF", r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}", checks.br_cpf, 0.95, 0.98, r"cpf"),
    Form("BR_CPF", r"[0-9]{11}", checks.br_cpf, 0.3, 0.95, r"cpf|cadastro"),
    Form("IN_AADHAAR", r"[0-9]{4}[ -][0-9]{4}[ -][0-9]{4}", checks.in_aadhaar, 0.7, 0.97, r"aadh?aa?r|uidai|uid"),
    Form("IN_AADHAAR", r"[0-9]{12}", checks.in_aadhaar, 0.3, 0.95, r"aadh?aa?r|uidai|uid"),
    Form(
        "CA_SIN",
        r"[0-9]{3}[ -][0-9]{3}[ -][0-9]{3}",
        checks.ca_sin,
        0.45,
        0.95,
        r"sin|social insurance|nas|assurance sociale",
    ),
    Form("CA_SIN", r"[0-9]{9}", checks.ca_sin, 0.15, 0.9, r"sin|social insurance|nas|assurance sociale"),
    Form(
        "BE_NN",
        r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}[.-][0-9]{2}",
        checks.be_nn,
        0.95,
        0.98,
        r"rijksregister\S{0,8}|national register|niss|insz",
    ),
    Form("BE_NN", r"[0-9]{11}", checks.be_nn, 0.3, 0.9, r"rijksregister\S{0,8}|registre national|niss|insz"),
    Form(
        "CH_AHV",
        r"756[. ]?[0-9]{4}[. ]?[0-9]{4}[. ]?[0-9]{2}",
        checks.ch_ahv,
        0.9,
        0.98,
        r"ahv\S{0,8}|avs|sozialversicherung\S{0,10}",
    ),
    Form("AU_TFN", r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{3}", checks.au_tfn, 0.2, 0.95, r"tfn|tax file"),
    Form("PT_NIF", r"[0-9]{3} ?[0-9]{3} ?[0-9]{3}", checks.pt_nif, 0.2, 0.95, r"nif|contribuinte"),
    Form("KR_RRN", r"[0-9]{6}-[0-9]{7}", checks.kr_rrn, 0.85, 0.97, r"rrn|resident registration|주민등록번호"),
    Form("CN_ID", r"[0-9]{18}", checks.cn_id, 0.9, 0.98, r"身份证\S{0,4}|id card|resident identity"),
    Form(
        "ZA_ID",
        r"[0-9]{6} ?[0-9]{4} ?[0-9]{2} ?[0-9]|[0-9]{13}",
        checks.za_id,
        0.4,
        0.95,
        r"south african? id|sa id|id (?:number|no)",
    ),
)
_LETTERED = (
    Form(
        "GB_NINO",
        r"[A-Za-z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-Da-d]",
        checks.gb_nino,
        0.8,
        0.97,
        r"nino|ni (?:number|no)|national insurance",
    ),
    Form(
        "ES_DNI",
        r"[0-9]{8}[ -]?[A-Za-z]|[0-9]{2}\.[0-9]{3}\.[0-9]{3}[ -]?[A-Za-z]|[XYZxyz][ -]?[0-9]{7}[ -]?[A-Za-z]",
        checks.es_dni,
        0.8,
        0.97,
        r"dni|nie|nif|documento nacional",
    ),
    Form(
        "IT_CODICE_FISCALE",
        r"[A-Za-z]{6}[0-9]{2}[A-EHLMPRSTa-ehlmprst][0-9]{2}[A-Za-z][0-9]{3}[A-Za-z]",
        checks.it_cf,
        0.95,
        0.98,
        r"codice fiscale|c\.?f\.?",
    ),
    Form("FI_HETU", r"[0-9]{6}[-+ABCDEFYXWVU][0-9]{3}[0-9A-Y]", checks.fi_hetu, 0.9, 0.98, r"hetu|henkilötunnus"),
    Form("CN_ID", r"[0-9]{17}[Xx]", checks.cn_id, 0.95, 0.98, r"身份证\S{0,4}|id card"),
    Form("FR_NIR", r"[12][0-9]{4}2[AB][0-9]{8}", checks.fr_nir, 0.9, 0.98, r"nir|insee|sécu"),
)

_DIGITS = re.compile(r"[0-9](?<![0-9A-Za-z_].)[0-9]{0,17}(?:[ \u00a0.+-][0-9]{1,14}){0,6}(?![0-9A-Za-z_])")
_NEAR_LETTER = re.compile(  # what the forms with letters have in common: it begins with a digit, so it is found fast
    r"[0-9]{7,8}[ -]?[A-Za-z](?!\w)|[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-Da-d](?!\w)|"
    r"\.[0-9]{3}\.[0-9]{3}[ -]?[A-Za-z](?!\w)"
    r"|[0-9]{2}[A-Za-z][0-9]{2}[A-Za-z][0-9]{3}[A-Za-z]|[0-9]{6}[-+A-Y][0-9]{3}\w(?!\w)|[0-9]{5}2[AB][0-9]{8}|"
    r"[0-9]{17}[Xx]"
)
_GROUP = re.compile(r"[0-9]+")


class National:
    """Numbers of 20 states by form and check digits; those that any tenth number would pass need a word beside them.

    Every kind begins with the country's ISO 3166 code: US_SSN, GB_NHS, GB_NINO, FR_NIR, DE_TAX_ID, …
    """

    kinds = tuple(sorted({form.kind for form in (*_NUMERIC, *_LETTERED)}))

    def __init__(self) -> None:
        self._numeric: dict[int, list[tuple[re.Pattern[str], Form, re.Pattern[str]]]] = {}
        for form in _NUMERIC:
            entry = (re.compile(form.pattern), form, re.compile(rf"(?i)(?<!\w)(?:{form.words})(?!\w)"))
            for size in form.sizes:
                self._numeric.setdefault(size, []).append(entry)
        self._lettered = [
            (
                re.compile(rf"(?<![0-9A-Za-z_])(?:{f.pattern})(?![0-9A-Za-z_])"),
                f,
                re.compile(rf"(?i)(?<!\w)(?:{f.words})(?!\w)"),
            )
            for f in _LETTERED
        ]

    def find(self, text: str, hints: Hints) -> Iterator[Finding]:
        """Try every group of digits, and every run of neighbouring groups, against the forms."""
        for group in hints.groups:
            long = group.end - group.start > 8
            for run in _DIGITS.finditer(text, group.start, group.end + 2) if long else ():
                if run.end() - run.start() > 8:
                    yield from self._run(text, run)
            if _NEAR_LETTER.search(text, group.start, group.end + 3):
                for pattern, form, words in self._lettered:
                    for match in pattern.finditer(text, max(group.start - 8, 0), group.end + 3):
                        yield from _judge(text, match.start(), match.end(), form, words)

    def _run(self, text: str, run: re.Match[str]) -> Iterator[Finding]:
        groups = [one.span() for one in _GROUP.finditer(text, run.start(), run.end())]
        if sum(end - start for start, end in groups) < 9:
            return
        for at, (start, _) in enumerate(groups):
            size = 0
            for first, end in groups[at:]:
                size += end - first
                if size > 18:
                    break
                if size in self._numeric:
                    for pattern, form, words in self._numeric[size]:
                        if pattern.fullmatch(text, start, end):
                            yield from _judge(text, start, end, form, words)


def _judge(text: str, start: int, end: int, form: Form, words: re.Pattern[str]) -> Iterator[Finding]:
    letters = (
        "".join(one for one in text[start:end] if one.isalnum()).upper() if form.kind != "FI_HETU" else text[start:end]
    )
    try:
        right = form.check(letters)
    except (ValueError, KeyError):  # a letter where the form allows one and the check does not
        return
    if right:
        said = context.said(words, text, start, end)
        yield Finding(form.kind, start, end, form.said if said else form.alone)


def is_valid(kind: str, value: str) -> bool:
    """Return whether a value has the form of a national number and the right check digits."""
    for form in (*_NUMERIC, *_LETTERED):
        if form.kind == kind and re.fullmatch(form.pattern, value):
            found = next(_judge(value, 0, len(value), form, re.compile(form.words)), None)
            if found is not None:
                return True
    return False
