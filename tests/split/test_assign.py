import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.split._assign import assign, whole
from datastork.split._order import shuffle_keys

SHARES = {"train": 0.8, "validation": 0.05, "test": 0.15}
MAYBE = st.none() | st.integers(0, 6).map(str)
SAMPLE = st.tuples(st.sampled_from(["cat", "dog", "cow", None]), MAYBE, MAYBE)
FRACTIONS = (
    st.lists(st.integers(0, 20), min_size=3, max_size=3)
    .filter(any)
    .map(lambda parts: dict(zip(SHARES, [part / sum(parts) for part in parts], strict=True)))
)


def table(samples, before=None, start=0):
    labels, groups, clusters = zip(*samples, strict=True) if samples else ((), (), ())
    return pa.table(
        {
            "id": pa.array([f"{at:05}" for at in range(start, start + len(samples))], pa.string()),
            "label": pa.array(labels, pa.string()),
            "group": pa.array(groups, pa.string()),
            "cluster": pa.array(clusters, pa.string()),
            "split_before": pa.array(before or [None] * len(samples), pa.string()),
        }
    )


def run(rows, fractions=SHARES, seed=0, stratify=True):
    return assign(rows, fractions=fractions, tied_by=["group", "cluster"], seed=seed, stratify=stratify).to_pylist()


def torn(rows, found):
    """Return the values of group and cluster whose samples are in several splits."""
    where = {}
    for row, one in zip(rows.to_pylist(), found, strict=True):
        for column in ("group", "cluster"):
            if row[column] is not None and one["split"] is not None:
                where.setdefault((column, row[column]), set()).add(one["split"])
    return {key for key, splits in where.items() if len(splits) > 1}


@settings(max_examples=80, deadline=None)
@given(st.lists(SAMPLE, max_size=40), FRACTIONS, st.integers(0, 9), st.booleans())
def test_no_unit_is_in_two_splits_and_every_sample_has_one(samples, fractions, seed, stratify):
    rows = table(samples)
    found = run(rows, fractions, seed, stratify)
    assert [one["id"] for one in found] == rows["id"].to_pylist()
    assert all(fractions[one["split"]] > 0 for one in found)
    assert not torn(rows, found)


@settings(max_examples=80, deadline=None)
@given(st.lists(SAMPLE, max_size=30), st.lists(SAMPLE, max_size=20), st.integers(0, 9))
def test_adding_samples_moves_none_and_tears_nothing(old, new, seed):
    first = run(table(old), seed=seed)
    rows = table(old + new, [one["split"] for one in first] + [None] * len(new))
    second = run(rows, seed=seed)
    assert [one["split"] for one in second[: len(old)]] == [one["split"] for one in first]
    assert not torn(rows, second)
    for one in second:
        assert (one["split"] is None) == (one["drop_reason"] is not None)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(["cat", "dog", "cow", "emu", None]), max_size=80), FRACTIONS, st.integers(0, 9))
def test_sizes_are_exact_when_samples_are_alone_and_labels_nearly(labels, fractions, seed):
    found = run(table([(label, None, None) for label in labels]), fractions, seed)
    names = list(fractions)
    sizes = [sum(one["split"] == name for one in found) for name in names]
    assert sizes == whole(np.array([fractions[name] * len(labels) for name in names]), len(labels)).tolist()
    for label in set(labels):
        mine = [one["split"] for one, other in zip(found, labels, strict=True) if other == label]
        for name in names:
            assert abs(mine.count(name) - fractions[name] * len(mine)) < 2


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["cat", "dog"]), min_size=1, max_size=60), st.integers(1, 60), st.integers(0, 9))
def test_growth_restores_the_fractions(labels, added, seed):
    """However lopsided what was there, new single samples go where they are missing."""
    before = ["train"] * len(labels) + [None] * added
    rows = table([(label, None, None) for label in labels + ["cat"] * added], before)
    found = run(rows, seed=seed)
    count = len(found)
    ideal = whole(np.array([share * count for share in SHARES.values()]), count)
    sizes = [sum(one["split"] == name for one in found) for name in SHARES]
    if len(labels) <= ideal[0]:
        assert sizes == ideal.tolist()
    else:
        assert sizes[0] == len(labels)


