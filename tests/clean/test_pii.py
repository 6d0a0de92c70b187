"""clean.pii: what it writes in place of personal data, what it records, and that no value gets out."""

import re
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.clean._pii.stand_ins import Draws, stand_in
from datastork.clean.pii import pii
from datastork.core import Drop
from datastork.core.change import Change
from datastork.core.errors import DataError, RecipeError
from datastork.media.text import Text
from datastork.media.text.private.checksums import luhn, mod97
from datastork.media.text.private.finding import Finding
from datastork.media.text.private.registry import Finder, finder
from datastork.testing import check_step

LETTER = (
    "Dear Anna Smith, call +44 20 7946 0018 or write to anna@posteo.de from 86.121.97.248. "
    "Card 4111 1111 1111 1111, SSN 078-05-1120. Best, Anna"
)
VALUES = ("Anna", "7946", "posteo", "86.121", "4111", "1120")


@pytest.fixture
def key(tmp_path):
    """Return the path of a file with a key."""
    path = tmp_path / "pii.key"
    path.write_text("correct horse battery staple\n")
    return str(path)


def test_it_keeps_the_promises_of_a_step():
    check_step("clean.pii")


def test_redact_writes_the_kind():
    assert (
        pii(Text("Write to anna@posteo.de, or ring +44 20 7946 0018.")).content == "Write to [EMAIL], or ring [PHONE]."
    )


def test_mask_keeps_length_and_separators():
    assert pii(Text("at 86.121.97.248!"), action="mask").content == "at **.***.**.***!"


def test_drop_says_how_much_of_what_and_nothing_else():
    assert pii(Text(LETTER), action="drop") == Drop(
        "personal data: CREDIT_CARD:1 EMAIL:1 IP_ADDRESS:1 PHONE:1 US_SSN:1", 5
    )


def test_a_text_without_personal_data_is_the_same_object():
    text = Text("A robin sat on the wall.")

    assert pii(text) is text
    assert pii(text, action="drop") is text


def test_changes_say_kind_place_and_what_was_done():
    text = Text("Write to anna@posteo.de.")

    assert pii(text).changes == (Change("EMAIL", 9, 23, "redacted", 0.95),)
    assert pii(text, action="mask").changes == (Change("EMAIL", 9, 23, "masked", 0.95),)


def test_markup_stays_markup():
    done = pii(Text("<p>anna@posteo.de</p>", "html"))

    assert (done.content, done.format) == ("<p>[EMAIL]</p>", "html")


def test_only_the_kinds_named_are_touched():
    assert "4111" in pii(Text(LETTER), kinds=["EMAIL", "NATIONAL_ID"]).content
    assert "[US_SSN]" in pii(Text(LETTER), kinds=["EMAIL", "NATIONAL_ID"]).content


@pytest.mark.parametrize("action", ["redact", "mask", "replace"])
def test_no_value_is_left(action, key):
    done = pii(Text(LETTER), action=action, model="names", key=key)

    assert not [value for value in VALUES if value in done.content]
    assert not [value for value in VALUES if value in repr(done.changes)]


def test_redacting_again_changes_nothing():
    once = pii(Text(LETTER), model="names")

    assert pii(once, model="names") is once


@given(st.text(max_size=300))
def test_changes_say_which_letters_were_replaced(content):
    done = pii(Text(content))
    rebuilt, end = [], 0
    for change in done.changes:
        rebuilt += [content[end : change.start], f"[{change.kind}]"]
        end = change.end

    assert "".join(rebuilt) + content[end:] == done.content


# Stand-ins


def test_the_same_value_has_the_same_stand_in_everywhere(key):
    texts = [Text("mail Anna@Posteo.de"), Text("from: anna@posteo.de, again")]
    first, second = (re.search(r"[\w.]+@[\w.]+", pii(one, action="replace", key=key).content)[0] for one in texts)

    assert first == second
    assert first != "anna@posteo.de"
    assert first.partition("@")[2] in ("example.org", "example.com", "example.net")


def test_another_key_gives_other_stand_ins():
    assert stand_in("EMAIL", "anna@posteo.de", b"one") != stand_in("EMAIL", "anna@posteo.de", b"two")


def test_parts_of_a_name_go_together():
    whole = stand_in("PERSON", "Anna van Smith", b"key").split()

    assert stand_in("PERSON", "Anna", b"key") == whole[0]
    assert whole[1] == "van"
    assert stand_in("PERSON", "SMITH", b"key") == whole[2].upper()
    assert stand_in("PERSON", "Ána Šmith", b"key") == stand_in("PERSON", "Ana Smith", b"key")
    assert stand_in("PERSON", "J.", b"key")[1:] == "."


