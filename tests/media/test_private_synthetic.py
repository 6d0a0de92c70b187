"""Invented personal data: planted where it is said to be, the same for a seed, without a bond to what finds it."""

import ast
import itertools
from pathlib import Path
from random import Random

import pytest

from datastork.media.text.private import synthetic
from datastork.media.text.private.registry import finder, known_kinds
from datastork.media.text.private.synthetic.plant import MAKERS, plant

TEXT = "A robin sat on the wall. It sang!\nNobody was awake. Was the cat?"


def test_what_is_planted_is_where_it_is_said_to_be():
    kinds = list(MAKERS)
    text, planted = plant(TEXT, kinds, Random(3))
    values = {one.kind: text[one.start : one.end] for one in planted}

    assert [one.kind for one in planted] == kinds
    assert "@" in values["EMAIL"]
    assert all(value == value.strip() and value for value in values.values())
    assert all(one.end <= other.start for one, other in itertools.pairwise(planted))


def test_the_text_itself_is_still_there():
    text, _planted = plant(TEXT, ["EMAIL", "PHONE"], Random(4))

    for piece in ("A robin sat on the wall.", "It sang!", "Nobody was awake.", "Was the cat?"):
        assert piece in text


def test_a_seed_gives_the_same_again_and_another_something_else():
    assert plant(TEXT, list(MAKERS), Random(5)) == plant(TEXT, list(MAKERS), Random(5))
    assert plant(TEXT, list(MAKERS), Random(5)) != plant(TEXT, list(MAKERS), Random(6))


def test_every_kind_planted_is_one_that_is_looked_for():
    assert set(MAKERS) <= set(known_kinds())


def test_the_generator_shares_nothing_with_the_recognisers():
    for path in Path(synthetic.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("datastork"):
                assert node.module == "datastork.media.text.private.synthetic"


@pytest.mark.parametrize("kind", sorted(set(MAKERS) - {"PERSON"}))
def test_most_of_every_kind_is_found(kind):
    rng = Random(11)
    found = 0
    for _ in range(60):
        text, [one] = plant(TEXT, [kind], rng)
        found += any(other.start <= one.start and one.end <= other.end for other in finder().find(text))

    assert found >= 45, f"{found} of 60"