@settings(max_examples=60, deadline=None)
@given(st.lists(SAMPLE, min_size=1, max_size=30), st.integers(0, 2**70), st.randoms(use_true_random=False))
def test_the_names_of_groups_and_labels_carry_no_order(samples, seed, shuffle):
    """Renaming groups changes nothing: only ids and the seed decide."""
    names = [str(at) for at in range(7)]
    other = list(names)
    shuffle.shuffle(other)
    rename = dict(zip(names, other, strict=True)) | {None: None}
    renamed = [(label, rename[group], rename[cluster]) for label, group, cluster in samples]
    assert run(table(samples), seed=seed) == run(table(renamed), seed=seed)


def test_an_unknown_split_of_before_is_kept_and_not_counted():
    rows = table([("cat", None, None)] * 30, ["holdout"] * 10 + [None] * 20)
    found = [one["split"] for one in run(rows)]
    assert found[:10] == ["holdout"] * 10
    assert [found.count(name) for name in SHARES] == [16, 1, 3]


def test_a_split_whose_share_is_now_zero_keeps_its_samples():
    rows = table([("cat", None, None)] * 20, ["validation"] * 2 + [None] * 18)
    found = [one["split"] for one in run(rows, {"train": 0.5, "validation": 0.0, "test": 0.5})]
    assert found[:2] == ["validation"] * 2
    assert [found.count(name) for name in SHARES] == [9, 2, 9]


@pytest.mark.parametrize("size", [2, 5])
def test_units_of_one_size_reach_the_sizes_asked(size):
    samples = [(str(at // 10 % 20), str(at // size), None) for at in range(2000)]
    found = [one["split"] for one in run(table(samples))]
    assert [found.count(name) for name in SHARES] == [1600, 100, 300]


def test_uneven_groups_come_near():
    sizes = np.random.default_rng(0).geometric(0.05, 200)
    samples = [(str(at % 5), str(group), None) for group, size in enumerate(sizes) for at in range(size)]
    found = [one["split"] for one in run(table(samples))]
    for name, share in SHARES.items():
        assert found.count(name) / len(found) == pytest.approx(share, abs=0.01)


def test_a_key_does_not_depend_on_the_other_ids():
    few = shuffle_keys(pa.chunked_array([["a", "b3f1"]]), 7)
    many = shuffle_keys(pa.chunked_array([["a", "b3f1", "a very long id: 0123456789abcdef"]]), 7)
    assert few.tolist() == many.tolist()[:2]
    assert few.tolist() != shuffle_keys(pa.chunked_array([["a", "b3f1"]]), 8).tolist()


def test_keys_are_spread_evenly():
    keys = shuffle_keys(pa.chunked_array([[f"{at:024x}" for at in range(20_000)]]), 0)
    share = np.bincount((keys >> np.uint64(60)).astype(int), minlength=16) / len(keys)
    assert np.abs(share - 1 / 16).max() < 0.01


def plain_key(text, seed):
    """SplitMix64 over words of 8 bytes, in plain whole numbers."""
    top = 2**64 - 1

    def mix(value):
        value = (value + 0x9E3779B97F4A7C15) & top
        value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & top
        value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & top
        return value ^ (value >> 31)

    key, data = mix(seed & top), text.encode()
    for start in range(0, len(data), 8):
        word = int.from_bytes(data[start : start + 8], "little")
        key = mix(key ^ word) if word else key
    return key


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)),
    st.integers(0, 2**80),
)
def test_keys_are_what_whole_numbers_give(texts, seed):
    found = shuffle_keys(pa.chunked_array([pa.array(texts, pa.string())]), seed)
    assert found.tolist() == [plain_key(text, seed) for text in texts]
