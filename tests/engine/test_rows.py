"""Tables whose rows are the samples."""

import datastork as ds

RECIPE = """
[dataset]
name    = "rows"
license = "CC0-1.0"
task    = "tabular-classification"

[[step]]
use   = "collect.table"
path  = "people.csv"
label = "kind"

[[step]]
use = "clean.exact_dup"

[[step]]
use = "label.resolve"

[[step]]
use = "split.random"

[[step]]
use = "measure.summary"

[[publish]]
use = "publish.folder"
to  = "out"
"""


def write(root, rows):
    (root / "people.csv").write_text("name,age,kind\n" + "".join(f"{name},{age},{kind}\n" for name, age, kind in rows))


def test_a_table_grows_at_any_place_and_only_new_rows_are_read(tmp_path):
    rows = [(f"p{number}", 20 + number, "ab"[number % 2]) for number in range(40)]
    (tmp_path / "stork.toml").write_text(RECIPE)
    write(tmp_path, [*rows, rows[3]])
    dataset = ds.open(tmp_path)
    first = dataset.build()
    before = dict(zip(*(dataset.samples()[name].to_pylist() for name in ("content", "split")), strict=True))

    write(tmp_path, [("new", 99, "a"), *rows, rows[3]])
    second = dataset.build()

    assert first.record["samples"] == {"total": 41, "kept": 40, "dropped": 1, "quarantined": 0}
    assert second.decoded == 1
    after = dict(zip(*(dataset.samples()[name].to_pylist() for name in ("content", "split")), strict=True))
    assert {content: after[content] for content in before} == before
    assert dataset.publish()[0][1].files > 3
