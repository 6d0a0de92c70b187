"""measure.pii: what it counts, what it says, and on what its numbers depend."""

import daft
import pyarrow as pa
import pytest

from datastork.measure.pii import MOST_TEXTS, pii
from datastork.media.text.private.registry import Finder
from datastork.media.text.private.synthetic.plant import MAKERS

STORY = "A robin sat on the wall. It sang, and nobody was awake.\nThe cat watched from the window."


@pytest.fixture
def texts():
    """Return a function that makes a frame of texts."""

    def make(*contents, modality="text"):
        rows = {
            "id": [f"{at:05}" for at in range(len(contents))],
            "media": [one if isinstance(one, bytes) else one.encode() for one in contents],
            "media_modality": [modality] * len(contents),
        }
        schema = {"id": pa.string(), "media": pa.binary(), "media_modality": pa.string()}
        return daft.from_arrow(pa.table({name: pa.array(rows[name], kind) for name, kind in schema.items()}))

    return make


def test_every_kind_is_planted_as_often_and_has_an_interval(texts):
    found = pii(texts(STORY, STORY + "!"), kinds=["EMAIL", "IBAN"], each=10)
    [table] = found.tables

    assert [row[:2] for row in table.rows] == [["EMAIL", 10], ["IBAN", 10]]
    assert all(low <= share <= high for _, _, share, low, high, _ in table.rows)
    assert found.numbers["planted"] == 20
    assert found.numbers["recall_email"] == 1.0


def test_all_kinds_by_default_but_names(texts):
    found = pii(texts(STORY), each=5)

    assert {row[0] for row in found.tables[0].rows} == set(MAKERS) - {"PERSON"}


def test_the_model_adds_names(texts):
    found = pii(texts(STORY), kinds=["PERSON"], model="names", each=10)

    assert found.tables[0].rows[0][0] == "PERSON"
    assert found.numbers["recall_person"] >= 0.5


def test_what_is_not_found_is_not_counted_and_warned_of(texts, monkeypatch):
    monkeypatch.setattr(Finder, "find", lambda self, text: [])
    found = pii(texts(STORY), kinds=["EMAIL"], each=20)

    assert found.numbers["found"] == 0
    assert found.numbers["recall_email"] == 0
    assert found.warnings == ["Of EMAIL, 0% is found: look through the texts, or do without them."]


def test_half_a_value_is_not_found(texts, monkeypatch):
    whole = Finder.find
    monkeypatch.setattr(
        Finder, "find", lambda self, text: [one._replace(end=(one.start + one.end) // 2) for one in whole(self, text)]
    )

    assert pii(texts(STORY), kinds=["EMAIL"], each=20).numbers["found"] == 0


def test_findings_in_the_texts_themselves_are_counted_and_not_judged(texts):
    found = pii(texts("write to anna@posteo.de " * 5), kinds=["EMAIL"], each=5)

    assert found.numbers["findings_per_10000_words"] == pytest.approx(10_000 * 5 / 15, abs=0.01)
    assert "Planting cannot tell how many of these are wrong." in found.sentences[1]
    assert "posteo" not in str(found.as_dict())


def test_a_seed_gives_the_same_and_another_other_values(texts):
    frame = texts(*(f"{STORY} {at}" for at in range(30)))

    assert pii(frame, each=5, seed=1) == pii(frame, each=5, seed=1)


def test_the_order_of_rows_does_not_matter(texts):
    frame = texts(*(f"{STORY} {at}" for at in range(30)))

    assert pii(frame.sort("id", desc=True), each=5) == pii(frame, each=5)


def test_a_large_dataset_is_sampled(texts):
    frame = texts(*(f"{STORY} {at}" for at in range(MOST_TEXTS + 50)))

    assert pii(frame, kinds=["EMAIL"], each=5).numbers["texts"] == MOST_TEXTS


@pytest.mark.parametrize("contents", [[], ["", "  \n"], [b"\xff\xfe broken"]])
def test_without_texts_it_says_so(texts, contents):
    assert pii(texts(*contents)).sentences == ("There are no texts.",)


def test_other_media_are_not_looked_at(texts):
    assert pii(texts(STORY, modality="image")).numbers == {"planted": 0}


def test_kinds_that_cannot_be_invented_are_said_to_be(texts):
    assert pii(texts(STORY), kinds=["URL"]).sentences == ("Of the kinds looked for, none can be invented.",)
