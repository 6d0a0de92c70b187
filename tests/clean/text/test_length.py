"""clean.text.too_short and clean.text.too_long judge the length of a text."""

from datastork.clean.text.too_long import too_long
from datastork.clean.text.too_short import too_short
from datastork.core import Drop
from datastork.media.text import Text
from datastork.media.text.facts import Length


def test_length_is_counted() -> None:
    assert Length.of(Text("  A robin\nsang. ")) == (16, 3)
    assert Length.of(Text("")) == (0, 0)


def test_too_short() -> None:
    assert too_short(Length(5, 1)) is None
    assert too_short(Length(5, 0)) == Drop("0 words < 1", 0)
    assert too_short(Length(2000, 999), words=1000) == Drop("999 words < 1,000", 999)
    assert too_short(Length(9, 2), words=2, characters=10) == Drop("9 characters < 10", 9)
    assert too_short(Length(10, 2), words=2, characters=10) is None


def test_too_long() -> None:
    assert too_long(Length(10, 3), characters=10) is None
    assert too_long(Length(1001, 3), characters=1000) == Drop("1,001 characters > 1,000", 1001)
    assert too_long(Length(10, 3), characters=10, words=2) == Drop("3 words > 2", 3)
    assert too_long(Length(10, 2), characters=10, words=2) is None
