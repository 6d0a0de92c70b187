"""Of a file of Project Gutenberg the book is taken, the whole book, and nothing but the book."""

import re
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from datastork.collect._gutenberg.about import about_bracket, about_head, author, group_of
from datastork.collect._gutenberg.book import bracketed, span_of
from datastork.collect._gutenberg.shelf import text_of
from datastork.core.errors import DataError

BODY = "THE WREN\n\n\nCHAPTER I\n\nIt sang. 'End of Project Gutenberg's what?' it asked.\n\n   THE END"
LICENCE = "This eBook is for the use of anyone anywhere in the United States.\n\nTitle: The Wren\n\nAuthor: Ann Finch\n"
MODERN = (
    "\ufeffThe Project Gutenberg eBook of The Wren\n    \n" + LICENCE + "\nRelease date: June 25, 2008 [eBook #1234]\n"
    "                Most recently updated: May 1, 2023\n\nLanguage: English\n\n"
    "Original publication: London: Nest & Co., 1871\n\n"
)
SMALL = (
    "***START**THE SMALL PRINT!**FOR PUBLIC DOMAIN ETEXTS**START***\nWhy is this here? You know: lawyers.\n"
    "*BEFORE!* YOU USE OR READ THIS ETEXT\n*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*\n"
)
STARTS = {
    "the": MODERN + "*** START OF THE PROJECT GUTENBERG EBOOK THE WREN ***\n",
    "this": MODERN + "*** START OF THIS PROJECT GUTENBERG EBOOK THE WREN ***\n",
    "close": MODERN + "***START OF THE PROJECT GUTENBERG EBOOK THE WREN***\n",
    "two lines": MODERN + "*** START OF THE PROJECT GUTENBERG EBOOK THE WREN, WHICH IS A\nVERY SMALL BIRD ***\n",
    "no title": MODERN + "*** START OF THIS PROJECT GUTENBERG EBOOK\n",
    "copyrighted": "This is a *COPYRIGHTED* Project Gutenberg Etext, Details Below\n"
    "*** START OF THE COPYRIGHTED PROJECT GUTENBERG EBOOK THE WREN ***\n",
    "small print": "The Project Gutenberg Etext of The Wren, by Ann Finch\n\n" + SMALL,
    "newer small print": "Project Gutenberg's The Wren, by Ann Finch\n\n"
    "*END THE SMALL PRINT! FOR PUBLIC DOMAIN EBOOKS*Ver.02/11/02*END*\n",
    "small print, then start": SMALL + "*** START OF THE PROJECT GUTENBERG EBOOK THE WREN ***\n",
    "credits": MODERN + "*** START OF THE PROJECT GUTENBERG EBOOK THE WREN ***\n\n\n\n\n"
    "Produced by Ann Finch, and the Online\nDistributed Proofreading Team\n\n(This file was produced from images\n"
    "generously made available)\n",
    "prepared": SMALL + "\n\nThis etext was prepared by Ann Finch <ann@example.org>.\n",
    "transcribed": SMALL + "\nTranscribed from the 1871 Nest & Co. edition by Ann Finch, email ann@example.org\n",
    "bracket": "[The Wren by Ann Finch 1871]\n",
}
FULL = "START: FULL LICENSE\n\nSection 1. General Terms of Use\n" * 3
ENDS = {
    "the": "*** END OF THE PROJECT GUTENBERG EBOOK THE WREN ***\n\n" + FULL,
    "this": "***END OF THIS PROJECT GUTENBERG EBOOK THE WREN***\n" + FULL,
    "words and stars": "End of Project Gutenberg's The Wren\n\n*** END OF THIS PROJECT GUTENBERG EBOOK ***\n" + FULL,
    "words, far from the licence": "End of the Project Gutenberg EBook of The Wren, by Ann Finch\n\n",
    "etext": "End of The Project Gutenberg Etext of The Wren\n",
    "typographic": "  End of Project Gutenberg’s The Wren\n",
    "capitals": "THE END OF THE PROJECT GUTENBERG ETEXT OF THE WREN\n",
    "copyrighted": "*** END OF THE COPYRIGHTED PROJECT GUTENBERG EBOOK THE WREN ***\n",
    "nothing": "",
}  # fmt: skip


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("start", STARTS)
def test_the_book_is_what_lies_between_the_marks(start: str, end: str) -> None:
    text = f"{STARTS[start]}\n\n\n{BODY}\n\n\n\n{ENDS[end]}"

    span = span_of(text)

    assert text[span.start : span.end] == BODY
    assert span.marked


