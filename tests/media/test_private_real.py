"""Personal data in real texts: most of what people marked is found, and little is found in prose that holds none."""

import json

import pytest

from datastork.media.text.private.registry import finder


@pytest.fixture(scope="module")
def marked(real_data):
    """Return 300 texts with marked personal data."""
    path = real_data / "text" / "pii" / "data" / "synth_dataset_v2.json"
    return json.loads(path.read_text(encoding="utf-8"))[1::5]


def recall(texts, chosen, marks, kinds):
    """Return the share of marked places of which findings of `kinds` cover half."""
    found = total = 0
    for one in texts:
        findings = [other for other in chosen.find(one["full_text"]) if other.kind in kinds]
        for span in one["spans"]:
            start, end = span["start_position"], span["end_position"]
            if span["entity_type"] in marks:
                total += 1
                covered = sum(max(0, min(end, f.end) - max(start, f.start)) for f in findings)
                found += 2 * covered >= end - start
    return found / total


@pytest.mark.real
def test_patterns_find_nearly_all_that_has_a_form(marked):
    marks = {"EMAIL_ADDRESS", "CREDIT_CARD", "IBAN_CODE", "IP_ADDRESS", "US_SSN", "PHONE_NUMBER"}
    kinds = {"EMAIL", "CREDIT_CARD", "IBAN", "IP_ADDRESS", "US_SSN", "PHONE"}

    assert recall(marked, finder(), marks, kinds) >= 0.95


@pytest.mark.real
def test_names_and_addresses_are_found_with_the_model(marked):
    assert recall(marked, finder(model="names"), {"PERSON"}, {"PERSON"}) >= 0.75
    assert recall(marked, finder(), {"STREET_ADDRESS"}, {"ADDRESS"}) >= 0.60


@pytest.mark.real
@pytest.mark.parametrize("book", ["austen-emma.txt", "carroll-alice.txt"])
def test_a_book_has_no_personal_data(book, real_data):
    path = real_data / "text" / "nltk" / "resources" / "corpora" / "gutenberg" / book

    assert finder().find(path.read_text(encoding="latin-1")) == []
