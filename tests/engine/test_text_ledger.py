"""What steps changed inside texts stands in the ledger once, whatever happened to the sample in between."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import datastork as ds
from datastork.store import ledger
from datastork.store.samples import Samples

HEAD = """
[dataset]
name = "messages"
task = "text-classification"
license = "CC0-1.0"

[[step]]
use = "collect.table"
path = "m.jsonl"
text = "text"
"""
REDACT = 'use = "clean.pii"'
MASK = 'use = "clean.pii"\naction = "mask"'
AT_LEAST = 'use = "clean.text.too_short"\nwords = {}'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, 4)
    return tmp_path


def write(root: Path, count: int) -> None:
    texts = [f"write to me{number}@example.org now" + " please" * number for number in range(count)]
    (root / "m.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))


def told(root: Path, *steps: str) -> Counter[Any]:
    """Build; return how often each change stands in the ledger."""
    (root / "stork.toml").write_text(HEAD + "".join(f"\n[[step]]\n{one}\n" for one in steps))
    dataset = ds.open(root)
    dataset.build()
    entries = ledger.entries(dataset.home, Samples(dataset.home).latest() or 0).to_pylist()
    return Counter((entry["id"], entry["reason"]) for entry in entries if entry["column"] == "media")


def test_a_sample_that_is_dropped_and_comes_back_is_told_once(root: Path) -> None:
    first = told(root, REDACT, AT_LEAST.format(5))
    assert sorted(first.values()) == [1, 1, 1]

    assert told(root, REDACT, AT_LEAST.format(7)) == first
    assert told(root, REDACT, AT_LEAST.format(5)) == first
    assert sorted(told(root, REDACT, AT_LEAST.format(4)).values()) == [1, 1, 1, 1]


def test_a_later_pass_over_the_media_tells_nothing_again(root: Path) -> None:
    steps = (REDACT, 'use = "clean.near_dup"', 'use = "clean.text.normalise_case"')
    first = told(root, *steps)
    assert sorted(first.values()) == [1, 1, 1, 1]

    assert told(root, *steps, AT_LEAST.format(2)) == first
    write(root, 5)
    assert sorted(told(root, *steps).values()) == [1, 1, 1, 1, 1]


def test_another_action_is_another_change(root: Path) -> None:
    told(root, REDACT)
    told(root, MASK)

    counts = Counter(reason.rsplit(" ", 1)[1] for _, reason in told(root, REDACT).elements())
    assert counts == {"redacted": 8, "masked": 4}