Prose = st.text(st.sampled_from("ab .*\n\tÄ[]'—I1:"), max_size=60)


@given(body=Prose, start=st.sampled_from(sorted(STARTS)), end=st.sampled_from(sorted(ENDS)))
def test_nothing_of_any_book_is_lost(body: str, start: str, end: str) -> None:
    assume(start != "credits" or not body.startswith("("))
    text = f"{STARTS[start]}\n{body}\n{ENDS[end]}"

    span = span_of(text)

    expected = re.sub(r"^(?:[ \t]*\n)*", "", body + "\n").rstrip()
    assert text[span.start : span.end] == (expected if body.strip() else "")


@given(text=Prose)
def test_a_text_without_marks_is_taken_whole(text: str) -> None:
    assume(bracketed(text) is None)
    span = span_of(text)

    assert not span.marked
    assert not text[: span.start].strip()
    assert not text[span.end :].strip()


def test_a_small_print_behind_the_book_begins_no_book() -> None:
    book = "The wren is small.\n" * 200
    text = f"The Project Gutenberg Etext of The Wren\n\n{book}\n{SMALL}"

    span = span_of(text)

    assert text[span.end :] == "\n\n" + SMALL
    assert book.strip() in text[span.start : span.end]


def test_a_small_print_without_an_end_takes_no_book_away() -> None:
    book = "The wren is small.\n" * 200
    text = SMALL.split("*END*THE")[0] + book

    assert book.strip() in text[slice(*span_of(text)[:2])]


def test_of_several_ends_the_last_one_counts() -> None:
    text = STARTS["the"] + "one\n\nEnd of Project Gutenberg's One\n\ntwo\n\nEnd of Project Gutenberg's Two\n"
    span = span_of(text)

    assert text[span.start : span.end] == "one\n\nEnd of Project Gutenberg's One\n\ntwo"


def test_a_file_that_lost_its_header_is_known_by_its_end() -> None:
    text = "\n\n\nProduced by Ann Finch and the Online\nDistributed Proofreading Team\n\n\n" + BODY
    span = span_of(f"{text}\n\nEnd of the Project Gutenberg EBook of The Wren\n\n*** \n")

    assert text[span.start : span.end] == BODY


def test_words_of_an_end_early_in_the_book_are_its_own() -> None:
    text = STARTS["this"] + "He read aloud:\n\nEnd of Project Gutenberg's Wren\n\n" + "Then he slept on.\n" * 300
    span = span_of(text)

    assert text[span.start : span.end].startswith("He read aloud")
    assert text[span.start : span.end].endswith("Then he slept on.")


NOTE = "Transcriber's Note: the spelling of 1871 was kept."


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"[{NOTE}]\n\n", ""),
        (f"[{NOTE}\n\nAnd so were the commas.]\n\n", ""),
        (f"{NOTE}\n\nCommas too.\n\n\n\n", ""),
        ("", f"\n\n[{NOTE}]"),
        ("", f"\n\n\n{NOTE.upper()}\n\nCommas too.\n\np. 3: 'wern' is 'wren'"),
        ("", "\n\n       * * *\n\nTRANSCRIBER’S NOTES\n\n1. Commas."),
        (f"[{NOTE}]\n\n", f"\n\n[{NOTE}]"),
    ],
)
def test_notes_of_the_transcriber_are_kept_or_left_out(before: str, after: str) -> None:
    book = "The wren is small.\n\n" * 20 + "It sings [Transcriber's note: sic] well.\n\n" + "The end is here. " * 30
    text = f"{STARTS['the']}\n{before}{book.strip()}{after}\n\n{ENDS['the']}"

    kept, left = span_of(text), span_of(text, notes=False)

    assert text[kept.start : kept.end] == f"{before}{book.strip()}{after}"
    assert text[left.start : left.end].removesuffix("\n\n       * * *") == book.strip()


