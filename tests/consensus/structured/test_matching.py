import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.consensus.structured.boxes import alike
from datastork.consensus.structured.matching import clusters as clusters_module
from datastork.consensus.structured.matching.answer import Answer, centre, common, elect, median
from datastork.consensus.structured.matching.clusters import clusters
from datastork.consensus.structured.matching.existence import existence
from datastork.core.errors import DataError


def box(x, label="car", size=10.0):
    return {"label": label, "x": x, "y": 0.0, "width": size, "height": 10.0}


def groups_of(*lists, **settings):
    answers = [Answer(f"p{at}", boxes) for at, boxes in enumerate(lists)]
    return clusters(answers, alike, **{"threshold": 0.3, "by_class": False} | settings)


def test_regions_that_overlap_are_one_and_no_annotator_is_in_it_twice():
    assert groups_of([box(0), box(100)], [box(1)], [box(101), box(2)]) == [[(0, 0), (1, 0), (2, 1)], [(0, 1), (2, 0)]]
    assert groups_of([box(0), box(1)], [box(0.5)]) == [[(0, 0), (1, 0)], [(0, 1)]]
    assert groups_of([], []) == []


def test_the_nearest_go_together_where_many_could():
    # a row of boxes, each overlapping its neighbours
    assert groups_of([box(0), box(5)], [box(1), box(6)]) == [[(0, 0), (1, 0)], [(0, 1), (1, 1)]]


def test_a_chain_is_not_one_object():
    assert groups_of([box(0)], [box(5)], [box(10)], threshold=0.3) == [[(0, 0), (1, 0)], [(2, 0)]]


def test_labels_decide_between_equals_or_keep_apart():
    one, other = [box(0, "car"), box(0, "van")], [box(0, "van"), box(0, "car")]
    assert groups_of(one, other) == [[(0, 0), (1, 1)], [(0, 1), (1, 0)]]
    assert groups_of([box(0, "car")], [box(0, "van")], by_class=True) == [[(0, 0)], [(1, 0)]]
    assert groups_of([box(0, "car")], [box(0, "van")], [box(1, "car")], by_class=True) == [[(0, 0), (2, 0)], [(1, 0)]]


def test_many_regions_are_compared_in_strips(monkeypatch):
    chance = np.random.default_rng(0)
    lists = [[box(x, str(chance.choice(["car", "van"]))) for x in chance.uniform(0, 900, 40)] for _ in range(3)]
    whole = groups_of(*lists), groups_of(*lists, by_class=True)
    monkeypatch.setattr(clusters_module, "STRIP", 7)
    assert (groups_of(*lists), groups_of(*lists, by_class=True)) == whole
    monkeypatch.setattr(clusters_module, "CROWDED", 3)
    with pytest.raises(DataError, match="4 regions lie upon each other; at most 3"):
        groups_of([box(0)], [box(1)], [box(2)], [box(1)])


def test_what_all_mark_is_there_and_what_one_marks_is_not():
    probability, _ = existence([[0, 1, 2, 3, 4], [0, 1, 2], [3]], [[(at, 1.0) for at in range(5)]] * 3, 5)
    assert probability[0] > 0.99
    assert 0.5 < probability[1] < probability[0]
    assert probability[2] < 0.2


def test_the_word_of_one_annotator_alone_is_taken_with_reserve():
    probability, [skill] = existence([[0]], [[(0, 1.0)]], 1)
    assert probability[0] == pytest.approx(0.75, abs=0.05)
    assert skill.marked == 1


def test_weights_of_nothing_change_nothing():
    seen = [[(0, 1.0), (1, 1.0), (2, 0.0)]]
    with_them, _ = existence([[0, 1]], seen, 3)
    without, _ = existence([[0, 1]], [[(0, 1.0), (1, 1.0)]], 2)
    assert with_them == pytest.approx(without)


def test_recall_and_precision_are_learned():
    chance = np.random.default_rng(0)
    recall, invented = np.array([0.95, 0.9, 0.7, 0.5, 0.85]), np.array([0.02, 0.05, 0.1, 0.4, 0.05])
    marked = [[at for at in range(5) if chance.random() < recall[at]] for _ in range(600)]
    real = [bool(row) for row in marked]
    marked = [row for row in marked if row]
    for _ in range(600):
        marked += [[at] for at in range(5) if chance.random() < invented[at]]
    probability, skills = existence(marked, [[(at, 1.0) for at in range(5)]] * len(marked), 5)
    assert [one.recall for one in skills] == pytest.approx(recall, abs=0.04)
    assert [one.precision for one in skills] == pytest.approx(recall / (recall + invented), abs=0.06)
    right = (probability > 0.5)[: sum(real)].mean(), (probability < 0.5)[sum(real) :].mean()
    assert min(right) > 0.9


def test_no_candidates_are_no_trouble():
    probability, skills = existence([], [], 2)
    assert len(probability) == 0
    assert len(skills) == 2


def test_the_median_lies_between_where_two_halves_meet():
    values = np.array([[1.0], [2.0], [4.0], [9.0]])
    assert median(values, np.ones(4)).tolist() == [3.0]
    assert median(values, np.array([1.0, 1, 1, 9])).tolist() == [9.0]
    assert median(values[:1], np.ones(1)).tolist() == [1.0]


numbers = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8)


@settings(deadline=None)
@given(numbers, st.floats(-100, 100))
def test_the_centre_moves_with_the_numbers_and_stays_among_them(values, shift):
    rows = np.array(values)[:, None]
    found = centre(rows, np.ones(len(rows)))[0]
    assert min(values) - 1e-6 <= found <= max(values) + 1e-6
    assert centre(rows[::-1] + shift, np.ones(len(rows)))[0] == pytest.approx(found + shift, abs=1e-6)


def test_a_few_far_off_do_not_move_the_centre_far():
    near = [[0.0], [1.0], [2.0], [3.0], [4.0]]
    assert centre(np.array([*near, [1e9]]), np.ones(6))[0] == pytest.approx(2.5, abs=1)
    assert centre(np.array([*near, [1e9]]), np.array([1.0, 1, 1, 1, 1, 0])).tolist() == [2.0]
    assert centre(np.array([[1.0], [3.0]]), np.zeros(2)).tolist() == [2.0]


def test_elections():
    assert elect(["b", "a"], [1, 1]) == ("a", 0.5)
    assert elect([True, False, True], [1, 1, 1]) == (True, 2 / 3)
    assert elect(["a", "b"], [0, 0]) == ("a", 0.5)


def test_what_regions_say_beside_their_shape_is_voted_on():
    members = [
        {"label": "car", "attributes": {"occluded": True, "side": "left"}, "iscrowd": True, "id": "1"},
        {"label": "car", "attributes": {"occluded": True}},
        {"label": "van", "iscrowd": True},
    ]
    assert common(members, [1, 1, 1]) == ({"label": "car", "attributes": {"occluded": True}, "iscrowd": True}, 2 / 3)
