"""What the names of charsets mean."""

import pytest

from datastork.media.text.charsets import meant


@pytest.mark.parametrize(
    ("name", "codec"),
    [("ISO-8859-1", "cp1252"), ("us-ascii", "cp1252"), ("Shift_JIS", "cp932"), ("UTF8", "utf-8"), ("koi8-r", "koi8-r")],
)
def test_a_charset_is_what_browsers_take_it_for(name: str, codec: str) -> None:
    assert meant(name) == codec


@pytest.mark.parametrize("name", ["", "klingon", "rot13", "zip", "base64"])
def test_what_is_no_charset_is_not_known(name: str) -> None:
    with pytest.raises(LookupError):
        meant(name)
