"""Steps found by their path, and what their signatures say."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from datastork import catalog
from datastork.core import Drop, Findings, Frame, step
from datastork.core.errors import DatastorkError, NotFoundError
from datastork.media.image import Image


class Redness(NamedTuple):
    """How red."""

    redness: float

    @staticmethod
    def of(image: Image) -> "Redness":
        """Measure."""
        return Redness(0.0)


@step
def judge(facts: Redness, *, above: float = 0.5) -> Drop | None:
    """Judge."""


@step
def many(image: Image, *, count: int) -> Iterator[Image]:
    """Yield."""
    yield image


@step
def media(image: Image) -> Image:
    """Change."""
    return image


@step
def facts(image: Image) -> Redness:
    """Measure."""
    return Redness.of(image)


@step
def table(frame: Frame) -> Frame:
    """Look at all."""
    return frame


@step
def measure(frame: Frame) -> Findings:
    """Count."""
    return Findings("Counted")


@pytest.mark.parametrize(
    ("function", "modality"),
    [(judge, "image"), (many, "image"), (media, "image"), (facts, "image"), (table, None), (measure, None)],
)
def test_the_signature_says_what_a_step_does(function, modality):
    spec = catalog.describe(f"clean.{function.__name__}", function)

    assert spec.kind == function.__name__
    assert spec.modality == modality


def test_settings_come_from_the_signature_and_their_words_from_the_docstring():
    spec = catalog.find("clean.near_dup")

    assert [setting.name for setting in spec.settings][:2] == ["threshold", "keep"]
    assert all(setting.help for setting in spec.settings)


def unmarked(image: Image) -> Image:
    return image


@step
def positional(image: Image, width: int) -> Image:
    """No star."""
    return image


@step
def untyped(image: Image, *, width) -> Image:  # type: ignore[no-untyped-def]
    """No type."""
    return image


@step
def unclear(image: Image) -> int:
    """Nobody knows."""
    return 0


@pytest.mark.parametrize(
    ("function", "fault"),
    [
        (unmarked, "put @step above it"),
        (positional, "must be keyword-only"),
        (untyped, "'width' has no type"),
        (unclear, "cannot tell from Image"),
    ],
)
def test_a_faulty_signature_is_named(function, fault):
    with pytest.raises(DatastorkError, match=fault):
        catalog.describe("clean.x", function)


def test_an_unknown_step_gets_the_nearest_name():
    with pytest.raises(NotFoundError, match=r"did you mean 'clean\.image\.blurry'"):
        catalog.find("clean.image.blury")


def test_the_mark_wraps_nothing():
    assert step(unmarked) is unmarked
    with pytest.raises(TypeError, match="marks functions"):
        step(Redness)
