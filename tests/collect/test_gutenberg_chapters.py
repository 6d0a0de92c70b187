"""Chapters are found by their headings, tables of contents are not taken for them, and nothing of the book is lost."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.collect._gutenberg.chapters import FRONT, chapters
from datastork.collect._gutenberg.headings import headings, number_of

TEXT = (
    "\n\nThe wren sat on the garden wall and sang. It was early, and nobody else was awake but the cat.\n\nIt flew.\n"
    * 3
)
ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV"]


def book(*names: str, contents: str = "", front: str = "") -> str:
    return front + contents + "\n\n\n".join(name + TEXT for name in names)


def labels(text: str) -> list[str]:
    found = chapters(text)
    assert "".join(text[piece.start : piece.end] for piece in found) == (text if found else "")
    return [piece.label for piece in found]


@pytest.mark.parametrize(
    ("form", "label", "title"),
    [
        ("CHAPTER {r}", "CHAPTER {r}", None),
        ("CHAPTER {r}.", "CHAPTER {r}", None),
        ("Chapter {n}", "Chapter {n}", None),
        ("CHAPTER {r}. The Nest", "CHAPTER {r}", "The Nest"),
        ("CHAPTER {r}--The Nest", "CHAPTER {r}", "The Nest"),
        ("CHAPTER {r}.\n\nTHE NEST.", "CHAPTER {r}", "THE NEST."),
        ("        CHAPTER {r}\n\n      The Nest", "CHAPTER {r}", "The Nest"),
        ("CHAPTER {r}\nThe Nest", "CHAPTER {r}", "The Nest"),
        ("CHAPTER {r}. In Which the Wren Builds\nHer Nest", "CHAPTER {r}", "In Which the Wren Builds Her Nest"),
        ("_Chapter {n}_", "Chapter {n}", None),
        ("CHAP. {r}.", "CHAP. {r}", None),
        ("LETTER {r}.", "LETTER {r}", None),
        ("STAVE {r}: THE NEST", "STAVE {r}", "THE NEST"),
        ("Chapitre {n}", "Chapitre {n}", None),
        ("Kapitel {n}", "Kapitel {n}", None),
        ("BOOK {r}", "BOOK {r}", None),
        ("PART {n}: THE NEST", "PART {n}", "THE NEST"),
        ("{r}", "{r}", None),
        ("{r}. THE NEST", "{r}", "THE NEST"),
        ("{n}.", "{n}", None),
        ("{r}.\nTHE NEST.", "{r}", "THE NEST."),
        ("CHAPTER   {n}", "CHAPTER {n}", None),
        ("Chapter {n}\u00a0The Nest", "Chapter {n}", "The Nest"),
        ("Chapter {n}.]", "Chapter {n}", None),
    ],
)
def test_headings_of_every_form(form: str, label: str, title: str | None) -> None:
    text = book(*(form.format(r=roman, n=at) for at, roman in enumerate(ROMAN[:4], 1)))

    assert labels(text) == [label.format(r=roman, n=at) for at, roman in enumerate(ROMAN[:4], 1)]
    assert [piece.title for piece in chapters(text)] == [title] * 4


def test_numbers_within_a_titled_story_are_none_of_its_chapters() -> None:
    inner = "".join(f"{roman}.{TEXT}\n\n" for roman in ROMAN[:3])
    text = "\n\n".join(f"{roman}. A SONG OF {roman}\n\n\n{inner}" for roman in ROMAN[:4])

    assert labels(text) == ROMAN[:4]


def test_numbers_may_begin_again_in_each_part() -> None:
    names = [f"{part}{roman}.\nTHE NEST" for part in ("", "BOOK TWO\n\n") for roman in ROMAN[:3]]
    names = ["BOOK ONE\nTHE HEDGE\n\n" + names[0], *names[1:4], *(one.split("\n\n")[1] for one in names[4:])]

    assert labels(book(*names)) == [f"BOOK {part}, {roman}" for part in ("ONE", "TWO") for roman in ROMAN[:3]]


def test_numbers_in_words() -> None:
    assert labels(book("CHAPTER ONE", "CHAPTER TWO", "CHAPTER TWENTY-THREE")) == [
        "CHAPTER ONE", "CHAPTER TWO", "CHAPTER TWENTY-THREE",
    ]  # fmt: skip
    assert labels(book("CHAPTER THE FIRST", "CHAPTER THE LAST")) == ["CHAPTER THE FIRST", "CHAPTER THE LAST"]
    assert labels(book("Erstes Kapitel", "Zweites Kapitel")) == ["Erstes Kapitel", "Zweites Kapitel"]
    assert labels(book("CHAPITRE PREMIER", "CHAPITRE II")) == ["CHAPITRE PREMIER", "CHAPITRE II"]
    assert [number_of(word) for word in ("MCMXIV", "IIX", "IC", "0", "Tenth", "forty second", "mix", "MIX")] == [
        1914, None, None, 0, 10, 42, None, 1009,
    ]  # fmt: skip


def test_parts_of_a_book_are_named_with_its_chapters() -> None:
    text = book("VOLUME I\n\nCHAPTER I", "CHAPTER II", "VOLUME II\n\n\nBOOK ONE\n\nCHAPTER I", "BOOK TWO\nCHAPTER I")

    assert labels(text) == [
        "VOLUME I, CHAPTER I",
        "VOLUME I, CHAPTER II",
        "VOLUME II, BOOK ONE, CHAPTER I",
        "VOLUME II, BOOK TWO, CHAPTER I",
    ]
    assert text[chapters(text)[2].start :].startswith("VOLUME II")


def test_a_part_with_text_of_its_own_is_a_piece() -> None:
    assert labels(book("PART I\n\nTHE NEST", "CHAPTER I", "CHAPTER II", "PART II", "CHAPTER I")) == [
        "PART I", "PART I, CHAPTER I", "PART I, CHAPTER II", "PART II", "PART II, CHAPTER I",
    ]  # fmt: skip


def test_what_stands_around_the_chapters_has_its_own_pieces() -> None:
    text = book("PREFACE", "CHAPTER I", "CHAPTER II", "EPILOGUE", front="THE WREN\n\nby Ann Finch\n\n\n")

    assert labels(text) == [FRONT, "PREFACE", "CHAPTER I", "CHAPTER II", "EPILOGUE"]


LINES = [f"CHAPTER {roman}. The Nest of {roman}" for roman in ROMAN[:6]]
CONTENTS = {
    "lines": "CONTENTS\n\n" + "\n".join(LINES),
    "paragraphs": "CONTENTS\n\n" + "\n\n".join(LINES),
    "indented": "CONTENTS\n\n" + "\n".join(f"   {line}" for line in LINES),
    "pages": "CONTENTS\n\n" + "\n\n".join(f"{line} ..... {at}" for at, line in enumerate(LINES, 7)),
    "pages far right": "CONTENTS\n\n" + "\n\n".join(f"{line}        {at}" for at, line in enumerate(LINES, 7)),
    "titles below": "CONTENTS\n\n" + "\n\n".join(line.replace(". ", "\n\n  ") for line in LINES),
    "a preface in it": "CONTENTS\n\nPREFACE\n\n" + "\n\n".join(LINES),
    "one that is not there": "CONTENTS\n\n" + "\n\n".join([*LINES, "CHAPTER VII. Lost"]),
    "one missing": "CONTENTS\n\n" + "\n\n".join(LINES[:4] + LINES[5:]),
}


@pytest.mark.parametrize("kind", CONTENTS)
@pytest.mark.parametrize("preface", [False, True])
def test_a_table_of_contents_is_no_chapter(kind: str, preface: bool) -> None:
    names = [f"CHAPTER {roman}\n\nThe Nest of {roman}" for roman in ROMAN[:6]]
    text = book(*(["PREFACE"] if preface else []), *names, contents=CONTENTS[kind] + "\n\n\n\n")

    assert labels(text) == [FRONT, *(["PREFACE"] if preface else []), *(f"CHAPTER {roman}" for roman in ROMAN[:6])]


def test_a_table_of_contents_with_volumes_and_repeated_numbers() -> None:
    chapters_of = [f"CHAPTER {roman}" for roman in ROMAN[:5]]
    contents = "\n\n".join(["VOLUME I", *chapters_of, "VOLUME II", *chapters_of]) + "\n\n\n"
    names = [f"VOLUME I\n\n{chapters_of[0]}", *chapters_of[1:], f"VOLUME II\n\n{chapters_of[0]}", *chapters_of[1:]]

    found = labels(book(*names, contents=contents))

    assert found == [FRONT, *(f"VOLUME {v}, CHAPTER {roman}" for v in ("I", "II") for roman in ROMAN[:5])]


def test_a_table_of_contents_at_the_end_stays_with_the_last_chapter() -> None:
    text = (
        book(*(f"CHAPITRE {roman}" for roman in ROMAN[:5]))
        + "\n\nTABLE\n\n"
        + "\n\n".join(f"CHAPITRE {roman}" for roman in ROMAN[:5])
    )

    assert labels(text) == [f"CHAPITRE {roman}" for roman in ROMAN[:5]]


@pytest.mark.parametrize(
    "prose",
    [
        "Chapter 4 of this book tells of the wren.",
        "Part of it was gone, and part was not.",
        "Book I loved, book I lost.",
        "In the last chapter I said so.",
        "Letter in hand, she went out.",
        "I was born in a nest.",
        "1865 was a good year.\n\n1866 was a better one.\n\n1867 was not.",
        "C.\n\nD.\n\nM.",
        "Introduction of the wren into gardens came late.",
        "chapter ii",
        "Act well your part; there all the honour lies.",
        "CHAPTER",
        "CHAPTER WREN",
    ],
)
def test_prose_is_no_heading(prose: str) -> None:
    text = book("CHAPTER I", f"CHAPTER II\n\n{prose}\n\n{TEXT}\n\n{prose}", "CHAPTER III")

    assert [label for label in labels(text) if label.startswith("CHAPTER")] == [
        "CHAPTER I",
        "CHAPTER II",
        "CHAPTER III",
    ]
    assert len(labels(text)) == 3
    assert labels(TEXT + "\n\n" + prose + "\n\n" + TEXT) == []


def test_very_short_chapters_are_chapters() -> None:
    assert labels("\n\n".join(f"CHAPTER {roman}\n\nIt sang." for roman in ROMAN)) == [f"CHAPTER {one}" for one in ROMAN]


@pytest.mark.parametrize("text", ["", "\n\n", "CHAPTER I", "Only a poem.\n\nOf two lines."])
def test_a_book_without_chapters_has_none(text: str) -> None:
    assert chapters(text) == []


Line = st.sampled_from(
    ["CHAPTER I", "CHAPTER II. A Title", "CHAPTER 3", "VOLUME I", "BOOK TWO", "I", "II", "III", "PREFACE", "", "",
     "  ", "The Nest", "THE NEST", "It sang on the wall, and nobody was awake but the cat, who watched. " * 3, "x",
     "EPILOGUE."]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(lines=st.lists(Line, max_size=40))
def test_together_the_pieces_are_the_book(lines: list[str]) -> None:
    text = "\n".join(lines)

    found = chapters(text)

    assert not found or "".join(text[piece.start : piece.end] for piece in found) == text
    assert all(text[piece.start : piece.end].strip() for piece in found)


@pytest.mark.parametrize(
    "hostile",
    ["CHAPTER I\n\n" * 100_000, "CHAPTER I\n" * 100_000, "I\n\nII\n\n" * 100_000, " " * 1_000_000, "\n" * 1_000_000,
     "CHAPTER " + "I" * 1_000_000, "CHAPTER I " + "." * 1_000_000, ("x " * 40 + "\n") * 12_000, "_*= " * 250_000,
     "".join(f"CHAPTER {at % 900}\n\n" for at in range(2900)), "CHAPTER I" + "\t" * 1_000_000,
     "VOLUME I\nCHAPTER I\n" * 50_000, ("_" * 60 + "\n") * 16_000,
     "PREFACE\n\n" * 2900, "a" * 1_000_000, "THE " * 250_000, "Chapter one-" * 80_000],
)  # fmt: skip
def test_no_book_takes_long(hostile: str) -> None:
    began = time.process_time()
    chapters(hostile)
    for _ in headings(hostile[:200_000]):
        pass

    assert time.process_time() - began < 10
