"""What is known of pairs of texts: the same result with it, and no text is read again."""

import random

import numpy as np
import pytest

from datastork.media.text.near import pairs as near
from datastork.media.text.near.fingerprint import fingerprints
from datastork.media.text.near.known import NAME


def texts(seed: int = 1) -> list[str]:
    rng = random.Random(seed)
    words = [f"{a}{b}" for a in "bcdfgh" for b in ("a", "en", "ir", "ol", "u")]
    plain = [" ".join(rng.choices(words, k=60)) for _ in range(30)]
    return plain + [text.replace("ba", "ga", 1) for text in plain[:10]]


class Reader:
    def __init__(self, contents: list[str]) -> None:
        self.contents, self.read = contents, 0

    def __call__(self, rows):
        self.read += len(rows)
        return [self.contents[row].encode() for row in rows]


def found(contents: list[str], scratch: str | None) -> tuple[set, int]:
    reader = Reader(contents)
    pairs = near.near_pairs(fingerprints(contents), threshold=0.5, media=reader, scratch=scratch)
    return set(zip(pairs.first.tolist(), pairs.second.tolist(), pairs.similarity.tolist(), strict=True)), reader.read


def test_known_pairs_are_not_read_again_and_new_ones_are(tmp_path) -> None:
    contents = texts()
    without, first_read = found(contents, None)
    with_scratch, _ = found(contents, str(tmp_path))
    again, second_read = found(contents, str(tmp_path))
    more = [*contents, contents[0].replace("c", "d", 1)]
    grown, third_read = found(more, str(tmp_path))

    assert without == with_scratch == again
    assert len(without) >= 10
    assert second_read == 0
    assert 0 < third_read < first_read
    assert grown == found(more, None)[0]


def test_the_order_of_texts_does_not_matter_to_what_is_known(tmp_path) -> None:
    contents = texts()
    found(contents, str(tmp_path))

    turned, read = found(contents[::-1], str(tmp_path))

    assert read == 0
    assert turned == found(contents[::-1], None)[0]


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY", b"no array at all"])
def test_a_damaged_file_is_as_none(tmp_path, damage: bytes) -> None:
    (tmp_path / NAME).write_bytes(damage)

    assert found(texts(), str(tmp_path))[0] == found(texts(), None)[0]


def test_an_array_of_another_kind_is_as_none(tmp_path) -> None:
    np.save(tmp_path / NAME, np.zeros(3))

    assert found(texts(), str(tmp_path))[0] == found(texts(), None)[0]
