"""Tables whose quotation marks are part of what is said."""

from datastork.collect.table import table
from datastork.store.listing import Listing
from datastork.store.sources import read_bytes

MESSAGES = ['"Happy day" I know', 'she said "no" twice', '"opens and', "goes on", 'never closes"', '"all of it"']


def quoted(root, **settings):
    lines = "".join(f"{'ab'[at % 2]}\t{message}\n" for at, message in enumerate(MESSAGES))
    (root / "m.tsv").write_text(lines)
    return table(Listing.empty(root), path="m.tsv", text="text", names=["kind", "text"], label="kind", **settings)


def test_quotation_marks_are_part_of_what_is_said_where_the_recipe_says_so(tmp_path):
    found = quoted(tmp_path, quotes=False)

    assert [read_bytes(tmp_path, row["media_place"]).decode() for row in found.table.to_pylist()] == MESSAGES
    assert found.table["problem"].null_count == len(MESSAGES)
    assert found.notes == ()


def test_a_bad_row_names_every_line_that_a_quote_took_into_it(tmp_path):
    found = quoted(tmp_path)

    assert [problem for problem in found.table["problem"].to_pylist() if problem] == [
        "line 1: text follows a closing quote; where quotation marks are part of what is said: quotes = false"
    ]
    assert len(found.table) == 4  # the row of lines 3 to 5 is one text of three lines
    (tmp_path / "m.tsv").write_text('a\t"opens\nb\tgoes on\nc\t"closes" and\n')
    again = table(Listing.empty(tmp_path), path="m.tsv", text="text", names=["kind", "text"])
    assert again.table["problem"].to_pylist()[0].startswith("lines 1 to 3: ")
