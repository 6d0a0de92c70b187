"""Near-duplicate texts: what is found, what is not, and that neither order nor number spoils it."""

import random
from itertools import combinations
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datastork.core.errors import DataError
from datastork.media.text.near.candidates import bands_needed
from datastork.media.text.near.fingerprint import LONG, SHORT, fingerprints
from datastork.media.text.near.pairs import near_pairs
from datastork.media.ties import components

STOP = ["the", "of", "and", "to", "in", "a", "is", "that", "it", "was", "for", "on", "as", "with", "his", "he", "at"]


def story(seed, count=200):
    """Return made-up prose, the same for the same seed."""
    rng = random.Random(seed)
    words = ["".join(rng.choices("abcdefghiklmnoprstuvw", k=rng.randint(2, 9))) for _ in range(count)]
    return " ".join(rng.choice(STOP) if rng.random() < 0.4 else word for word in words)


def edited(text, share, seed):
    """Return a text with a share of its words replaced."""
    rng = random.Random(seed)
    words = text.split(" ")
    for at in rng.sample(range(len(words)), max(1, int(share * len(words)))):
        words[at] = f"changed{rng.randrange(10**6)}"
    return " ".join(words)


def found(texts, threshold=0.7):
    asked = []

    def media(rows):
        asked.extend(rows)
        return [texts[row].encode("utf-8", "surrogatepass") for row in rows]

    pairs = near_pairs(fingerprints(texts), threshold=threshold, media=media)
    assert (pairs.first < pairs.second).all()
    return {(int(a), int(b)): float(s) for a, b, s in zip(*pairs, strict=True)}


def jaccard(one, other):
    """Return the share of all runs of five words that both have, reckoned plainly."""
    sets = [
        {tuple(words[at : at + 5]) for at in range(len(words) - 4)}
        for words in (one.lower().split(), other.lower().split())
    ]
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


def test_the_similarity_is_the_exact_jaccard_similarity_of_runs_of_five_words():
    base = story(1)
    texts = [base, edited(base, 0.02, 1), edited(base, 0.03, 2), story(2), story(3)]
    pairs = found(texts, threshold=0.5)
    assert {(0, 1), (0, 2)} <= pairs.keys() <= set(combinations(range(3), 2))
    for (one, other), similarity in pairs.items():
        assert similarity == pytest.approx(jaccard(texts[one], texts[other]), abs=1e-12)


def test_nearly_all_copies_just_above_the_threshold_are_found_and_none_below_it():
    texts = [text for seed in range(400) for text in (story(seed, 300), edited(story(seed, 300), 0.03, seed))]
    above = {(at, at + 1) for at in range(0, len(texts), 2) if jaccard(texts[at], texts[at + 1]) >= 0.7}
    pairs = found(texts).keys()
    assert len(above) > 350
    assert pairs <= above
    assert len(pairs) >= 0.99 * len(above)


def test_case_punctuation_and_white_space_are_nothing():
    base = story(4)
    other = "«" + base.upper().replace(" ", " — ", 20).replace(" ", ",\n", 50) + "»!"
    assert found([base, other]) == {(0, 1): 1.0}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße im Grünen " * 2 + story(5, 40), "straẞe IM GRÜNEN " * 2 + story(5, 40)),
        ("cafe\u0301 au lait " + story(6, 40), "caf\u00e9 au lait " + story(6, 40)),
        ("ＡＢＣ１２３ " + story(7, 40), "abc123 " + story(7, 40)),
        ("don’t say it’s over " + story(8, 40), "don't say it's over " + story(8, 40)),
        ("ΟΔΥΣΣΕΥΣ " + story(9, 40), "οδυσσευς " + story(9, 40)),
    ],
    ids=["case", "composed", "full width", "apostrophe", "final sigma"],
)
def test_the_same_letters_written_otherwise_are_the_same(one, other):
    assert found([one, other]) == {(0, 1): 1.0}


