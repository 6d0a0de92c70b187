import random
import sys
from types import SimpleNamespace

import daft
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.clean.near_dup import near_dup
from datastork.core.step import mark_of
from datastork.media import modality
from datastork.media.fingerprint import Fingerprint
from datastork.media.modality import Pairs
from datastork.media.stored import Media

VOTE = pa.struct([("annotator", pa.string()), ("value", pa.string()), ("confidence", pa.float64())])


def ruler(fingerprints, *, threshold, media, mirrored=False, rotated=False, scratch=None):
    """Compare lengths in centimetres: a difference of 1 cm takes 0.01 from the similarity."""
    lengths = np.array([int(one) for one in fingerprints])
    first, second = np.triu_indices(len(lengths), 1)
    alike = 1 - np.abs(lengths[first] - lengths[second]) / 100
    near = alike >= threshold - 1e-9
    return Pairs(first[near], second[near], alike[near])


@pytest.fixture(autouse=True, scope="module")
def _rulers():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(
            sys.modules,
            "rulers",
            SimpleNamespace(MODALITY=SimpleNamespace(near_pairs=ruler, comparable=True, likeness=0.9, chained=False)),
        )
        patch.setitem(modality.KNOWN, "ruler", "rulers")
        yield


def frame(rows):
    """Make a frame of dictionaries with at least `id` and `at`."""
    count = len(rows)

    def column(name, kind, default=None):
        return pa.array([row.get(name, default) for row in rows], kind)

    label = [[{"annotator": "f", "value": row["label"], "confidence": 1.0}] if "label" in row else [] for row in rows]
    return daft.from_arrow(
        pa.table(
            {
                "id": column("id", pa.string()),
                "uri": pa.array([row.get("uri", row["id"] + ".png") for row in rows], pa.string()),
                "votes": pa.array(label, pa.list_(VOTE)),
                "label": pa.nulls(count, pa.string()),
                "cluster": column("cluster", pa.string()),
                "state_before": column("state", pa.string()),
                "media_modality": column("kind", pa.string(), "ruler"),
                "media_size": column("size", pa.int64(), 100),
                "width": column("width", pa.int64(), 10),
                "height": column("height", pa.int64(), 10),
                "fingerprint": pa.array(
                    [None if row["at"] is None else str(row["at"]).encode() for row in rows], pa.binary()
                ),
            }
        )
    )


def done(rows, **given_settings):
    return {row["id"]: row for row in near_dup(frame(rows), **given_settings).to_pylist()}


def kept(rows):
    return {name for name, row in rows.items() if row["drop_reason"] is None}


def test_it_needs_fingerprints_and_remembers_what_was_kept():
    mark = mark_of(near_dup)
    assert (mark.needs, mark.remembers) == ((Fingerprint, Media), ("state",))


def test_the_largest_is_kept_and_the_similarity_is_the_evidence():
    rows = done([{"id": "a", "at": 0}, {"id": "b", "at": 4, "width": 20}, {"id": "c", "at": 50}])
    assert kept(rows) == {"b", "c"}
    assert rows["a"]["drop_reason"] == "near-duplicate of b (b.png)"
    assert rows["a"]["drop_evidence"] == pytest.approx(0.96)
    assert rows["a"]["copy_of"] == "b"
    assert {name: row["cluster"] for name, row in rows.items()} == {"a": "a", "b": "a", "c": None}


def test_of_equal_pixels_the_more_bytes_are_kept_and_then_the_smaller_id():
    assert kept(done([{"id": "a", "at": 0}, {"id": "b", "at": 0, "size": 101}])) == {"b"}
    assert kept(done([{"id": "b", "at": 0}, {"id": "a", "at": 0}])) == {"a"}


def test_first_keeps_the_smallest_address():
    rows = [{"id": "a", "at": 0, "uri": "z", "width": 99}, {"id": "b", "at": 1, "uri": "y"}]
    assert kept(done(rows, keep="first")) == {"b"}


def test_all_marks_clusters_and_drops_none():
    rows = done([{"id": "a", "at": 0}, {"id": "b", "at": 1}], keep="all")
    assert rows["b"]["cluster"] == "a"
    assert "drop_reason" not in rows["b"]


