"""Licences as pages name them, as SPDX ids where that is certain."""

import re
from urllib.parse import urlsplit

_CC = re.compile(r"/licenses/(by(?:-nc)?(?:-nd|-sa)?)/(1\.0|2\.0|2\.5|3\.0|4\.0)(?:/([a-z-]*))?")
_PORTED = frozenset({"au", "at", "de", "nl", "us", "igo", "ch"})  # ports that have an SPDX id of their own
_EXACT = {
    "creativecommons.org/publicdomain/zero/1.0": "CC0-1.0",
    "creativecommons.org/publicdomain/mark/1.0": "CC-PDM-1.0",
    "apache.org/licenses/license-2.0": "Apache-2.0",
    "opensource.org/licenses/mit": "MIT",
    "opensource.org/license/mit": "MIT",
    "opensource.org/licenses/apache-2.0": "Apache-2.0",
    "opensource.org/licenses/bsd-3-clause": "BSD-3-Clause",
    "opensource.org/licenses/bsd-2-clause": "BSD-2-Clause",
    "opendatacommons.org/licenses/odbl/1-0": "ODbL-1.0",
    "opendatacommons.org/licenses/by/1-0": "ODC-By-1.0",
    "opendatacommons.org/licenses/pddl/1-0": "PDDL-1.0",
    "nationalarchives.gov.uk/doc/open-government-licence/version/3": "OGL-UK-3.0",
    "nationalarchives.gov.uk/doc/open-government-licence/version/2": "OGL-UK-2.0",
    "etalab.gouv.fr/licence-ouverte-open-licence": "etalab-2.0",
}
_BY_ID = frozenset({*_EXACT.values(), "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC-BY-ND-4.0", "CC-BY-NC-SA-4.0"})
_IDS = {one.lower(): one for one in _BY_ID | {"CC-BY-NC-ND-4.0"}}


def spdx_of(named: str) -> str | None:
    """Return the SPDX id of the licence at an address, or None where it is not certain.

    >>> spdx_of("https://creativecommons.org/licenses/by-sa/4.0/deed.de")
    'CC-BY-SA-4.0'
    >>> spdx_of("https://example.org/terms")
    """
    text = named.strip()[:500]
    if text.lower() in _IDS:
        return _IDS[text.lower()]
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    host = parts.netloc.lower().removeprefix("www.")
    path = parts.path.lower().rstrip("/")
    if host == "spdx.org" and path.startswith("/licenses/"):
        return _IDS.get(path.removeprefix("/licenses/").removesuffix(".html").removesuffix(".txt"))
    for end in (".html", ".php", ".txt", "/deed", "/legalcode"):
        path = path.removesuffix(end)
    if host == "creativecommons.org":
        found = _CC.match(path)
        if found is not None:
            return _creative_commons(found[1], found[2], found[3] or "")
        path = re.sub(r"(/publicdomain/(?:zero|mark)/1\.0)/.*", r"\1", path)
    return _EXACT.get(host + path)


def is_creative_commons(url: str) -> bool:
    """Say whether an address is that of a Creative Commons licence or dedication."""
    return "creativecommons.org/licenses/" in url or "creativecommons.org/publicdomain/" in url


def _creative_commons(kind: str, version: str, port: str) -> str | None:
    port = "" if port.startswith(("deed", "legalcode")) else port
    if not port:
        return f"CC-{kind.upper()}-{version}"
    if kind == "by" and version == "3.0" and port in _PORTED:
        return f"CC-BY-3.0-{port.upper()}"
    return None
