import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.consensus.agreement.bootstrap import Estimate, Resampling
from datastork.consensus.agreement.coefficients import coincidences, fleiss, gwet, krippendorff, percent
from datastork.consensus.agreement.ratings import Ratings, pairs
from datastork.core.errors import DataError

# Krippendorff 2011, Computing Krippendorff's alpha-reliability, section D: 4 observers, 12 units
FOUR = Ratings.of(
    [
        [1, 1, None, 1],
        [2, 2, 3, 2],
        [3, 3, 3, 3],
        [3, 3, 3, 3],
        [2, 2, 2, 2],
        [1, 2, 3, 4],
        [4, 4, 4, 4],
        [1, 1, 2, 1],
        [2, 2, 2, 2],
        [None, 5, 5, 5],
        [None, None, 1, 1],
        [None, 3, None, None],
    ]
)
# Fleiss' kappa, worked example: 10 subjects, 14 raters, how many chose each of 5 categories
FOURTEEN = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]
tables = st.lists(
    st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=4, max_size=4), min_size=2, max_size=12
).filter(lambda rows: any(sum(one is not None for one in row) > 1 for row in rows))
quick = {"replicates": 20, "seed": 0}


def brute_alpha(rows, distance):
    """Alpha by its definition: disagreement within units over disagreement of all pairs of values."""
    units = [[one for one in row if one is not None] for row in rows]
    units = [unit for unit in units if len(unit) > 1]
    values = [one for unit in units for one in unit]
    ways = [
        (a, b, 1 / (len(unit) - 1)) for unit in units for i, a in enumerate(unit) for j, b in enumerate(unit) if i != j
    ]
    observed = sum(weight * distance(a, b, values) for a, b, weight in ways) / len(values)
    expected = sum(distance(a, b, values) for i, a in enumerate(values) for j, b in enumerate(values) if i != j)
    expected /= len(values) * (len(values) - 1)
    return 1 - observed / expected if expected else float("nan")


def ordinal(a, b, values):
    low, high = min(a, b), max(a, b)
    between = sum(values.count(one) for one in range(low, high + 1))
    return (between - (values.count(low) + values.count(high)) / 2) ** 2


DISTANCES = {
    "nominal": lambda a, b, _: a != b,
    "ordinal": ordinal,
    "interval": lambda a, b, _: (a - b) ** 2,
    "ratio": lambda a, b, _: ((a - b) / (a + b)) ** 2 if a + b else 0,
}


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_of_krippendorffs_own_example(level, alpha):
    assert krippendorff(FOUR, level=level).value == pytest.approx(alpha, abs=0.0005)


@pytest.mark.parametrize("level", list(DISTANCES))
@settings(deadline=None)
@given(rows=tables)
def test_alpha_is_what_its_definition_says(level, rows):
    again = Resampling(len(rows), **quick)
    found = krippendorff(Ratings.of(rows), again, level=level).value
    assert found == pytest.approx(brute_alpha(rows, DISTANCES[level]), abs=1e-9, nan_ok=True)


def test_ordinal_alpha_of_many_values_is_that_of_few(monkeypatch):
    from datastork.consensus.agreement import coefficients

    exact = krippendorff(FOUR, level="ordinal")
    monkeypatch.setattr(coefficients, "COINCIDENCES", 3)
    assert krippendorff(FOUR, level="ordinal").value == pytest.approx(exact.value, abs=1e-12)
    with pytest.raises(DataError, match='5 different values are too many for level = "ratio"'):
        krippendorff(FOUR, level="ratio")


def test_ratio_alpha_needs_numbers_from_0_on():
    with pytest.raises(DataError, match="numbers from 0 on"):
        krippendorff(Ratings.of([[-1, 1], [1, 1]]), level="ratio")


def test_fleiss_of_the_worked_example():
    rows = [[value for value, count in enumerate(counts) for _ in range(count)] for counts in FOURTEEN]
    assert fleiss(Ratings.of(rows)).value == pytest.approx(0.210, abs=0.0005)
    assert percent(Ratings.of(rows)).value == pytest.approx(0.378, abs=0.0005)


def test_all_coefficients_of_gwets_four_raters():
    # Gwet's package irrCAC, cac.raw4raters (the same votes): percent .8182, AC1 .7754, Fleiss .7612, alpha .7434
    found = [of(FOUR).value for of in (percent, gwet, fleiss, krippendorff)]
    assert found == pytest.approx([0.8182, 0.7754, 0.7612, 0.7434], abs=0.00005)


def test_gwet_is_not_misled_by_a_common_class():
    # Gwet 2008, table 2: 118 + 2 equal of 125, and yet a kappa near nothing
    rows = [[0, 0]] * 118 + [[0, 1]] * 5 + [[1, 0]] * 2
    found = Ratings.of(rows)
    assert gwet(found).value == pytest.approx(0.9408, abs=0.0005)
    assert fleiss(found).value < 0
    assert percent(found).value == pytest.approx(118 / 125)