def test_a_number_has_one_stand_in_however_it_is_written():
    assert stand_in("PHONE", "+44 7911 123 456", b"key") == stand_in("PHONE", "+447911123456", b"key")
    assert stand_in("US_SSN", "078-05-1120", b"key").replace("-", "") == stand_in("US_SSN", "078051120", b"key")


SHAPES = {
    "EMAIL": ("anna@posteo.de", r"[a-z]+\.[a-z]+\d{1,3}@example\.(org|com|net)"),
    "PHONE": ("(602) 272-9781", r"[2-9]\d\d-555-01\d\d"),
    "IP_ADDRESS": ("86.121.97.248", r"(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+"),
    "MAC_ADDRESS": ("00:1B:44:11:3A:B7", r"00:00:5E:00:53:[0-9A-F]{2}"),
    "CREDIT_CARD": ("4111 1111 1111 1111", r"0000 00\d\d \d{4} \d{4}"),
    "IBAN": ("GB29NWBK60161331926819", r"XX00[A-Z]{4}\d{14}"),
    "US_SSN": ("078-05-1120", r"000-\d\d-\d{4}"),
    "URL_TOKEN": ("https://a.example/?token=12345", r"https://example\.org/[0-9a-f]{10}"),
    "SECRET": ("hunter2", r"example-secret-[0-9a-f]{10}"),
    "COORDINATES": ("51.5, 0.1", r"0\.0\d{4}, 0\.0\d{4}"),
    "ADDRESS": ("12 Baker Street", r"\d+ [A-Z][a-z]+ Street, Example Town 00000"),
    "DATE_OF_BIRTH": ("3/12/1980", r"\d{1,2}/\d\d/1900"),
    "LOCATION": ("London", r"[A-Z][a-z]+ville"),
    "BADGE": ("x", r"\[BADGE-[0-9a-f]{8}\]"),
}


@pytest.mark.parametrize("kind", SHAPES)
def test_a_stand_in_is_plainly_invented(kind):
    value, shape = SHAPES[kind]

    assert re.fullmatch(shape, stand_in(kind, value, b"key"))


def test_version_six_addresses_come_from_the_range_for_documents():
    assert stand_in("IP_ADDRESS", "2a00:1450::1", b"key").startswith("2001:db8:")


@given(st.from_regex(r"\A[3-6][0-9]{11,18}\Z"), st.binary(min_size=1, max_size=8))
def test_no_stand_in_for_a_number_can_be_somebodys(digits, key):
    assert not luhn(stand_in("CREDIT_CARD", digits, key))
    assert not mod97(stand_in("IBAN", "DE" + digits, key))
    assert finder(("ES_DNI",)).find(stand_in("ES_DNI", "12345678Z", key)) == []


def test_draws_do_not_run_dry():
    draws = Draws(b"key", "a", "b")
    drawn = [draws.below(10) for _ in range(2000)]

    assert min(drawn.count(one) for one in range(10)) > 120
    assert drawn[:1000] != drawn[1000:]


def test_without_a_key_the_build_stops_and_says_how_to_make_one(monkeypatch):
    monkeypatch.delenv("DATASTORK_PII_KEY", raising=False)
    with pytest.raises(
        RecipeError, match=r"(?s)needs a key, and neither key nor the variable DATASTORK_PII_KEY is given.*urandom"
    ):
        pii(Text("x"), action="replace")


def test_the_key_may_come_from_the_environment(monkeypatch, key):
    monkeypatch.setenv("DATASTORK_PII_KEY", "correct horse battery staple")

    assert pii(Text(LETTER), action="replace").content == pii(Text(LETTER), action="replace", key=key).content


def test_a_short_key_is_refused(tmp_path):
    (tmp_path / "short").write_text("abc")
    with pytest.raises(RecipeError, match=r"the key of clean\.pii has 3 bytes; 16 are the least"):
        pii(Text("x"), action="replace", key=str(tmp_path / "short"))


def test_a_key_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(RecipeError, match=r"the key of clean\.pii cannot be read: No such file"):
        pii(Text("x"), action="replace", key=str(tmp_path / "none"))


def test_a_kind_that_does_not_exist_is_refused():
    with pytest.raises(RecipeError, match=r"did you mean 'PHONE'"):
        pii(Text("x"), kinds=["PHONES"])


def test_an_error_in_a_recogniser_tells_nothing_of_the_text(monkeypatch):
    def fails(self, text):
        raise ValueError(f"cannot read {text}")

    monkeypatch.setattr(Finder, "find", fails)
    with pytest.raises(DataError, match=r"^looking for personal data failed with ValueError$") as caught:
        pii(Text(VALUES[0]))

    assert "Anna" not in "".join(traceback.format_exception(caught.value))


def test_a_plugins_kind_is_written_as_it_is_called(monkeypatch):
    monkeypatch.setattr(Finder, "find", lambda self, text: [Finding("BADGE", 3, 10, 0.9)])

    assert pii(Text("my badge 7")).content == "my [BADGE]"