def test_the_header_says_what_the_book_is() -> None:
    found = about_head(MODERN)
    assert (found.id, found.title, found.author, found.language, found.year) == (
        1234, "The Wren", "Ann Finch", "English", 1871,
    )  # fmt: skip
    assert not found.copyrighted
    assert about_head(STARTS["copyrighted"]).copyrighted
    old = about_head(STARTS["small print"])
    assert (old.title, old.author) == ("The Wren", "Ann Finch")
    wrapped = about_head("Title: The Wren\n       And Other Birds\nAuthor: Finch, Ann, 1801-1871\n")
    assert (wrapped.title, wrapped.author) == ("The Wren And Other Birds", "Ann Finch")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Wren's Adventures in the Hedge by A. Finch 1865", ("Wren's Adventures in the Hedge", "A. Finch", 1865)),
        ("The King James Bible", ("The King James Bible", None, None)),
        ("The Parent's Assistant, by Maria Edgeworth", ("The Parent's Assistant", "Maria Edgeworth", None)),
        ("Stories by Night by A. N. Owl, 1918", ("Stories by Night", "A. N. Owl", 1918)),
    ],
)  # fmt: skip
def test_a_line_in_brackets_says_it_too(line: str, expected: tuple[str, str | None, int | None]) -> None:
    found = about_bracket(line)

    assert (found.title, found.author, found.year) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Austen, Jane, 1775-1817", "Jane Austen"),
        ("Twain, Mark (Samuel Clemens), 1835-1910", "Mark Twain"),
        ("Homer", "Homer"),
        ("Shelley, Mary Wollstonecraft, 1797-1851; Shelley, Percy Bysshe, 1792-1822", "Mary Wollstonecraft Shelley"),
        ("Anonymous", None),
        ("", None),
        (", , ,", None),
        ("Marcus Aurelius, Emperor of Rome, 121-180", "Emperor of Rome Marcus Aurelius"),
        ("Burgess, Thornton W. (Thornton Waldo), 1874-1965", "Thornton W. Burgess"),
        ("Smith, John, Jr., 1850-", "John Smith"),
        ("Caxton, William, approximately 1422-1491", "William Caxton"),
    ],
)
def test_authors_are_written_in_one_form(written: str, expected: str | None) -> None:
    assert author(written) == expected
    assert group_of(expected) is None or group_of(expected) == group_of(expected.upper())


def test_bytes_become_text_whatever_their_encoding() -> None:
    assert text_of(b"\xef\xbb\xbfcaf\xc3\xa9\r\nx\ry") == "café\nx\ny"
    assert text_of("café “x”".encode("cp1252")) == "café “x”"
    assert text_of("Character set encoding: ISO-8859-15\n1 €".encode("iso-8859-15"))[-1] == "€"
    assert text_of(b"caf\xe9 \x81") == "café \x81"
    for data in (b"\0\1", b"<!DOCTYPE html><p>Not found"):
        with pytest.raises(DataError, match="no plain text"):
            text_of(data)


@pytest.mark.parametrize(
    "hostile",
    ["*** START OF THE PROJECT GUTENBERG " * 30_000, "*** END OF THE PROJECT GUTENBERG\n" * 30_000, " \n" * 500_000,
     " " * 1_000_000, "End of Project Gutenberg\n" * 40_000, "*\n" * 500_000, "[" * 1_000_000, "***\t" * 250_000,
     "*** START OF THE PROJECT GUTENBERG EBOOK" + "\na" * 400_000, "Transcriber's Note\n\n" * 50_000,
     "*END*THE SMALL PRINT!\n***START**THE SMALL PRINT!\n" * 20_000],
)  # fmt: skip
def test_no_file_takes_long(hostile: str) -> None:
    began = time.process_time()
    span_of(hostile, notes=False)
    about_head(hostile)
    author(hostile)

    assert time.process_time() - began < 3
