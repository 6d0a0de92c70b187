"""Which of several findings hold, which recognisers there are, and the checks of numbers."""

import itertools
from importlib.metadata import EntryPoint
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.core.errors import RecipeError
from datastork.media.text.private import registry
from datastork.media.text.private.checksums import luhn, mod11_10, mod97, verhoeff
from datastork.media.text.private.finding import Finding, resolve
from datastork.media.text.private.national.recogniser import National, is_valid
from datastork.media.text.private.recogniser import Hints
from datastork.media.text.private.synthetic import numbers

FINDINGS = st.lists(
    st.builds(
        lambda kind, start, size, sure: Finding(kind, start, start + size, sure),
        st.sampled_from("ABC"),
        st.integers(0, 40),
        st.integers(1, 12),
        st.sampled_from([0.5, 0.7, 0.9]),
    )
)


@given(FINDINGS, st.randoms(use_true_random=False))
def test_what_holds_does_not_overlap_and_does_not_depend_on_order(findings, random):
    chosen = resolve(findings)
    mixed = list(findings)
    random.shuffle(mixed)

    assert all(one.end <= other.start for one, other in itertools.pairwise(chosen))
    assert set(chosen) <= set(findings)
    assert resolve(mixed) == chosen
    assert bool(chosen) == bool(findings)


def test_the_surer_of_two_that_overlap_holds():
    assert resolve([Finding("A", 0, 5, 0.6), Finding("B", 3, 8, 0.9)]) == [Finding("B", 3, 8, 0.9)]


def test_a_longer_one_holds_what_lies_within_it():
    assert resolve([Finding("URL", 0, 30, 0.7), Finding("EMAIL", 5, 15, 0.95)]) == [Finding("URL", 0, 30, 0.7)]


def test_one_that_is_much_surer_is_not_held():
    assert resolve([Finding("A", 0, 30, 0.5), Finding("B", 5, 15, 0.95)]) == [Finding("B", 5, 15, 0.95)]


def test_a_kind_that_does_not_exist_is_named_with_the_nearest():
    with pytest.raises(RecipeError, match="no kind of personal data is called 'EMIAL'; did you mean 'EMAIL'"):
        registry.finder(("EMIAL",))


def test_a_kind_that_needs_the_model_says_so():
    with pytest.raises(RecipeError, match='PERSON is found by the model only: add model = "names"'):
        registry.finder(("PERSON",))


class Badge:
    """BADGE: a recogniser of another package."""

    kinds = ("BADGE",)

    def find(self, text, hints):
        at = text.find("badge 7")
        return [Finding("BADGE", at, at + 7, 0.9)] if at >= 0 and hints.numbers else []


@pytest.fixture
def _with_badge(monkeypatch):
    point = EntryPoint("badge", f"{__name__}:Badge", registry.ENTRY_POINTS)
    monkeypatch.setattr(
        "importlib.metadata.entry_points", lambda group: [point] if group == registry.ENTRY_POINTS else []
    )
    registry._made.cache_clear()
    registry.finder.cache_clear()
    yield
    registry._made.cache_clear()
    registry.finder.cache_clear()


@pytest.mark.usefixtures("_with_badge")
def test_another_package_adds_a_recogniser():
    assert "BADGE" in registry.known_kinds()
    assert registry.finder().find("my badge 7, please") == [Finding("BADGE", 3, 10, 0.9)]


def test_hints_say_where_numbers_are():
    hints = Hints("é12 and 345-678, x9\n1")

    assert hints.numbers == [(1, 3), (8, 11), (12, 15), (18, 19), (20, 21)]
    assert hints.groups == [(8, 15)] or hints.groups == [(8, 19)]
    assert hints.mixed


@given(st.text(max_size=200))
def test_hints_have_the_numbers_of_any_text(text):
    import re

    assert Hints(text).numbers == [match.span() for match in re.finditer("[0-9]+", text)]


@pytest.mark.parametrize("digits", ["4111111111111111", "79927398713", "371449635398431"])
def test_luhn_takes_what_is_right_and_nothing_with_one_digit_changed(digits):
    assert luhn(digits)
    for at, one in enumerate(digits):
        assert not luhn(digits[:at] + str((int(one) + 1) % 10) + digits[at + 1 :])


def test_the_published_examples_are_right():
    assert mod97("GB82WEST12345698765432")
    assert not mod97("GB82WEST12345698765433")
    assert verhoeff("2363")
    assert not verhoeff("2364")
    assert mod11_10("86095742719")


MAKERS = {
    "US_SSN": numbers.ssn,
    "GB_NHS": numbers.nhs,
    "GB_NINO": numbers.nino,
    "FR_NIR": numbers.nir,
    "DE_TAX_ID": numbers.steuer_id,
    "ES_DNI": numbers.dni,
    "NL_BSN": numbers.bsn,
    "SE_PERSONNUMMER": numbers.personnummer,
    "PL_PESEL": numbers.pesel,
    "BR_CPF": numbers.cpf,
    "CA_SIN": numbers.sin,
    "IN_AADHAAR": numbers.aadhaar,
    "IT_CODICE_FISCALE": numbers.codice_fiscale,
}


@pytest.mark.parametrize("kind", MAKERS)
def test_two_ways_to_reckon_check_digits_agree(kind):
    rng = Random(7)

    assert kind in National.kinds
    assert all(is_valid(kind, MAKERS[kind](rng)) for _ in range(300))


@pytest.mark.parametrize("kind", sorted(set(MAKERS) - {"US_SSN", "GB_NINO"}))
def test_a_changed_digit_is_noticed(kind):
    rng = Random(8)
    missed = 0
    for _ in range(200):
        value = MAKERS[kind](rng)
        at = rng.choice([at for at, one in enumerate(value) if one.isdigit()])
        missed += is_valid(kind, f"{value[:at]}{(int(value[at]) + 1) % 10}{value[at + 1 :]}")

    assert missed <= 2