def test_quadratic_weights_forgive_neighbours():
    near, far = Ratings.of([[0, 1], [1, 1], [2, 2], [3, 3]]), Ratings.of([[0, 3], [1, 1], [2, 2], [3, 3]])
    for of in (gwet, fleiss, krippendorff):
        assert of(near).value == pytest.approx(of(Ratings.of([[0, 2], [1, 1], [2, 2], [3, 3]])).value, abs=0.2)
        assert of(near, level="interval").value > of(far, level="interval").value + 0.3


@settings(deadline=None)
@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_annotators_and_samples_does_not_matter(rows, chance):
    turned = [chance.sample(row, len(row)) for row in chance.sample(rows, len(rows))]
    for of in (percent, fleiss, gwet, krippendorff):
        first, second = (of(Ratings.of(one), Resampling(len(rows), **quick)).value for one in (rows, turned))
        assert first == pytest.approx(second, abs=1e-9, nan_ok=True)


@settings(deadline=None)
@given(tables)
def test_the_meetings_sum_up_to_the_votes(rows):
    table = coincidences(Ratings.of(rows))
    several = sum(n for n in (sum(one is not None for one in row) for row in rows) if n > 1)
    assert table.sum() == pytest.approx(several)
    assert abs(table - table.T).max() < 1e-12


def test_where_all_votes_are_for_one_class_chance_says_nothing():
    same = Ratings.of([[1, 1], [1, 1]])
    assert percent(same).value == 1.0
    assert np.isnan([krippendorff(same).value, fleiss(same).value]).all()


def test_without_a_second_vote_there_is_no_agreement_to_measure():
    for of in (percent, fleiss, gwet, krippendorff):
        assert np.isnan(of(Ratings.of([[1, None], [None, 2]])).value)


def test_the_interval_of_a_share_is_as_wide_as_theory_says():
    chance = np.random.default_rng(1)
    for items in (500, 10_000):  # drawn one by one, and in blocks
        equal = chance.random(items) < 0.8
        found = percent(Ratings.of([[0, 0] if one else [0, 1] for one in equal]))
        width = 2 * 1.96 * np.sqrt(equal.mean() * (1 - equal.mean()) / items)
        assert found.high - found.low == pytest.approx(width, rel=0.12)
        assert found.low < found.value < found.high


def test_of_very_many_classes_only_the_commonest_are_resampled(monkeypatch):
    from datastork.consensus.agreement import bootstrap

    chance = np.random.default_rng(2)
    table = Ratings.of(
        [[int(value), int(value) if chance.random() < 0.6 else 99] for value in chance.zipf(1.6, 300) % 99]
    )
    exact = [of(table) for of in (krippendorff, fleiss, gwet)]
    monkeypatch.setattr(bootstrap, "WIDE", 5)
    for before, of in zip(exact, (krippendorff, fleiss, gwet), strict=True):
        found = of(table)
        assert found.value == pytest.approx(before.value, abs=1e-12)
        assert (found.low, found.high) == pytest.approx((before.low, before.high), abs=0.01)


def test_the_same_seed_gives_the_same_interval():
    once, again, other = (krippendorff(FOUR, Resampling(12, replicates=50, seed=seed)) for seed in (3, 3, 4))
    assert once == again
    assert once != other


def test_an_estimate_leaves_out_replicates_that_are_not_defined():
    assert Estimate.of(np.array([0.5, np.nan, 0.4, 0.6]), 1.0) == Estimate(0.5, 0.4, 0.6)


def test_pairs_are_thinned_by_whole_items():
    table = Ratings.of([[0, 1, 1]] * 10)
    who, values, items = pairs(table)
    assert (len(items), values[:3].tolist(), who[:3].tolist()) == (
        30,
        [[0, 1], [0, 1], [1, 1]],
        [[0, 1], [0, 2], [1, 2]],
    )
    assert len(pairs(table, most=15)[2]) == 15


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (([0, 0], [1, 1], [0, 0]), "annotator 1 votes twice on item 0"),
        (([0, 5], [1, 1], [0, 0]), "items run from 0 to 5; they must lie between 0 and 2"),
        (([0], [1, 1], [0, 0]), "1 items, 2 annotators and 2 values"),
    ],
)
def test_votes_that_cannot_be_are_refused(columns, message):
    with pytest.raises(DataError, match=message):
        Ratings(*(np.array(one) for one in columns), 3, 2, 1)


@pytest.mark.real
def test_alpha_of_the_textual_entailment_votes(real_data):
    votes = np.load(real_data / "crowd" / "SpectralMethodsMeetEM__rte.npz")
    columns = [np.unique(votes[name], return_inverse=True)[1] for name in ("item", "worker", "label")]
    found = krippendorff(Ratings(*columns, *(int(one.max()) + 1 for one in columns)))
    assert found.value == pytest.approx(0.2415, abs=0.00005)
