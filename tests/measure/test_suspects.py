import json

import numpy as np
import pytest

from datastork.measure.suspects import suspects


@pytest.fixture(scope="module")
def digits():
    """The handwritten digits of scikit-learn as 16 × 16 grey values, with 2 % of the labels changed."""
    from sklearn.datasets import load_digits

    pictures, truth = load_digits(return_X_y=True)
    pictures = np.kron(pictures.reshape(-1, 8, 8), np.ones((2, 2))) * 15
    rng = np.random.default_rng(0)
    wrong = rng.choice(len(truth), len(truth) // 50, replace=False)
    labels = truth.copy()
    labels[wrong] = (truth[wrong] + rng.integers(1, 10, len(wrong))) % 10
    return [one.astype(np.uint8).tobytes() for one in pictures], labels, {f"{at:04}" for at in wrong}


def test_planted_wrong_labels_are_found(samples, digits):
    prints, labels, wrong = digits
    count = len(labels)
    found = suspects(
        samples(count, fingerprint=prints, label=[str(one) for one in labels], media_modality=["grey"] * count)
    )
    named = [row[0] for row in found.tables[0].rows]
    hits = len(wrong & set(named))
    assert found.numbers["neighbour_balanced_accuracy"] > 0.9
    assert found.numbers["suspects"] == len(named)
    assert hits / len(wrong) >= 0.85
    assert hits / len(named) >= 0.7
    confidence = [row[-1] for row in found.tables[0].rows]
    assert confidence == sorted(confidence, reverse=True)
    assert min(confidence) >= 0.8
    for pair in found.pairs:
        assert labels[int(pair.first)] != labels[int(pair.second)]
    json.dumps(found.as_dict())


def test_without_structure_no_one_is_accused(samples):
    rng = np.random.default_rng(0)
    prints = [rng.integers(0, 255, 64, np.uint8).tobytes() for _ in range(300)]
    labels = [str(one) for one in rng.integers(0, 3, 300)]
    found = suspects(samples(300, fingerprint=prints, label=labels, media_modality=["grey"] * 300))
    assert found.numbers["neighbour_balanced_accuracy"] < 0.5
    assert found.numbers["suspects"] is None
    assert (list(found.tables), list(found.pairs), list(found.warnings)) == ([], [], [])
    assert "none are named" in found.sentences[1]


def test_right_labels_are_left_alone(samples):
    base = {"a": np.tile([0, 200], 32), "b": np.repeat([0, 200], 32)}
    rng = np.random.default_rng(0)
    labels = ["a", "b"] * 40
    prints = [(base[one] + rng.integers(0, 40, 64)).astype(np.uint8).tobytes() for one in labels]
    found = suspects(samples(80, fingerprint=prints, label=labels, media_modality=["grey"] * 80))
    assert (found.numbers["neighbour_accuracy"], found.numbers["suspects"]) == (1.0, 0)
    assert found.sentences[1] == "No label is contradicted by 80% or more of its neighbours."


@pytest.mark.parametrize(
    ("count", "labels", "kind", "said"),
    [
        (0, [], "grey", "Nothing to compare: 0 labelled samples, 0 labels."),
        (5, ["a", "b", "a", "b", None], "grey", "Nothing to compare: 4 labelled samples, 2 labels."),
        (30, ["a"] * 30, "grey", "Nothing to compare: 30 labelled samples, 1 label."),
        (30, ["a", "b"] * 15, "mute", "Samples of the kind 'mute' cannot be compared by fingerprint."),
    ],
)
def test_where_nothing_can_be_compared_it_says_so(samples, count, labels, kind, said):
    found = suspects(samples(count, label=labels or np.array([], str), media_modality=np.array([kind] * count, str)))
    assert list(found.sentences) == [said]
    assert found.numbers["suspects"] is None


def test_neighbours_are_the_nearest_when_all_are_compared():
    from datastork.measure.suspects import _vote

    rng = np.random.default_rng(0)
    points = rng.normal(size=(150, 8)).astype(np.float32)
    label = rng.integers(0, 4, 150)
    alike = points @ points.T
    np.fill_diagonal(alike, -np.inf)
    expected = np.argsort(-alike, axis=1, kind="stable")[:, :7]
    votes = _vote(points, label, 7)
    assert np.array_equal(votes.nearest, expected)
    assert votes.own.tolist() == ((label[expected] == label[:, None]).mean(axis=1)).tolist()
