"""The card: measured, declared or unknown; and nothing in it comes alive."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.core.findings import Findings, Table
from datastork.publish._papers.front_matter import front_matter, size_category
from datastork.publish._papers.licences import hub_licence
from datastork.publish._papers.markdown import escaped
from datastork.publish.folder import folder
from datastork.publish.huggingface import huggingface
from datastork.store.release import Release

EVIL = "</td><script>alert(1)</script>|\n# heading\n![x](javascript:1) `code` ---\u202e"


def card_of(release: Release) -> str:
    huggingface(release, to="card")
    return (release.root / "card/README.md").read_text()


def test_every_number_is_from_the_record(birds: Release) -> None:
    card = card_of(birds)
    assert "Of 15 samples, 12 were kept, 2 dropped and 1 could not be read." in card
    assert "| `clean.image.blurry` | `below = 60.0` | 14 | 12 | 2 | 0 |" in card
    assert "| `train` | 8 | 66.7 % |" in card
    assert "| `wren` | 3 | 0 | 1 |" in card
    assert "| `robin` | 4 | 1 | 2 |" in card
    assert "Without a label: 1 in `train`." in card
    assert "11 votes by 1 annotator: all came with the samples" in card
    assert "| `ratio` | 2.5 |" in card
    assert "> **Warning:** Few wrens." in card
    assert "3 samples carry a licence other than that of the dataset." in card
    assert "- **Content hash:** `c0ffee`" in card


def test_what_nobody_declared_is_unknown(store: Callable[..., Release], row: Any, picture: Any) -> None:
    release = store([row(picture(0), "a", "train")], {})
    bare = replace(release, record={}, findings={})
    card = card_of(bare)
    for heading in ("Direct Use", "Out-of-Scope Use", "Curation Rationale", "Recommendations"):
        assert f"### {heading}\n\nunknown\n" in card
    for line in ("Task", "Authors", "Curated by", "License", "Homepage", "Content hash"):
        assert f"- **{line}:** unknown\n" in card
    assert "language:" not in card
    assert "task_categories" not in card
    assert "Measured" not in card
    assert "None" not in card


def test_what_was_declared_is_quoted(birds: Release) -> None:
    facts = {
        **birds.facts,
        "citation": "@misc{b,\n title={B}}\n```",
        "homepage": "https://x.org/b",
        "title": "Birds!",
    }
    card = card_of(replace(birds, facts=facts))
    assert "# Dataset Card for Birds\\!\n" in card
    assert "Birds at a table.\n\nSeen from the kitchen.\n" in card
    assert "````\n@misc{b,\n title={B}}\n```\n````\n" in card
    assert "- **Homepage:** <https://x.org/b>\n" in card
    assert 'pretty_name: "Birds!"' in card


def test_nothing_from_data_becomes_markup(store: Callable[..., Release], row: Any, picture: Any) -> None:
    facts: dict[str, Any] = dict.fromkeys(("name", "description", "homepage", "citation", "language", "license"), EVIL)
    facts |= {"authors": [EVIL], "task": "image-classification"}
    samples = [row(picture(0), EVIL, "train", author=EVIL, license=EVIL, uri=EVIL, group=EVIL)]
    release = store(samples, facts)
    step = {"name": EVIL, "use": EVIL, "settings": {EVIL: EVIL}, "in": 1, "out": 1, "kept": 1, "dropped": 0}
    findings = Findings(EVIL, (EVIL,), (EVIL,), {EVIL: EVIL}, (Table(EVIL, (EVIL, "b"), ((EVIL, 1),)),))
    release = replace(
        release, record={**release.record, "steps": [{**step, "quarantined": 0}]}, findings={"x": findings}
    )
    body = card_of(release).split("---\n", 2)[2]
    outside = []
    fenced = False
    for line in body.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced:
            outside.append(line)
    assert not any(line.startswith("# heading") for line in outside)
    for line in outside:
        plain = "".join(part for n, part in enumerate(line.replace("\\`", "").split("`")) if n % 2 == 0)
        assert "<script" not in plain.replace("&lt;script", "") or line.count("``") >= 2
    tables = [line for line in outside if line.startswith("|")]
    assert tables
    widths = {line.replace("\\|", "").count("|") for line in tables}
    assert widths <= {3, 4, 5, 7}
    assert "\u202e" not in body


@given(st.text(max_size=60))
def test_an_escaped_text_is_one_harmless_line(text: str) -> None:
    shown = escaped(text)
    assert len(shown.splitlines()) <= 1
    assert "<" not in shown
    bare = shown.replace("\\\\", "")
    for mark in "`*_[]|#$":
        assert bare.count(mark) == bare.count("\\" + mark)


def test_dataset_json_is_strict_json(birds: Release) -> None:
    folder(birds, to="out")

    def refuse(text: str) -> None:
        raise AssertionError(text)

    found = json.loads((birds.root / "out/dataset.json").read_text(), parse_constant=refuse)
    assert found["findings"]["balance"]["numbers"] == {"ratio": 2.5, "missing": None}
    assert found["splits"]["train"]["labels"] == {"wren": 3, "robin": 4}
    assert found["unlabelled"] == {"train": 1}
    assert found["version"] == 3


def test_settings_tell_no_folder_of_the_machine(birds: Release) -> None:
    settings = {"path": f"{birds.root}/raw/*.png", "other": "/home/jan/secret/x.csv", "more": ["~/y"], "n": 1}
    step = {"name": "files", "use": "collect.files", "settings": settings}
    counts = dict.fromkeys(("in", "out", "kept", "dropped", "quarantined"), 0)
    release = replace(birds, record={**birds.record, "steps": [{**step, **counts}]})
    assert "`path = raw/*.png`, `other = …/x.csv`, `more = ['…/y']`, `n = 1`" in card_of(release)
    everything = b"".join(p.read_bytes() for p in (birds.root / "card").rglob("*") if p.is_file())
    assert b"/home/jan" not in everything
    assert str(birds.root).encode() not in everything


VALUES = st.recursive(
    st.text(max_size=20) | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=8), VALUES, min_size=1, max_size=4))
def test_front_matter_reads_back_as_it_was(value: dict[str, Any]) -> None:
    yaml = pytest.importorskip("yaml", reason="PyYAML is the oracle of the front matter")
    surrogates = any("\ud800" <= c <= "\udfff" for c in json.dumps(value, ensure_ascii=False))
    text = front_matter(value)
    head, _, rest = text.partition("---\n")
    assert head == ""
    assert rest.endswith("---\n")
    assert "\n---\n" not in rest.removesuffix("---\n")
    if not surrogates:
        assert yaml.safe_load(rest.removesuffix("---\n")) == value


@pytest.mark.parametrize(
    ("samples", "word"),
    [
        (1, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (10**4, "10K<n<100K"), (10**5, "100K<n<1M"),
        (10**6, "1M<n<10M"), (10**9, "1B<n<10B"), (10**12 - 1, "100B<n<1T"), (10**12, "n>1T"),
    ],
)  # fmt: skip
def test_sizes_are_the_words_of_the_hub(samples: int, word: str) -> None:
    assert size_category(samples) == word


@pytest.mark.parametrize(
    ("spdx", "hub"),
    [
        ("CC-BY-4.0", "cc-by-4.0"),
        ("CC0-1.0", "cc0-1.0"),
        ("ODbL-1.0", "odbl"),
        ("ODC-By-1.0", "odc-by"),
        ("PDDL-1.0", "pddl"),
        ("C-UDA-1.0", "c-uda"),
        ("GPL-3.0-or-later", "gpl-3.0"),
        ("AGPL-3.0-only", "agpl-3.0"),
        ("GFDL-1.3-no-invariants-or-later", "gfdl"),
        ("BSL-1.0", "bsl-1.0"),
        ("etalab-2.0", "etalab-2.0"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_licences_have_the_ids_of_the_hub(spdx: str | None, hub: str) -> None:
    assert hub_licence(spdx) == (hub, None, None)


@pytest.mark.parametrize(
    ("spdx", "link"),
    [
        ("CC-BY-SA-2.0", "https://spdx.org/licenses/CC-BY-SA-2.0.html"),
        ("ogl-uk-3.0", "https://spdx.org/licenses/OGL-UK-3.0.html"),
        ("LicenseRef-mine", "LICENSE"),
        ("CC-BY-4.0 AND MIT", "LICENSE"),
        ("no such thing", "LICENSE"),
    ],
)
def test_a_licence_the_hub_does_not_list_is_other(spdx: str, link: str) -> None:
    assert hub_licence(spdx) == ("other", spdx, link)