def test_what_was_kept_before_stays_however_large_the_new_one():
    rows = done([{"id": "a", "at": 0, "state": "kept"}, {"id": "b", "at": 1, "width": 9999, "state": "dropped"}])
    assert kept(rows) == {"a"}


def test_a_sample_only_similar_to_a_dropped_one_stays_in_the_cluster():
    rows = done([{"id": "a", "at": 0, "width": 30}, {"id": "b", "at": 8, "width": 20}, {"id": "c", "at": 16}])
    assert kept(rows) == {"a", "c"}
    assert {row["cluster"] for row in rows.values()} == {"a"}


def test_a_contradicting_label_is_told():
    rows = done([{"id": "a", "at": 0, "label": "cat"}, {"id": "b", "at": 1, "label": "dog"}])
    assert rows["b"]["drop_reason"] == "near-duplicate of a (a.png), labelled 'cat' there and 'dog' here"


def test_modalities_are_not_compared_with_each_other_nor_samples_without_fingerprint(monkeypatch):
    monkeypatch.setitem(modality.KNOWN, "tape", "rulers")
    rows = done([{"id": "a", "at": 0}, {"id": "b", "at": 0, "kind": "tape"}, {"id": "c", "at": None}])
    assert kept(rows) == {"a", "b", "c"}


def test_clusters_found_earlier_are_kept_and_joined():
    rows = done([{"id": "m", "at": 0, "cluster": "k"}, {"id": "n", "at": 1}, {"id": "z", "at": 60, "cluster": "y"}])
    assert {name: row["cluster"] for name, row in rows.items()} == {"m": "k", "n": "k", "z": "y"}


def test_a_frame_without_samples():
    assert done([]) == {}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(1, 3), st.sampled_from([None, "kept"])),
        min_size=1,
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_no_two_kept_are_alike_every_drop_is_like_a_kept_one_and_order_is_nothing(samples, shuffle):
    rows = [{"id": f"{at:02}", "at": a, "width": w, "state": s} for at, (a, w, s) in enumerate(samples)]
    found = done(rows)
    assert found.keys() == {row["id"] for row in rows}
    place = {row["id"]: row["at"] for row in rows}
    stay = sorted(kept(found))
    assert all(abs(place[a] - place[b]) > 10 for a in stay for b in stay if a < b)
    for name, row in found.items():
        if row["drop_reason"] is not None:
            nearest = min(abs(place[name] - place[other]) for other in stay)
            assert row["copy_of"] in stay
            assert row["drop_evidence"] == pytest.approx(1 - nearest / 100)
            assert row["cluster"] == found[row["copy_of"]]["cluster"]
    again = list(rows)
    shuffle.shuffle(again)
    assert done(again) == found


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 99), min_size=1, max_size=10), st.lists(st.integers(0, 99), max_size=5))
def test_growth_drops_nothing_that_was_kept(old, new):
    rows = [{"id": f"{at:02}", "at": a, "width": at % 3 + 1} for at, a in enumerate(old)]
    before = done(rows)
    for row in rows:
        row["state"] = "dropped" if before[row["id"]]["drop_reason"] else "kept"
    more = [{"id": f"n{at:02}", "at": a, "width": 50} for at, a in enumerate(new)]
    random.Random(1).shuffle(more)
    after = done(rows + more)
    assert kept(before) == {name for name in kept(after) if not name.startswith("n")}


def test_real_images_are_compared_by_their_modality():
    cv2 = pytest.importorskip("cv2")
    from datastork.media.image import Image

    noise = np.random.default_rng(1)
    pictures = [cv2.resize(noise.integers(0, 255, (6, 6, 3), np.uint8), (96, 96)) for _ in range(3)]
    pictures.append(
        np.clip(pictures[0].astype(int) + noise.integers(-6, 6, pictures[0].shape), 0, 255).astype(np.uint8)
    )
    prints = [Fingerprint.of(Image(picture)).fingerprint for picture in pictures]
    table = frame([{"id": f"{at}", "at": 0, "kind": "image"} for at in range(4)]).exclude("fingerprint").to_arrow()
    rows = near_dup(daft.from_arrow(table.append_column("fingerprint", pa.array(prints)))).sort("id").to_pylist()
    assert [row["copy_of"] for row in rows] == [None, None, None, "0"]