@pytest.mark.parametrize(
    "sentence",
    [
        "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。",
        "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。",
        "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ ต่างมีเหตุผลและมโนธรรม",
        "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है उन्हें बुद्धि और अन्तरात्मा की देन",
        "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и совестью.",
        "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다 인간은 천부적으로 이성과",
    ],
    ids=["Chinese", "Japanese", "Thai", "Hindi", "Russian", "Korean"],
)
def test_any_script_is_compared(sentence):
    rng = random.Random(1)
    join = " " if sentence.count(" ") > 5 else ""
    pieces = sentence.split(" ") if join else list(sentence)
    base, other = (join.join(rng.choices(pieces, k=150)) for _ in range(2))
    end = base[: -len(base) // 20]
    assert set(found([base, end, other])) == {(0, 1)}


def test_a_rare_ideograph_is_a_word_and_an_emoji_is_none():
    base = "".join(chr(0x20000 + at) for at in random.Random(3).sample(range(4000), 60))
    assert set(found([base, base[:-3] + "🙂" * 40])) == {(0, 1)}


def test_short_and_empty_texts_are_compared_exactly_only():
    start = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    texts = ["", " \n", "!!!", "???", "OK", "ok", "ok", "a  b", "a b", f"{start} sixteen", f"{start} sixteen."]
    assert found(texts) == {(0, 1): 1.0, (5, 6): 1.0, (7, 8): 1.0}


def test_eighty_distinct_short_texts_stay_eighty():
    rng = random.Random(1)
    texts = [" ".join(rng.choices(STOP[:6], k=rng.randint(8, 19))) for _ in range(80)]
    assert len(set(texts)) == 80
    assert found(texts) == {}


def test_only_symbols_make_no_near_duplicate():
    rng = random.Random(1)
    assert found(["".join(rng.choices("#@!$%^&*()_+{}[]|<>~ \n", k=1500)) for _ in range(30)]) == {}


def test_copies_that_differ_at_the_end_or_in_boilerplate_are_found_by_what_they_share():
    body, head, foot = story(20, 300), story(21, 30), story(22, 30)
    texts = [
        body,
        body[: int(0.9 * len(body))],
        f"{head}\n{body}",
        f"{body}\n{foot}",
        f"{head}\n{story(23, 60)}\n{foot}",
    ]
    assert set(found(texts)) == set(combinations(range(4), 2))


def test_shuffled_paragraphs_are_near():
    parts = [story(seed, 60) for seed in range(30, 36)]
    turned = list(parts)
    random.Random(1).shuffle(turned)
    assert found(["\n\n".join(parts), "\n\n".join(turned)])[0, 1] > 0.8


def test_different_texts_under_one_template_stay():
    head, foot = story(40, 60), story(41, 60)
    assert found([f"{head} {story(seed, 120)} {foot}" for seed in range(50, 80)]) == {}


def test_a_number_within_a_long_template_is_a_small_difference():
    form = story(42, 100)
    texts = [f"{form} invoice {number} {story(43, 100)}" for number in range(20)]
    assert len(found(texts[:16])) == 120
    assert found(texts, threshold=0.97) == {}


def test_two_languages_do_not_meet():
    assert found([f"{' '.join(w[::-1] for w in story(1).split())}", story(1)]) == {}


@pytest.mark.parametrize("threshold", [0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
def test_enough_bands_are_asked_for_any_threshold(threshold):
    rng = np.random.default_rng(1)
    common = rng.binomial(28, threshold**4, 100_000)
    share = (common >= bands_needed(threshold)).mean()
    assert share > {0.5: 0.8, 0.6: 0.97}.get(threshold, 0.99)


def test_five_thousand_copies_make_few_pairs_quickly_and_hang_together():
    base = story(60, 250)
    texts = [base] * 2500 + [edited(base, 0.01, seed) for seed in range(2500)]
    started = process_time()
    pairs = found(texts)
    assert process_time() - started < 10
    first, second = (np.array(one) for one in zip(*pairs, strict=True))
    assert (components(len(texts), first, second) == 0).all()
    assert len(pairs) < 20 * len(texts)


def test_different_texts_with_much_in_common_cost_no_square():
    head = story(61, 150)
    texts = [f"{head} {story(seed, 110)}" for seed in range(1000)]
    asked = 0

    def media(rows):
        nonlocal asked
        asked += len(rows)
        return [texts[row].encode() for row in rows]

    assert len(near_pairs(fingerprints(texts), threshold=0.7, media=media).first) == 0
    assert asked < 20 * len(texts)


def test_texts_without_relatives_are_not_read():
    texts = [story(seed, 60) for seed in range(200)]

    def media(rows):
        raise AssertionError(rows)

    assert len(near_pairs(fingerprints(texts), threshold=0.7, media=media).first) == 0


def test_a_text_of_ten_megabytes_is_compared_like_any_other():
    base = " ".join(story(seed, 1000) for seed in range(2000))
    assert len(base) > 10_000_000
    pairs = found([base, base.replace(" the ", " THE, ").replace("a", "á", 1), "x" * 1_000_000, "y" * 1_000_000])
    assert pairs.keys() == {(0, 1)}
    assert pairs[0, 1] > 0.99999


def test_a_fingerprint_is_small_and_depends_on_its_text_alone():
    texts = [
        *(story(seed, 10 * seed) for seed in range(1, 40)),
        "",
        "é " * 30,
        "漢" * 400,
        "a" * 300_000,
        "\ud800 b " * 30,
    ]
    marks = fingerprints(texts)
    assert {len(mark) for mark in marks} == {LONG, SHORT}
    assert LONG <= 130
    assert marks == [fingerprints([text])[0] for text in texts]
    assert marks == fingerprints(texts[::-1])[::-1]


def test_fingerprints_stay_what_they_are():
    assert fingerprints([story(1)])[0].hex()[:40] == "c800000035a42b57d063b3c9953a815fa03845ed"


def test_nothing_and_what_is_no_fingerprint():
    assert found([]) == {}
    assert found(["alone"]) == {}
    with pytest.raises(DataError, match="3 bytes are no fingerprint of a text"):
        near_pairs([b"abc"], threshold=0.7, media=list)


WORDS = st.lists(st.sampled_from(["a", "bee", "Sea", "漢", "é", "12", "…"]), min_size=0, max_size=60).map(" ".join)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.one_of(WORDS, st.integers(0, 3).map(lambda n: edited(story(9, 60), 0.02, n))), max_size=12),
    st.randoms(),
)
def test_order_is_nothing(texts, shuffle):
    order = list(range(len(texts)))
    shuffle.shuffle(order)
    place = {old: new for new, old in enumerate(order)}
    turned = {tuple(sorted((place[a], place[b]))): s for (a, b), s in found(texts).items()}
    assert found([texts[at] for at in order]) == turned


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=20, max_size=40).map(" ".join), min_size=2, max_size=6))
def test_pairs_are_what_plain_reckoning_gives(texts):
    for (one, other), similarity in found(texts, threshold=0.6).items():
        assert similarity == (1.0 if texts[one] == texts[other] else pytest.approx(jaccard(texts[one], texts[other])))


def test_a_crowd_gives_the_same_ties_in_any_order():
    base = story(70, 120)
    texts = [edited(base, 0.01, seed) for seed in range(300)] + [story(seed, 120) for seed in range(71, 101)]

    def tied(texts):
        pairs = found(texts)
        first, second = (np.array(one) for one in zip(*pairs, strict=True))
        root = components(len(texts), first, second)
        return {frozenset(texts[at] for at in np.flatnonzero(root == one)) for one in np.unique(root)}

    turned = list(texts)
    random.Random(1).shuffle(turned)
    assert tied(texts) == tied(turned)
    assert max(map(len, tied(texts))) >= 299
