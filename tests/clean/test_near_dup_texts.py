"""clean.near_dup on texts: who stays, by what preference, and what is said of the others."""

import random

import daft
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.clean._preference import sources
from datastork.clean.near_dup import near_dup
from datastork.core.errors import BuildError
from datastork.media.fingerprint import Fingerprint
from datastork.media.text import Text

VOTE = pa.struct([("annotator", pa.string()), ("value", pa.string()), ("confidence", pa.float64())])
BASE = [f"word{at}" for at in range(120)]


def turned(*places):
    """Return the base text with other words at some places; each takes up to 5 of 116 runs of words."""
    return " ".join(f"other{at}" if at in places else word for at, word in enumerate(BASE))


BASE_TEXT, ONE, TWO = turned(), turned(10, 30, 50, 70), turned(20, 40, 60, 80)  # ONE and TWO are 0.49 alike
APART = " ".join(f"apart{at}" for at in range(120))


def frame(rows):
    """Make a frame of dictionaries with at least `id` and `text`."""

    def column(name, kind, default=None):
        return pa.array([row.get(name, default) for row in rows], kind)

    texts = [row["text"] for row in rows]
    return daft.from_arrow(
        pa.table(
            {
                "id": column("id", pa.string()),
                "uri": pa.array([row.get("uri", row["id"] + ".txt") for row in rows], pa.string()),
                "votes": pa.array([[]] * len(rows), pa.list_(VOTE)),
                "label": column("label", pa.string()),
                "cluster": pa.nulls(len(rows), pa.string()),
                "state_before": column("state", pa.string()),
                "media_modality": pa.array(["text"] * len(rows), pa.string()),
                "media_size": pa.array([len(text.encode()) for text in texts], pa.int64()),
                "characters": pa.array([len(text) for text in texts], pa.int64()),
                "score": column("score", pa.float64()),
                "trusted": column("trusted", pa.bool_()),
                "fingerprint": pa.array(
                    [one.fingerprint for one in Fingerprint.of_many([Text(text) for text in texts])], pa.large_binary()
                ),
                "media": pa.array([text.encode() for text in texts], pa.large_binary()),
            }
        )
    )


def done(rows, **given_settings):
    return {row["id"]: row for row in near_dup(frame(rows), **given_settings).to_pylist()}


def kept(rows):
    return {name for name, row in rows.items() if row["drop_reason"] is None}


CHAIN = [{"id": "a", "text": ONE}, {"id": "b", "text": BASE_TEXT}, {"id": "c", "text": TWO}, {"id": "d", "text": APART}]


def test_one_of_all_that_are_tied_is_kept_and_the_reason_says_how():
    rows = done(CHAIN, keep="first")
    assert kept(rows) == {"a", "d"}
    assert rows["b"]["drop_reason"] == "near-duplicate of a (a.txt)"
    assert rows["c"]["drop_reason"] == "near-duplicate through others of a (a.txt)"
    assert rows["b"]["drop_evidence"] == rows["c"]["drop_evidence"] == pytest.approx(96 / 136)
    assert [rows[name]["copy_of"] for name in "abcd"] == [None, "a", "a", None]
    assert [rows[name]["cluster"] for name in "abcd"] == ["a", "a", "a", None]


def test_unchained_what_is_only_tied_through_others_stays():
    assert kept(done(CHAIN, keep="first", chained=False)) == {"a", "c", "d"}


def test_growth_drops_nothing_that_was_kept():
    before = [{**CHAIN[0], "state": "kept"}, {**CHAIN[2], "state": "kept"}, CHAIN[3]]
    assert kept(done([*before, CHAIN[1]])) == {"a", "c", "d"}


def test_the_threshold_is_that_of_texts_unless_given():
    assert kept(done(CHAIN, threshold=0.72)) == {"a", "b", "c", "d"}


def test_the_longest_has_most_characters():
    longer = BASE_TEXT.replace("word1 ", "wordiest1 ")
    rows = [{"id": "a", "text": BASE_TEXT}, {"id": "b", "text": longer}]
    assert kept(done(rows, keep="longest")) == {"b"}
    assert kept(done(rows[::-1], keep="longest")) == {"b"}


def test_characters_not_bytes_make_the_longest_and_bytes_the_largest():
    rows = [{"id": "a", "text": f"{BASE_TEXT} abcd"}, {"id": "b", "text": f"{BASE_TEXT} 漢字"}]
    assert kept(done(rows, keep="longest")) == {"a"}
    assert kept(done(rows, keep="largest")) == {"b"}


