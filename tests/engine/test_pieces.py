"""What is dropped before it is cut into pieces is one dropped sample, also where pieces of it were made before."""

import json
from pathlib import Path

import datastork as ds

HEAD = """
[dataset]
name = "messages"
task = "text-classification"
license = "CC0-1.0"

[[step]]
use = "collect.table"
path = "m.jsonl"
text = "text"

[[step]]
use = "clean.text.too_short"
words = {}

[[step]]
use = "clean.text.sentences"
"""
TEXTS = ["One. Two. Three.", "Here are more words than that. They stay."]


def built(root: Path, words: int) -> tuple[list[tuple[str, str]], dict[str, tuple[int, int, int]]]:
    (root / "stork.toml").write_text(HEAD.format(words))
    outcome = ds.open(root).build()
    rows = ds.open(root).samples().to_pylist()
    accounts = {step["name"]: (step["in"], step["out"], step["dropped"]) for step in outcome.record["steps"]}
    return sorted((row["source"]["uri"], row["state"]) for row in rows), accounts


def test_a_higher_threshold_before_the_cut_drops_one_sample(tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in TEXTS))
    whole = [("m.jsonl#0", "kept")] * 3 + [("m.jsonl#1", "kept")] * 2
    assert built(tmp_path, 1)[0] == whole

    samples, accounts = built(tmp_path, 4)
    assert samples == [("m.jsonl#0", "dropped"), ("m.jsonl#1", "kept"), ("m.jsonl#1", "kept")]
    assert accounts["clean.text.too_short"] == (2, 1, 1)
    assert accounts["clean.text.sentences"] == (1, 2, 0)

    assert built(tmp_path, 1)[0] == whole
