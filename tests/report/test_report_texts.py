"""Texts in the report: shown as they begin, compared where they differ, and never let in as markup."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_report_page import Tags

import datastork as ds
from datastork.report.texts import SHOWN, compared, excerpt, shortened

HOSTILE = '</script><img src=x onerror=alert(1)> & "quoted" \u202eevil\u202c <b>bold</b>'
ARABIC = "السلام عليكم ورحمة الله وبركاته"
RECIPE = """
[dataset]
name = "messages"
task = "text-classification"
license = "CC0-1.0"

[[step]]
use = "collect.files"
path = "raw/**/*.txt"
label = "folder"

[[step]]
use = "clean.exact_dup"

[[step]]
use = "label.resolve"

[[step]]
use = "split.random"

[[step]]
use = "measure.text.length"

[[step]]
use = "measure.text.richness"

[[step]]
use = "measure.text.ngrams"
"""


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a dataset of texts with copies, a broken file and hostile content."""
    root = tmp_path_factory.mktemp("texts")
    for number in range(40):
        place = root / "raw" / ("ham", "spam")[number % 2] / f"{number:02}.txt"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"message number {number} says word{number} and word{number * 7 % 11}\n\nbye")
    (root / "raw" / "odd").mkdir()
    (root / "raw" / "odd" / "hostile.txt").write_text(HOSTILE)
    (root / "raw" / "odd" / "arabic.txt").write_text(ARABIC)
    (root / "raw" / "ham" / "copy.txt").write_text((root / "raw" / "ham" / "00.txt").read_text())
    (root / "raw" / "spam" / "broken.txt").write_bytes(b"caught <i>in</i> the middle \xff\xff\x00")
    (root / "raw" / "spam" / "long.txt").write_text("very long " * 5000)
    (root / "stork.toml").write_text(RECIPE)
    ds.open(root).build()
    return root


