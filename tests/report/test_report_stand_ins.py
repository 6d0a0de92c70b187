"""Copies among texts whose personal data was replaced: what is the same is shown as the same."""

import datastork as ds

RECIPE = """
[dataset]
name = "replaced"
task = "text-generation"
license = "CC0-1.0"

[[step]]
use = "collect.table"
path = "mail.csv"
text = "text"

[[step]]
use = "clean.pii"
action = "replace"

[[step]]
use = "clean.exact_dup"
"""


def test_copies_with_stand_ins_have_the_same_words(tmp_path, monkeypatch):
    monkeypatch.setenv("DATASTORK_PII_KEY", "a key for the tests alone")
    rows = ["write to jan.novak@example.org or call +44 20 7946 0018", *(f"message {at} of many" for at in range(4))]
    (tmp_path / "mail.csv").write_text("text\n" + "".join(f"{row}\n" for row in [*rows, rows[0]]))
    (tmp_path / "stork.toml").write_text(RECIPE)
    dataset = ds.open(tmp_path)
    assert dataset.build().record["samples"]["dropped"] == 1

    page = dataset.report().read_text(encoding="utf-8")
    assert "the same words" in page
    assert "<mark>" not in page
    assert "novak" not in page
