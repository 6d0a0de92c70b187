"""Symbols are no encoding."""

import random

from datastork.media.text.codec import decode


def test_symbols_in_any_order_are_the_text_they_are() -> None:
    rng = random.Random(5)
    for _ in range(3000):
        content = "~{" + "".join(rng.choice("#@!$%^&*()_+{}[]|<>~ 0123") for _ in range(60))
        assert decode(content.encode()).content == content