@pytest.fixture(scope="module")
def page(texts: Path) -> str:
    return ds.open(texts).report(texts.parent / "texts.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tags(page: str) -> Tags:
    return Tags(page)


def test_texts_are_shown_with_their_split_and_length(page, tags):
    shown = "".join(tags.words)
    assert ARABIC in shown
    assert re.search(r"(train|test) · 31 characters · [0-9a-f]{24}", shown)
    assert {given.get("dir") for given in tags.of("p") if given.get("class") == "text"} == {"auto"}


def test_hostile_texts_are_shown_and_not_obeyed(page, tags):
    shown = "".join(tags.words)
    assert '</script><img src=x onerror=alert(1)> & "quoted" \ufffdevil\ufffd <b>bold</b>' in shown
    assert "\u202e" not in page
    assert "<img src=x" not in page
    assert {tag for tag, _ in tags.tags}.isdisjoint({"script", "img", "i"})


def test_a_copy_stands_beside_what_it_copies(page):
    assert "the same words" in page


def test_what_cannot_be_read_is_shown_as_far_as_it_goes(page, tags):
    assert "caught <i>in</i> the middle" in "".join(tags.words)


def test_curves_are_drawn_and_told(tags):
    plots = [given for given in tags.of("svg") if given.get("class") == "plot"]
    assert len(plots) == 2
    assert all(given["aria-label"] for given in plots)
    assert "".join(tags.words).count("As numbers") >= 4


def test_every_tag_is_closed(tags):
    assert (tags.wrong, tags.open) == ([], [])


def test_one_sample_is_shown_whole(texts, tmp_path):
    place = tmp_path / "one.html"
    show("long.txt", texts, "--html", place)
    page = place.read_text(encoding="utf-8")
    assert page.count("very long") == 2000
    assert "50,000 characters in all" in page


def test_a_contact_sheet_of_texts(texts, tmp_path):
    place = tmp_path / "sheet.html"
    show(texts, "--html", place)
    tags = Tags(place.read_text(encoding="utf-8"))
    assert (tags.wrong, tags.open) == ([], [])
    assert ARABIC in "".join(tags.words)
    assert "img" not in {tag for tag, _ in tags.tags}


def show(*arguments):
    from click.testing import CliRunner

    from datastork.cli.commands.show import command

    ran = CliRunner().invoke(command, [str(one) for one in arguments], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return ran.output


def test_a_list_says_how_texts_begin(texts):
    lines = show(texts, "--limit", 0).splitlines()
    assert lines[0].split("\t")[-1] == "text"
    assert any(line.endswith("message number 1 says word1 and word7 bye") for line in lines)
    assert not any("\u202e" in line for line in lines)


def test_one_text_is_printed(texts):
    told = show("hostile.txt", texts)
    assert told.startswith('</script><img src=x onerror=alert(1)> & "quoted" \\u202eevil')
    assert "50,000 characters in all" in show("long.txt", texts)


GUARDED = """
[dataset]
name = "guarded"
task = "text-generation"
license = "CC0-1.0"

[[step]]
use = "collect.table"
path = "mail.csv"
text = "text"

[[step]]
use = "clean.text.too_short"
words = 6

[[step]]
use = "clean.near_dup"

[[step]]
use = "clean.pii"
"""


def test_what_was_dropped_is_shown_without_personal_data(tmp_path):
    """Texts of a table, dropped before the step that would have redacted them, and copies among them."""
    secret = "jan.novak@example.org"
    long = " ".join(f"word{at}" for at in range(60))
    rows = [
        f"call {secret}",
        f"{long} write to {secret} soon",
        f"{long} write to {secret} now",
        "x" * 390 + f" {secret} y",
    ]
    rows += [f"the message number {at} is long enough to be kept" for at in range(5)]
    (tmp_path / "mail.csv").write_text("text\n" + "".join(f"{row}\n" for row in rows))
    (tmp_path / "stork.toml").write_text(GUARDED)
    dataset = ds.open(tmp_path)
    dataset.build()

    page = dataset.report().read_text(encoding="utf-8")
    assert "call [EMAIL]" in page
    assert page.count("[EMAIL]") >= 3
    told = [page, show(tmp_path, "--limit", 0), show("mail.csv#0", tmp_path)]
    for sample in ("mail.csv#0", "mail.csv#3"):
        show(sample, tmp_path, "--html", tmp_path / "one.html")
        told.append((tmp_path / "one.html").read_text(encoding="utf-8"))
    show(tmp_path, "--html", tmp_path / "sheet.html")
    told.append((tmp_path / "sheet.html").read_text(encoding="utf-8"))
    assert [text for text in told if "novak" in text] == []


WORDS = st.lists(st.sampled_from(["a", "b", "c", "dd", "\n"]), max_size=60).map(" ".join)


@settings(deadline=None)
@given(WORDS, WORDS)
def test_what_is_not_marked_is_in_both(one, other):
    found = compared(one, other)
    left, right = ([piece.text for piece in side if not piece.differs and piece.text != "…"] for side in found[:2])
    if not found.same:
        assert left == right
    else:
        assert one.split() == other.split()


def test_a_difference_far_inside_is_found():
    words = [f"w{at}" for at in range(5000)]
    found = compared(" ".join(words), " ".join([*words[:3000], "other", *words[3001:]]))
    assert [piece.text for piece in found.left if piece.differs] == ["w3000"]
    assert [piece.text for piece in found.right if piece.differs] == ["other"]
    assert sum(len(piece.text) for piece in found.left) <= SHOWN + 20


@pytest.mark.parametrize(
    ("one", "other"), [("a " * 100_000, "b " + "a " * 100_000), ("x" * 200_000, "y" * 200_000), ("", "a"), ("", "")]
)
def test_comparing_takes_little_time(one, other):
    started = time.process_time()
    compared(one, other)
    assert time.process_time() - started < 3.0


@settings(deadline=None)
@given(st.text(max_size=200), st.integers(2, 50), st.integers(1, 4))
def test_an_excerpt_is_short_and_says_where_it_goes_on(text, most, lines):
    found = shortened(text, most, lines)
    assert len(found) <= most + 2
    assert found.count("\n") < lines
    if not found.endswith("…"):
        assert [line.strip() for line in found.split("\n")] == [
            line.strip() for line in text.split("\n") if line.strip()
        ] or not found


def test_an_excerpt_of_what_is_no_text():
    found = excerpt(b"begins well \xff\xfe", 100)
    assert found.text.startswith("begins well")
    assert not found.sound