def test_the_best_has_the_highest_number_in_a_column():
    rows = [
        {"id": "a", "text": BASE_TEXT, "score": 0.1},
        {"id": "b", "text": ONE, "score": 0.9},
        {"id": "c", "text": TWO, "score": float("nan")},
        {"id": "e", "text": BASE_TEXT},
    ]
    assert kept(done(rows, keep="best", best_by="score")) == {"b"}
    trusted = [{"id": "a", "text": BASE_TEXT, "trusted": False}, {"id": "b", "text": ONE, "trusted": True}]
    assert kept(done(trusted, keep="best", best_by="trusted")) == {"b"}


@pytest.mark.parametrize(
    ("given_settings", "message"),
    [
        ({"keep": "best"}, "keep = 'best' and best_by = COLUMN go together"),
        ({"best_by": "score"}, "go together"),
        ({"keep": "best", "best_by": "scroe"}, "no column 'scroe'; did you mean 'score'"),
        ({"keep": "best", "best_by": "label"}, "needs a column of numbers; 'label' is"),
    ],
)
def test_a_best_that_cannot_be_told_is_an_error(given_settings, message):
    with pytest.raises(BuildError, match=message):
        done(CHAIN, **given_settings)


def test_sources_are_preferred_in_the_order_given_even_over_what_was_kept():
    rows = [
        {"id": "a", "text": BASE_TEXT, "uri": "crawl/1.txt", "state": "kept"},
        {"id": "b", "text": BASE_TEXT, "uri": "eval/1.txt"},
        {"id": "c", "text": BASE_TEXT, "uri": "books.jsonl#3"},
    ]
    assert kept(done(rows)) == {"a"}
    assert kept(done(rows, priority=["eval/", "books"])) == {"b"}
    assert kept(done(rows, priority=["*.jsonl#*", "eval/"])) == {"c"}
    assert kept(done(rows, priority=["elsewhere/"])) == {"a"}


def test_a_pattern_is_a_beginning_or_with_stars_a_whole_address():
    names = ["a/b.txt", "a/c/b.txt", "b.txt", None, "a.b"]
    assert sources(names, ["a/"]).tolist() == [0, 0, 1, 1, 1]
    assert sources(names, ["*/b.txt"]).tolist() == [0, 0, 1, 1, 1]
    assert sources(names, ["a?b", "b.tx?"]).tolist() == [2, 2, 1, 2, 0]
    assert sources(["[a]", "a"], ["[a]"]).tolist() == [0, 1]
    assert sources(["a" * 5000], ["*a" * 20 + "b"]).tolist() == [1]


def test_short_texts_are_dropped_only_as_exact_copies():
    rows = [{"id": f"{at}", "text": text} for at, text in enumerate(["yes", "Yes", "yes", "", "", "?!"])]
    assert kept(done(rows, keep="first")) == {"0", "1", "3", "5"}


def test_a_frame_without_the_media_says_so():
    with pytest.raises(BuildError, match="no column 'media'"):
        near_dup(frame(CHAIN).exclude("media"))


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.sets(st.integers(0, 119), max_size=6), st.sampled_from([None, "kept"])), min_size=1, max_size=9
    ),
    st.randoms(use_true_random=False),
)
def test_every_drop_has_a_kept_one_in_its_cluster_and_order_is_nothing(samples, shuffle):
    rows = [{"id": f"{at:02}", "text": turned(*places), "state": state} for at, (places, state) in enumerate(samples)]
    found = done(rows)
    stay = kept(found)
    for name, row in found.items():
        if name not in stay:
            assert row["copy_of"] in stay
            assert row["cluster"] == found[row["copy_of"]]["cluster"]
            assert 0.7 <= row["drop_evidence"] <= 1
    again = list(rows)
    shuffle.shuffle(again)
    assert done(again) == found


def test_one_of_many_copies_stays():
    rng = random.Random(1)
    words = [f"w{rng.randrange(10**6)}" for _ in range(200)]
    rows = [{"id": f"{at:05}", "text": " ".join([*words[: at % 190], "x", *words[at % 190 :]])} for at in range(1500)]
    found = done(rows, keep="first")
    assert kept(found) == {"00000"}
    assert {row["cluster"] for row in found.values()} == {"00000"}
