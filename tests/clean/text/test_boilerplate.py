"""Lines that many texts have are found, cut where they were found, and nowhere else."""

import daft
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import datastork as ds
from datastork.clean.text.boilerplate import boilerplate
from datastork.clean.text.cut_lines import cut_lines
from datastork.core import Drop
from datastork.core.errors import DataError
from datastork.media.text import Text
from datastork.media.text.measures.line_hashes import LineHashes, line_hash
from datastork.testing import check_step

MENU = "Home\nLog in\n\n"
FOOTER = "\n\nCopyright 2024 Example Ltd, all rights reserved."
BODIES = [f"The {bird} sang.\n\nThen the {bird} flew." for bird in ("robin", "wren", "rook", "owl", "jay", "tit")]


def found(texts, **settings):
    """Run the step; return for each text its share, the numbers of its lines, and the reason it goes."""
    facts = [LineHashes.of(Text(text)) for text in texts]
    table = pa.table(
        {
            "id": [f"{number:03}" for number in range(len(texts))],
            "line_hashes": pa.array([one.line_hashes for one in facts], pa.large_binary()),
            "line_lengths": pa.array([one.line_lengths for one in facts], pa.large_binary()),
        }
    )
    rows = boilerplate(daft.from_arrow(table), **settings).sort("id").to_pylist()
    numbers = [
        [int(part.split(":")[0]) for part in (row["boilerplate_lines"] or "").split(",") if part] for row in rows
    ]
    return [row["boilerplate_share"] for row in rows], numbers, [row["drop_reason"] for row in rows]


def told(text, *numbers):
    return ",".join(f"{number}:{line_hash(text.lines[number - 1].strip()).hex()[:4]}" for number in numbers)


def test_both_keep_their_promises():
    check_step("clean.text.boilerplate")
    check_step("clean.text.cut_lines")


def test_lines_of_many_texts_are_found():
    share, lines, dropped = found([MENU + body + FOOTER for body in BODIES], min_documents=6)

    assert lines == [[1, 2, 8]] * 6
    footer, menu = len(FOOTER.strip()), len("HomeLog in")
    assert share[0] == pytest.approx((footer + menu) / (footer + menu + len(BODIES[0]) - 2))
    assert dropped == [None] * 6
    assert found([MENU + body + FOOTER for body in BODIES], min_documents=7)[1] == [[]] * 6


def test_numbers_case_and_spaces_do_not_hide_a_line():
    texts = [f"{body}\n  © 20{20 + n}  EXAMPLE\tLtd, Page {n}\n" for n, body in enumerate(BODIES)]

    assert found(texts, min_documents=6)[1] == [[4]] * 6


def test_a_short_line_counts_only_beside_another():
    talk = [f"{body}\n\nYes, sir.\n\nThe end of number {'abcdef'[n]}." for n, body in enumerate(BODIES)]

    assert found(talk, min_documents=6)[1] == [[]] * 6
    assert found(talk, min_documents=6, min_characters=5)[1] == [[5]] * 6


def test_texts_of_the_same_lines_count_as_one():
    assert found([BODIES[0]] * 20 + BODIES[1:], min_documents=3)[1] == [[]] * 25


def test_a_line_counts_once_for_each_text():
    texts = ["This line is here again.\n" * 20 + body for body in BODIES[:2]] + BODIES[2:]

    assert found(texts, min_documents=3)[1] == [[]] * 6


def test_a_text_that_is_nothing_else_goes():
    texts = [MENU + body + FOOTER for body in BODIES] + [MENU + FOOTER, "", "\n \n"]

    share, lines, dropped = found(texts, min_documents=6)

    assert share[6:] == [1.0, 0.0, 0.0]
    assert lines[6:] == [[1, 2, 6], [], []]
    assert dropped[6:] == ["boilerplate 1.00 ≥ 1 of its characters", None, None]
    assert sum(reason is not None for reason in found(texts, min_documents=6, drop_from=0.5)[2]) == 7


def test_no_texts_and_blank_texts_are_no_trouble():
    assert found([""]) == ([0.0], [[]], [None])
    assert found(["", " ", "\n"]) == ([0.0] * 3, [[]] * 3, [None] * 3)


def test_cutting():
    text = Text(MENU + BODIES[0] + FOOTER)

    cut = cut_lines(text, lines=told(text, 1, 2, 8))

    assert cut.content == "The robin sang.\n\nThen the robin flew.\n"
    assert cut_lines(text) is text
    middle = Text("one\n\nAD\n\ntwo\nAD\nthree")
    assert cut_lines(middle, lines=told(middle, 3, 6)).content == "one\n\ntwo\nthree"


def test_a_text_of_which_nothing_is_left_goes():
    text = Text("Home\n\nLog in\n")

    assert cut_lines(text, lines=told(text, 1, 3)) == Drop("nothing but lines that many texts have")


@pytest.mark.parametrize("changed", ["A new line\nHome\nThe robin sang.", "The robin sang."])
def test_lines_that_moved_are_an_error_and_not_cut(changed):
    text = Text("Home\nLog in\nThe robin sang.")

    with pytest.raises(DataError, match="line 1 is not the one"):
        cut_lines(Text(changed), lines=told(text, 1, 2))


def test_a_nul_in_a_text_is_no_cut():
    text = Text("a\n\0\nAD\nb")

    assert cut_lines(text, lines=told(text, 3)).content == "a\n\0\nb"


@given(st.lists(st.sampled_from(["", " ", "one", "two", "three", "\0"]), min_size=1, max_size=12), st.data())
def test_cutting_keeps_the_other_lines(lines, data):
    text = Text("\n".join(lines))
    places = [place for place, line in enumerate(lines) if line.strip() and data.draw(st.booleans())]
    left = [line for place, line in enumerate(lines) if line.strip() and place not in places]

    cut = cut_lines(text, lines=told(text, *(place + 1 for place in places)) or None)

    if not left and places:
        assert isinstance(cut, Drop)
    else:
        assert [line for line in cut.content.split("\n") if line.strip()] == left


RECIPE = """
[dataset]
name    = "pages"
task    = "text-classification"
license = "CC0-1.0"

[[step]]
use  = "collect.files"
path = "raw/*.txt"

[[step]]
use = "clean.text.boilerplate"
min_documents = 6

[[step]]
use = "clean.text.cut_lines"
"""


def test_a_build_finds_and_cuts(tmp_path):
    (tmp_path / "raw").mkdir()
    for number, body in enumerate([*BODIES, ""]):
        (tmp_path / "raw" / f"{number}.txt").write_text(MENU + body + FOOTER)
    (tmp_path / "stork.toml").write_text(RECIPE)
    dataset = ds.open(tmp_path)

    dataset.build()

    rows = {row["source"]["uri"]: row for row in dataset.samples().to_pylist()}
    assert rows["raw/6.txt"]["dropped"]["step"] == "clean.text.boilerplate"
    assert rows["raw/0.txt"]["characters"] == len(BODIES[0]) + 1
    assert {row["state"] for uri, row in rows.items() if uri != "raw/6.txt"} == {"kept"}
    assert not dataset.build().changed
