"""Licences as catalogues, APIs, feeds and pages write them; dates; citations."""

import pytest
from license_expression import get_spdx_licensing

from datastork.collect._dates import iso_of
from datastork.collect._hub.bibtex import bibtex_of
from datastork.collect._markup import page_of
from datastork.collect._spdx import spdx


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ("cc-by-4.0", "CC-BY-4.0"),
        ("CC BY 4.0", "CC-BY-4.0"),
        ("CC BY-NC-SA 4.0", "CC-BY-NC-SA-4.0"),
        ("Creative Commons Attribution-ShareAlike 3.0 Unported (CC BY-SA 3.0)", "CC-BY-SA-3.0"),
        ("Creative Commons Attribution NonCommercial NoDerivatives 4.0 International", "CC-BY-NC-ND-4.0"),
        ("CC0: Public Domain", "CC0-1.0"),
        ("http://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://creativecommons.org/licenses/by-nc/2.0/deed.de", "CC-BY-NC-2.0"),
        ("https://creativecommons.org/licenses/by/3.0/us/", "CC-BY-3.0-US"),
        ("http://www.creativecommons.org/licenses/by-nc-sa/2.5", "CC-BY-NC-SA-2.5"),
        ("https://creativecommons.org/licenses/by-sa/4.0/legalcode.en", "CC-BY-SA-4.0"),
        (
            "https://creativecommons.org/licenses/by-sa/4.0/, https://creativecommons.org/licenses/by-sa/4.0/deed",
            "CC-BY-SA-4.0",
        ),
        ("https://creativecommons.org/publicdomain/zero/1.0/legalcode.en", "CC0-1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "CC-PDM-1.0"),
        ("https://www.apache.org/licenses/LICENSE-2.0.html", "Apache-2.0"),
        ("http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", "OGL-UK-3.0"),
        ("https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf", "etalab-2.0"),
        ("https://spdx.org/licenses/MIT.html", "MIT"),
        ("CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)", "CC-BY-4.0"),
        ("http://opendatacommons.org/licenses/odbl/1.0/", "ODbL-1.0"),
        ("https://opensource.org/licenses/MIT", "MIT"),
        ("https://spdx.org/licenses/Apache-2.0.html", "Apache-2.0"),
        ("odc-by", "ODC-By-1.0"),
        ("pddl", "PDDL-1.0"),
        ("c-uda", "C-UDA-1.0"),
        ("mit", "MIT"),
        ("gpl-3.0", "GPL-3.0-only"),
    ],
)
def test_a_licence_that_is_certain_gets_its_spdx_id(given: str, right: str) -> None:
    assert spdx(given) == right
    assert right in get_spdx_licensing().known_symbols


@pytest.mark.parametrize(
    "given",
    [None, "", "Public", "other", "unknown", "CC BY", "cc", "openrail", "bsd", "by-nd-sa 4.0", "CC BY 9.9",
     "https://creativecommons.org/licenses/by/9.9/", "https://creativecommons.org/licenses/by-sa/3.0/xx/",
     "https://creativecommons.org/licenses/by/2.5/scotland/", "https://evil.example/creativecommons.org/licenses/by/4.0/",
     "https://creativecommons.org/licenses/by/4.0/ or https://creativecommons.org/licenses/by-nc/4.0/",
     "https://www.etalab.gouv.fr/licence-ouverte-open-licence", "https://example.org/terms", "http://[broken",
     "https://evil.example/?x=creativecommons.org/licenses/by/4.0/",
     "https://notcreativecommons.org/licenses/by/4.0/", "© 2024 all rights reserved", "x" * 10**6, "cc " * 90],
)  # fmt: skip
def test_a_licence_that_is_not_certain_gets_none(given: str | None) -> None:
    assert spdx(given) is None


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ("Sat, 07 Sep 2002 09:42:31 EST", "2002-09-07T14:42:31+00:00"),
        ("07 Sep 02 09:42 +0000", "2002-09-07T09:42:00+00:00"),
        ("2003-12-13T18:30:02.25Z", "2003-12-13T18:30:02+00:00"),
        ("2003-12-13T18:30:02", "2003-12-13T18:30:02+00:00"),
        ("2003-12-13", "2003-12-13"),
        ("9" * 30, None),
        ("2003-13-45", None),
        ("Sat, 99 Sep 2002", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_become_iso_8601_in_utc(given: str | None, right: str | None) -> None:
    assert iso_of(given) == right


def test_only_a_whole_entry_is_a_citation() -> None:
    assert bibtex_of("x @misc{a, t={b}} y @book{c}") == "@misc{a, t={b}}"
    assert bibtex_of("mail me @misc or @misc{never closed") == ""
    assert bibtex_of("@misc{" * 100_000) == ""


def test_a_whole_page_stays_as_it_is() -> None:
    assert page_of(" <!DOCTYPE html><p>x") == b" <!DOCTYPE html><p>x"
    assert page_of("<p>x").startswith(b"<!doctype html>")
