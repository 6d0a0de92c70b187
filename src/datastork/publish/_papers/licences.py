"""Licences: from SPDX ids to the names the Hugging Face Hub knows them by."""

import re
from typing import NamedTuple

# ids of the Hub that are an SPDX id in small letters: https://huggingface.co/docs/hub/repositories-licenses
_SAME = (
    "apache-2.0 mit afl-3.0 artistic-2.0 bsl-1.0 isc ms-pl mpl-2.0 ncsa zlib bsd-2-clause "
    "bsd-3-clause bsd-3-clause-clear ecl-2.0 epl-1.0 epl-2.0 eupl-1.1 agpl-3.0 gpl-2.0 gpl-3.0 "
    "lgpl-2.1 lgpl-3.0 lppl-1.3c ofl-1.1 osl-3.0 cc0-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 "
    "cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-3.0 "
    "cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 etalab-2.0 postgresql unlicense "
    "cdla-sharing-1.0 cdla-permissive-1.0 cdla-permissive-2.0 wtfpl"
)
SAME = frozenset(_SAME.split())
RENAMED = {
    "c-uda-1.0": "c-uda",
    "odbl-1.0": "odbl",
    "odc-by-1.0": "odc-by",
    "pddl-1.0": "pddl",
    "lgpllr": "lgpl-lr",
    "gfdl-1.1": "gfdl",
    "gfdl-1.2": "gfdl",
    "gfdl-1.3": "gfdl",
}


class HubLicence(NamedTuple):
    """What the front matter of a card says: `name` and `link` only where the Hub has no word for it."""

    id: str
    name: str | None = None
    link: str | None = None


def hub_licence(spdx: str | None) -> HubLicence:
    """Return the Hub's word for a licence: "unknown" for none, "other", with name and link, beyond its list.

    Example:
        >>> hub_licence("CC-BY-4.0").id
        'cc-by-4.0'
        >>> hub_licence("CC-BY-SA-2.0")
        HubLicence(id='other', name='CC-BY-SA-2.0', link='https://spdx.org/licenses/CC-BY-SA-2.0.html')
    """
    given = (spdx or "").strip()
    if not given:
        return HubLicence("unknown")
    plain = given.lower()
    # "or later" and "only" are one entry on the Hub
    bare = re.sub(r"(-only|-or-later|-invariants|-no-invariants|\+)+$", "", plain)
    if plain in RENAMED or bare in RENAMED:
        return HubLicence(RENAMED.get(plain) or RENAMED[bare])
    if plain in SAME or bare in SAME:
        return HubLicence(plain if plain in SAME else bare)
    return HubLicence("other", given, licence_link(given) or "LICENSE")


def licence_link(spdx: str) -> str | None:
    """Return the address of a licence's text, or None for an expression or a licence of one's own."""
    from license_expression import get_spdx_licensing

    if not re.fullmatch(r"[A-Za-z0-9.+-]+", spdx) or spdx.lower().startswith("licenseref-"):
        return None
    known = get_spdx_licensing().known_symbols
    found = {key.lower(): key for key in known}.get(spdx.lower())
    return f"https://spdx.org/licenses/{found}.html" if found and not found.startswith("LicenseRef-") else None
