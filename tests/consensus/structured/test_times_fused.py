"""Spans, events, frames and tracks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.consensus.structured import events, frames, spans, tracks
from datastork.consensus.structured.kinds import alike, fuse_kind
from datastork.consensus.structured.matching.answer import Answer
from datastork.core.errors import NotFoundError


def span(start, end, label="PER"):
    return {"start": start, "end": end, "label": label}


def event(onset, offset, label="bark", **more):
    return {"onset": onset, "offset": offset, "label": label, **more}


def answers_of(*lists):
    return [Answer(f"p{at}", regions) for at, regions in enumerate(lists)]


def test_offsets_are_those_that_most_gave():
    fused = spans.fuse(answers_of([span(0, 5)], [span(0, 9)], [span(1, 5)]))
    assert [one.region for one in fused] == [span(0, 5)]
    assert fused[0].annotators == 3
    # no two agree: the middle one of each
    assert spans.fuse(answers_of([span(0, 5)], [span(1, 6)], [span(2, 7)]))[0].region == span(1, 6)


def test_nested_and_neighbouring_spans_stay_apart():
    names = [span(0, 20, "ORG"), span(0, 6, "LOC"), span(30, 35, "PER")]
    fused = spans.fuse(answers_of(names, names[::-1], names))
    assert [one.region for one in fused] == [span(0, 6, "LOC"), span(0, 20, "ORG"), span(30, 35, "PER")]


def test_the_label_of_a_span_is_voted_on():
    drawn = answers_of([span(0, 5, "LOC")], [span(0, 5, "ORG")], [span(0, 5, "ORG")])
    assert [one.region["label"] for one in spans.fuse(drawn)] == ["ORG"]


offsets = st.tuples(st.integers(0, 40), st.integers(1, 20))


@settings(deadline=None)
@given(st.lists(st.lists(offsets, max_size=3), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_every_fused_offset_was_marked_by_somebody(lists, chance):
    answers = answers_of(*[[span(start, start + long) for start, long in here] for here in lists])
    starts, ends = ({start for here in lists for start, _ in here}, {a + b for here in lists for a, b in here})
    fused = spans.fuse(answers)
    assert sum(one.annotators for one in fused) == sum(map(len, lists))
    for one in fused:
        assert one.region["start"] in starts
        assert one.region["end"] in ends
        assert one.region["start"] < one.region["end"]
        assert 0 < one.probability < 1
    assert fused == spans.fuse(chance.sample(answers, len(answers)))


def test_events_are_fused_in_time_and_frequency():
    fused = events.fuse(
        answers_of(
            [event(1.0, 2.0, low=200.0, high=4000.0)],
            [event(1.1, 2.1, low=300.0, high=5000.0)],
            [event(1.2, 2.0)],
        )
    )
    assert [one.region for one in fused] == [
        pytest.approx({"onset": 1.1, "offset": 2.025, "low": 250, "high": 4500, "label": "bark"}, abs=0.026)
    ]


def test_events_of_two_classes_at_one_time_are_two_unless_said_otherwise():
    drawn = answers_of([event(0, 1, "rain")], [event(0, 1, "bark")], [event(0, 1, "bark")])
    assert [one.region["label"] for one in events.fuse(drawn)] == ["bark", "rain"]
    assert [one.region["label"] for one in events.fuse(drawn, by_class=False)] == ["bark"]


def test_fused_events_are_nearer_to_the_truth_than_those_of_annotators():
    chance = np.random.default_rng(0)
    errors, each = [], []
    for _ in range(40):
        true = np.array([3.0, 4.0]) + chance.uniform(-1, 1)
        drawn = true + chance.normal(0, 0.1, (5, 2))
        [one] = events.fuse(answers_of(*[[event(*row.tolist())] for row in drawn]))
        errors.append(abs(one.region["onset"] - true[0]) + abs(one.region["offset"] - true[1]))
        each.append(np.abs(drawn - true).sum(axis=1).mean())
    assert np.mean(errors) < 0.6 * np.mean(each)


def stretch(start, end, **more):
    return {"label": "rain", "start": start, "end": end, **more}


def test_frames_are_whole_and_keep_their_true_times():
    # frames at 25 per second, but for a gap of a second before frame 10
    drawn = [
        [stretch(0, 20, onset=0.0, offset=1.8)],
        [stretch(2, 22, onset=0.08, offset=1.88)],
        [stretch(1, 20, onset=0.04, offset=1.8)],
    ]
    [one] = frames.fuse(answers_of(*drawn))
    assert one.region == {"label": "rain", "start": 1, "end": 20, "onset": 0.04, "offset": 1.8}
    [plain] = frames.fuse(answers_of([stretch(0, 1)], [stretch(0, 1)]))
    assert plain.region == stretch(0, 1)


def track(*keys, label="car", number=7):
    """Return a track of (frame, x, outside)."""
    keyframes = [
        {"frame": frame, "time": frame / 10, "x": float(x), "y": 0.0, "width": 20.0, "height": 10.0}
        | {"outside": outside, "occluded": False}
        for frame, x, outside in keys
    ]
    return {"label": label, "track": number, "keyframes": keyframes}


def test_a_track_moves_evenly_between_keyframes_and_is_gone_where_it_is_outside():
    moving = track((0, 0, False), (10, 100, False), (20, 100, True), (30, 200, False), (40, 200, False))
    at = tracks.at_frames(moving, np.array([-1.0, 0, 5, 10, 15, 20, 25, 30, 35, 41]))
    assert at[:, 0].tolist() == pytest.approx([np.nan, 0, 50, 100, 100, np.nan, np.nan, 200, 200, np.nan], nan_ok=True)


def test_tracks_are_alike_by_what_they_cover_in_space_and_time():
    whole, half = track((0, 0, False), (19, 0, False)), track((0, 0, False), (9, 0, False))
    found = tracks.alike([whole], [whole, half, track((0, 500, False), (19, 500, False))])
    assert found[0] == pytest.approx([1, 0.5, 0])
    shifted = track((0, 10, False), (19, 10, False))
    assert tracks.alike([whole], [shifted])[0, 0] == pytest.approx(1 / 3)


def test_tracks_are_fused_on_the_keyframes_of_all():
    drawn = [
        track((0, 0, False), (10, 100, False), (20, 100, True)),
        track((0, 2, False), (5, 52, False), (10, 102, False), (20, 102, True)),
        track((0, 4, False), (10, 104, False), (20, 104, True)),
    ]
    [one] = tracks.fuse(answers_of(*[[each] for each in drawn]))
    assert [(key["frame"], key["x"], key["outside"]) for key in one.region["keyframes"]] == [
        (0, 2.0, False),
        (5, 52.0, False),
        (10, 102.0, False),
        (20, 102.0, True),
    ]
    assert [key["time"] for key in one.region["keyframes"]] == [0.0, 0.5, 1.0, 2.0]
    assert one.region["track"] == 1
    assert one.spread < 0.2


def test_tracks_are_numbered_in_the_order_they_begin():
    first, second = track((0, 0, False), (9, 0, False)), track((3, 300, False), (9, 300, False))
    fused = tracks.fuse(answers_of([second, first], [first, second]))
    assert [(one.region["track"], one.region["keyframes"][0]["x"]) for one in fused] == [(1, 0.0), (2, 300.0)]


def test_kinds_are_found_by_name():
    fusion = fuse_kind("spans", [answers_of([span(0, 5)], [span(0, 5)])])
    assert [one.region for one in fusion.samples[0]] == [span(0, 5)]
    assert sorted(fusion.skills) == ["p0", "p1"]
    for kind, region in {
        "frames": stretch(0, 9),
        "events": event(0, 1),
        "tracks": track((0, 0, False)),
        "keypoints": {"label": "a", "points": [{"name": "b", "x": 1.0, "y": 2.0, "visible": 2}]},
    }.items():
        assert alike(kind, [region], [region]).tolist() == [[1.0]]
        assert [one.region for one in fuse_kind(kind, [answers_of([region], [region])]).samples[0]] == [
            region | ({"track": 1} if kind == "tracks" else {})
        ]
    with pytest.raises(NotFoundError, match="'box' is no kind of regions; did you mean 'boxes'"):
        fuse_kind("box", [])
