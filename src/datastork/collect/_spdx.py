"""Licences as sources write them, as SPDX ids where that is certain."""

import re
from functools import lru_cache

# https://huggingface.co/docs/hub/repositories-licenses: names of the Hub that are no SPDX id in small letters
_HUB = {
    "c-uda": "C-UDA-1.0",
    "lgpl-lr": "LGPLLR",
    "odbl": "ODbL-1.0",
    "odc-by": "ODC-By-1.0",
    "pddl": "PDDL-1.0",
}
_CC_PARTS = ("by", "by-sa", "by-nc", "by-nc-sa", "by-nd", "by-nc-nd")
_SITE = r"(?:^|[\s(<])(?:https?:)?(?://)?(?:www\.)?"  # an address in it counts, one in the query of another does not
_CC_URL = re.compile(
    _SITE + r"creativecommons\.org/(?:licenses/(?P<parts>[a-z-]{2,9})/(?P<version>\d\.\d)"
    r"(?>(?:/(?!deed|legalcode|rdf)(?P<place>[a-z-]{2,20}))?)|publicdomain/(?P<given>zero|mark)/1\.0)(?=[/?#.,;)>\s]|$)",
    re.IGNORECASE,
)
_OTHER_URLS = tuple(
    (re.compile(_SITE + address, re.IGNORECASE), name)
    for address, name in (
        (r"opendatacommons\.org/licenses/odbl(?:/|$)", "ODbL-1.0"),
        (r"opendatacommons\.org/licenses/by(?:/|$)", "ODC-By-1.0"),
        (r"opendatacommons\.org/licenses/pddl(?:/|$)", "PDDL-1.0"),
        (r"apache\.org/licenses/LICENSE-2\.0", "Apache-2.0"),
        (r"nationalarchives\.gov\.uk/doc/open-government-licence/version/1(?:/|$)", "OGL-UK-1.0"),
        (r"nationalarchives\.gov\.uk/doc/open-government-licence/version/2(?:/|$)", "OGL-UK-2.0"),
        (r"nationalarchives\.gov\.uk/doc/open-government-licence/version/3(?:/|$)", "OGL-UK-3.0"),
        (r"etalab\.gouv\.fr/[\w/.-]{0,100}licence-ouverte-v2\.0", "etalab-2.0"),
    )
)
_IN_URL = re.compile(
    _SITE + r"(?:spdx|opensource)\.org/licenses?/([A-Za-z0-9.+-]{2,40}?)(?:\.html|\.txt|\.json)?/?$", re.IGNORECASE
)
_CC_WORDS = (
    ("creative commons", "cc"),
    ("noncommercial", "nc"), ("non commercial", "nc"), ("noderivatives", "nd"), ("noderivs", "nd"),
    ("no derivatives", "nd"), ("sharealike", "sa"), ("share alike", "sa"), ("attribution", "by"),
    ("international", ""), ("public license", ""), ("license", ""), ("licence", ""), ("unported", ""), ("generic", ""),
)  # fmt: skip
_ZERO = {"1.0", "cc0", "public", "domain", "universal", "dedication"}
LONGEST = 300  # characters; no name of a licence is longer


def spdx(text: str | None) -> str | None:
    """Return the SPDX id of a licence named in a catalogue, an API, a feed or a page, or None where it is not certain.

    Understood are SPDX ids in any case, the names of the Hugging Face Hub, the addresses (which Dublin Core and
    schema.org want) of Creative Commons, Open Data Commons, SPDX, OSI, Apache and the open licences of the British and
    French governments, and "CC BY-SA 4.0" as people write it. A Creative Commons licence without a version, "Public",
    or two addresses of different licences are no licence one can name.

    Example:
        >>> spdx("cc-by-4.0"), spdx("CC BY-NC-SA 4.0"), spdx("https://creativecommons.org/licenses/by-sa/3.0/")
        ('CC-BY-4.0', 'CC-BY-NC-SA-4.0', 'CC-BY-SA-3.0')
        >>> spdx("odbl"), spdx("CC BY"), spdx("Public"), spdx("other")
        ('ODbL-1.0', None, None, None)
    """
    if text is None or len(text) > LONGEST:
        return None
    return _certain(" ".join(text.split()))


@lru_cache(maxsize=4096)
def _certain(plain: str) -> str | None:
    if not plain:
        return None
    return _HUB.get(plain.lower()) or _by_address(plain) or _by_id(plain) or _by_words(plain)


def _by_address(text: str) -> str | None:
    found = {_of_creative_commons(one) for one in _CC_URL.finditer(text)}
    found |= {name for pattern, name in _OTHER_URLS if pattern.search(text)}
    inside = _IN_URL.search(text)
    if inside:
        found.add(_by_id(inside[1]))
    return found.pop() if len(found) == 1 else None


def _of_creative_commons(found: re.Match[str]) -> str | None:
    if found["given"]:
        return _by_id("CC0-1.0" if found["given"].lower() == "zero" else "CC-PDM-1.0")
    place = f"-{found['place']}" if found["place"] else ""
    return _by_id(f"CC-{found['parts']}-{found['version']}{place}") if found["parts"].lower() in _CC_PARTS else None


def _by_id(text: str) -> str | None:
    return _known().get(text.lower())


def _by_words(text: str) -> str | None:
    low = re.sub(r"\([^()]*\)|[-_,:/]", " ", text.lower())
    for words, short in _CC_WORDS:
        low = low.replace(words, short)
    names = low.split()
    if names and names[0] in ("cc0", "zero") and set(names[1:]) <= _ZERO:
        return "CC0-1.0"
    if names and names[0] == "cc":
        names = names[1:]
    version = next((word.removeprefix("v") for word in names if re.fullmatch(r"v?\d\.\d", word)), None)
    parts = [word for word in names if not re.fullmatch(r"v?\d\.\d", word)]
    name = "-".join(dict.fromkeys(parts))
    ordered = {"-".join(sorted(one.split("-"))): one for one in _CC_PARTS}
    right = ordered.get("-".join(sorted(name.split("-"))))
    return _by_id(f"CC-{right}-{version}") if version and right else None


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    from license_expression import get_spdx_licensing

    found: dict[str, str] = {}
    for key, symbol in get_spdx_licensing().known_symbols.items():
        if not key.startswith("LicenseRef-"):
            for alias in getattr(symbol, "aliases", ()):
                found.setdefault(alias.lower(), key)
    for key in get_spdx_licensing().known_symbols:
        if not key.startswith("LicenseRef-"):
            found[key.lower()] = key
    return found
