"""The conformance suite over every step found by path; and proof that the suite finds what it should."""

import random
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal, NamedTuple

import pytest

from datastork import catalog
from datastork.core import Drop, Findings, Frame, Range, step
from datastork.core.errors import DataError
from datastork.media.image import Image
from datastork.testing import check_step, problems_of


@pytest.mark.parametrize("name", catalog.own_names())
def test_step_keeps_its_promises(name: str) -> None:
    check_step(name)


# Below: steps that break one promise each.


@step
def fine(image: Image, *, times: Annotated[int, Range(1, 8)] = 2) -> Image:
    """Return the image as it is.

    times: how often (a plain number)
    """
    return image


@step
def unexplained(image: Image, *, times: int = 2) -> Image:
    """Return the image as it is."""
    return image


@step
def bad_default(image: Image, *, share: Annotated[float, Range(0, 1)] = 3.0, fit: Literal["a", "b"] = "c") -> Image:  # type: ignore[assignment]
    """Return the image as it is.

    share: of the image (0 to 1)
    fit: how
    """
    return image


@step
def no_full_stop(image: Image) -> Image:
    """Return the image as it is"""
    return image


@step
def wrong_example(image: Image) -> Image:
    """Return the image as it is.

    >>> 1 + 1
    3
    """
    return image


@step
def changes_its_input(image: Image) -> Image:
    """Paint the image black."""
    image.pixels[:] = 0
    return image


@step
def forgetful(image: Image) -> Drop | None:
    """Drop images by chance."""
    return Drop(f"bad luck: {random.random()}")


@step
def another_kind(image: Image) -> Image:
    """Return something else."""
    return "no image"  # type: ignore[return-value]


@step
def cannot_be_stored(image: Image) -> Image:
    """Return the image in floating point."""
    return Image(image.pixels / 255.0)


@step
def crashes(image: Image) -> Image:
    """Fail on everything."""
    raise KeyError(image.format)


@step
def refuses(image: Image) -> Image:
    """Refuse everything."""
    raise DataError("not today")


@step
def endless(image: Image) -> Iterator[Image]:
    """Yield for ever."""
    while True:
        yield image


class Width(NamedTuple):
    wide: int

    @staticmethod
    def of(image: Image) -> "Width":
        return Width(image.width)


class Wrong(NamedTuple):
    wide: int


@step
def wrong_facts(image: Image) -> Wrong:
    """Measure the width as text."""
    return Wrong(f"{image.width} pixels")  # type: ignore[arg-type]


@step
def no_evidence(width: Width) -> Drop | None:
    """Drop narrow images."""
    return Drop("too narrow") if width.wide < 50 else None


@step
def never_drops(width: Width) -> Drop | None:
    """Drop no image."""
    return Drop("too narrow", width.wide) if width.wide < 1 else None


@step
def loses_rows(frame: Frame) -> Frame:
    """Keep a few rows."""
    return frame.limit(3)


@step
def by_row_order(frame: Frame) -> Findings:
    """Name the first row."""
    return Findings("First", (frame.to_pydict()["id"][0],))


@step
def by_chance(frame: Frame) -> Findings:
    """Measure nothing."""
    return Findings("Chance", numbers={"luck": random.random()})


def unmarked(image: Image) -> Image:
    """Return the image as it is."""
    return image


@step
def positional(image: Image, times: int = 2) -> Image:
    """Return the image as it is.

    times: how often
    """
    return image


@step
def untyped(image) -> Image:  # type: ignore[no-untyped-def]
    """Return the image as it is."""
    return image  # type: ignore[no-any-return]


@step
def needs_a_table(image: Image, *, table: dict[str, int]) -> Image:
    """Return the image as it is.

    table: what for what
    """
    return image


@step
def takes_a_name(image: Image, *, name: str = "x", where: str = "", use: int = 1, on_error: str = "stop") -> Image:
    """Return the image as it is.

    name: of nothing
    where: nowhere
    use: for nothing
    on_error: nothing
    """
    return image


def local() -> Callable[[Image], Image]:
    """Return a step that no other process can find."""

    @step
    def hidden(image: Image) -> Image:
        """Return the image as it is."""
        return image

    return hidden


BROKEN: list[tuple[Callable[..., Any], str]] = [
    (unexplained, "setting 'times' is not explained: write a line 'times: what it means"),
    (bad_default, "the default of 'share' does not fit its own type: must be ≥ 0 and ≤ 1, got 3.0"),
    (bad_default, "the default of 'fit' does not fit its own type: expected one of 'a', 'b', got 'c'"),
    (no_full_stop, "must be one sentence with a full stop, got 'Return the image as it is'"),
    (wrong_example, "an example of the docstring is wrong"),
    (changes_its_input, "it changed its input: work on a copy"),
    (forgetful, "two runs gave different results: take all randomness from a setting `seed: int`"),
    (another_kind, "it returned str, not Image"),
    (cannot_be_stored, "it returned a Image that cannot be stored"),
    (crashes, "it raised KeyError: 'png' (raise DataError for a sample that is bad)"),
    (refuses, "it refused every trial sample"),
    (endless, "more than 1000 samples of one"),
    (wrong_facts, "fact 'wide': expected a whole number, got '96 pixels'"),
    (no_evidence, "it dropped without evidence: Drop('too narrow', the measured value)"),
    (never_drops, "it dropped no trial sample, so its evidence is not checked"),
    (loses_rows, "it added or removed rows"),
    (by_row_order, "its result depends on the order of rows"),
    (by_chance, "two runs on one table gave different results"),
    (unmarked, "is not marked: put @step above it"),
    (positional, "setting 'times' must be keyword-only"),
    (untyped, "its first parameter 'image' needs a type such as Image or Frame"),
    (needs_a_table, "no trial value for 'table' (a table): check_step(…, settings={'table': …})"),
    *((takes_a_name, f"setting '{name}' can never be given") for name in ("name", "where", "use", "on_error")),
    (local(), "it cannot be sent to a worker: define it at the top level of"),
]


@pytest.mark.parametrize(("function", "complaint"), BROKEN)
def test_a_broken_promise_is_found(function: Callable[..., Any], complaint: str) -> None:
    found = "\n".join(problems_of(function, name=f"clean.image.{function.__name__}"))

    assert complaint in found


def test_a_step_without_fault_gets_no_complaint() -> None:
    assert list(problems_of(fine, name="clean.image.fine")) == []


def test_the_name_must_be_that_of_the_function_and_begin_with_a_stage() -> None:
    with pytest.raises(AssertionError, match="call it 'good', the last part of the step's name"):
        check_step(fine, name="clean.image.good")
    with pytest.raises(AssertionError, match=r"'washing\.fine' must begin with a stage: collect, clean"):
        check_step(fine, name="washing.fine")


def test_a_module_that_imports_something_heavy_is_found(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "heavy_step.py").write_text(
        '"""A step."""\nimport numpy\nfrom datastork import step\nfrom datastork.media.image import Image\n\n\n'
        '@step\ndef heavy(image: Image) -> Image:\n    """Return the image as it is."""\n    return image\n'
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    from heavy_step import heavy  # type: ignore[import-not-found]

    with pytest.raises(AssertionError, match="importing heavy_step loads numpy: import inside the function"):
        check_step(heavy, name="clean.image.heavy")


def test_every_complaint_comes_at_once() -> None:
    with pytest.raises(AssertionError, match=r"(?s)share.*fit"):
        check_step(bad_default, name="clean.image.bad_default")
