"""Rows that would poison a model: labels all else speaks against, rows far from their class."""

import numpy as np
import pytest

from datastork.learning.sanitise import REASONS, suspected


def told(rows: int = 1000, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return probabilities of two classes, labels of which a tenth are flipped, and which."""
    draw = np.random.default_rng(seed)
    truth = draw.integers(0, 2, rows)
    sure = np.clip(draw.beta(12, 2, rows), 0.01, 0.99)
    flipped = draw.random(rows) < 0.1
    labels = np.where(flipped, 1 - truth, truth)
    probability = np.where(truth[:, None] == np.arange(2), sure[:, None], 1 - sure[:, None])
    return probability, labels, flipped


def test_flipped_labels_are_found_and_the_likelier_class_named() -> None:
    probability, labels, flipped = told()
    found = suspected(probability, labels, sure=0.8)
    assert (found.rows & flipped).sum() > 0.6 * flipped.sum()
    assert not (found.rows & ~flipped).any()
    assert (found.likely[found.rows] == 1 - labels[found.rows]).all()
    assert (found.sure[found.rows] >= 0.8).all()
    assert (found.likely[~found.rows] == labels[~found.rows]).all()


@pytest.mark.parametrize(("sure", "more"), [(0.95, 0.5), (0.6, 0.9)])
def test_a_stricter_doubt_finds_fewer(sure: float, more: float) -> None:
    probability, labels, flipped = told()
    share = (suspected(probability, labels, sure=sure).rows & flipped).sum() / flipped.sum()
    assert (share < 0.6) == (more < 0.6)


def test_no_minority_loses_more_than_its_share() -> None:
    probability, labels, flipped = told()
    cells = np.where(flipped & (np.arange(1000) < 700), 1, 0)  # a group of which nearly all is doubted
    found = suspected(probability, labels, cells=cells, most=0.2)
    assert found.rows[cells == 1].sum() == int(0.2 * (cells == 1).sum())
    kept = found.sure[(cells == 1) & found.rows].min()
    left = suspected(probability, labels)
    assert kept >= left.sure[(cells == 1) & left.rows & ~found.rows].max()


def test_a_far_row_is_suspected_only_where_it_looks_like_another_class() -> None:
    draw = np.random.default_rng(0)
    numbers = draw.normal(size=(300, 3))
    labels = np.repeat([0, 1], 150)
    probability = np.where(labels[:, None] == np.arange(2), 0.8, 0.2)
    numbers[[0, 200]] = 60.0
    probability[0] = [0.4, 0.6]
    found = suspected(probability, labels, numbers)
    assert np.flatnonzero(found.rows).tolist() == [0]
    assert REASONS[found.kind[0]] == "far"
    assert found.sure[0] == 0.0
    numbers[0, 1] = np.nan
    assert suspected(probability, labels, numbers).rows[0]


def test_clean_labels_are_left_alone() -> None:
    probability, labels, flipped = told()
    assert not suspected(probability[~flipped], labels[~flipped]).rows.any()
