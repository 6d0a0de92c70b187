"""Tables of long texts have the width of the page; small ones stand beside one another."""

import re

import datastork as ds

RECIPE = """
[dataset]
name = "lines"
task = "text-generation"
license = "CC0-1.0"

[[step]]
use = "collect.table"
path = "t.csv"
text = "text"

[[step]]
use = "measure.text.duplication"
"""


def table_of_lines(root, line):
    (root / "t.csv").write_text("text\n" + "".join(f'"{line}\nand text number {at}"\n' for at in range(5)))
    (root / "stork.toml").write_text(RECIPE)
    dataset = ds.open(root)
    dataset.build()
    page = dataset.report().read_text(encoding="utf-8")
    assert line in page
    return re.search(r"(<figure>)?\s*<div[^>]*>\s*<table>\s*<caption>The lines most often repeated", page)[1]


def test_long_lines_have_the_whole_width(tmp_path):
    for name, line, figure in (
        ("a", "three short words", "<figure>"),
        ("b", "one of many words " * 4 + "and on", None),
    ):
        (tmp_path / name).mkdir()
        assert table_of_lines(tmp_path / name, line) == figure
