import pytest
from tests.engine.voting.test_stored import built, rows

from datastork.core.errors import DataError
from datastork.store.votes.store import open_votes


def test_a_program_casts_votes_and_they_become_labels(make):
    dataset, ids = built(make)
    assert dataset.votes().num_rows == 0
    given = [{"sample": one, "annotator": "net", "value": "cat", "confidence": 0.9, "uuid": one} for one in ids]
    assert dataset.cast(given, model=True) == 4
    assert dataset.cast(given, model=True) == 0
    dataset.build()
    assert {(row["label"], row["label_probability"]) for row in rows(dataset).values()} == {("cat", 0.9)}
    assert dataset.votes("label")["annotator"].to_pylist() == ["net"] * 4
    with open_votes(dataset.home) as store:
        found = store.people.get("net")
        assert found is not None
        assert found.role == "model"


@pytest.mark.parametrize(
    ("vote", "said"),
    [
        ({"annotator": "net", "value": "cat"}, "vote 1: sample must be a text"),
        ({"sample": "x", "annotator": "net", "value": "cta"}, "did you mean 'cat'"),
        ({"sample": "x", "annotator": "net", "vlaue": "cat"}, "did you mean 'value'"),
        ({"sample": "x", "annotator": "net"}, "give a value, or the reason"),
        ({"sample": "x", "annotator": "net", "value": "cat", "question": "labl"}, "did you mean 'label'"),
        ({"sample": "x", "annotator": "net", "value": "cat", "confidence": 7}, "confidence"),
    ],
)
def test_a_vote_that_is_none_is_told_what_is_wrong(make, vote, said):
    dataset, _ = built(make)
    with pytest.raises(DataError, match=said):
        dataset.cast([vote])
    assert dataset.votes().num_rows == 0
