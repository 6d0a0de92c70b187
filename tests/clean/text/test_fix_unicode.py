"""clean.text.fix_unicode mends what is broken and leaves the rest alone."""

import random
import re
import timeit
from time import thread_time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from datastork.clean.text.fix_unicode import fix_unicode
from datastork.media.text import Text
from datastork.media.text.mojibake import may_hold

CURLY = (
    "It was “early” and nobody else was awake but the cat, who’d watched from the kitchen window. When the sun came "
    "over the hill the song ended — the bird flew off.\n"
)
FINE = [
    *("", "Plain.\n\tAn indent, & an ampersand; R&D", CURLY, "Élan, naïve, Straße, İstanbul, ¿Qué? ¡Él!", "«Всё» — да"),
    *(
        "これは「日本語」です。",
        "한국어",
        "मानवाधिकारों की सार्वभौम घोषणा",
        "נִקּוּד",
        "👩‍👩‍👧 ❤️ 🏴\U000e0067\U000e0062\U000e0065\U000e007f",
        "می‌خواهم",
    ),
]


@pytest.mark.parametrize("content", FINE)
def test_what_is_in_order_is_returned_itself(content: str) -> None:
    text = Text(content)

    assert fix_unicode(text) is text


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("cafÃ© and naÃ¯ve", "café and naïve"),
        ("The Mona Lisa doesnâ€™t have eyebrows.", "The Mona Lisa doesn’t have eyebrows."),
        ("doesnÃ¢â‚¬â„¢t", "doesn’t"),
        ("one line is fine: é\nthe other: schÃ¶n", "one line is fine: é\nthe other: schön"),
        ("Ð¿Ñ€Ð¸Ð²ÐµÑ‚", "привет"),
        ("e\u0301", "é"),
        ("zero\u200bwidth, soft\xadhyphen, \ufeffmark", "zerowidth, softhyphen, mark"),
        ("\x1b[31mred\x1b[0m bell\x07", "red bell"),
        ("one\u2028two\x0bthree\x0cfour\rfive", "one\ntwo\nthree\nfour\nfive"),
        ("\x93quoted\x94 and \x85", "“quoted” and …"),
        ("ﬁne ﬂowers", "fine flowers"),
        ("Tom &amp; Jerry &lt;3 caf&eacute; &#8364;5 &#x1F600;", "Tom & Jerry <3 café €5 😀"),
        ("&amp;amp;amp;", "&"),
        ("hidden\U000e0041\U000e0042 tags", "hidden tags"),
        ("half \ud83d a smile", "half \ufffd a smile"),
    ],
)
def test_what_is_broken_is_mended(broken: str, mended: str) -> None:
    assert fix_unicode(Text(broken)).content == mended


@pytest.mark.parametrize(
    ("content", "setting", "result"),
    [
        ("cafÃ©", {"mojibake": False}, "cafÃ©"),
        ("R&amp;D", {"entities": False}, "R&amp;D"),
        ("a\x07b", {"controls": False}, "a\x07b"),
        ("a\u200bb", {"invisible": False}, "a\u200bb"),
        ("ﬁ", {"ligatures": False}, "ﬁ"),
        ("x² Ａ", {"form": "NFKC"}, "x2 A"),
        ("e\u0301", {"form": "none"}, "e\u0301"),
        ("“it’s”", {"straight_quotes": True}, '"it\'s"'),
    ],
)
def test_settings(content: str, setting: dict[str, Any], result: str) -> None:
    assert fix_unicode(Text(content), **setting).content == result


def test_markup_keeps_its_entities() -> None:
    page = Text("<p>1 &lt; 2 &amp; cafÃ©</p>", "html")

    assert fix_unicode(page).content == "<p>1 &lt; 2 &amp; café</p>"
    assert fix_unicode(Text("a < b &amp; c")).content == "a < b &amp; c"


ANY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("ÃÂâ€™œ\x80\x9d\xa0&;#lta mp<\x1b[m\u200b\ufeff\xad\u0301ﬁ\U0001f3f4\U000e0041\ud800ÐÑ“”’ĂąŁ³"),
    )
)


@given(ANY, st.sampled_from(["NFC", "NFKC", "none"]), st.booleans())
@example("&amp;#27;[0m", "NFC", True)
@example("\x1b\x1b[0m[0m", "NFC", True)
@settings(max_examples=600, deadline=None, derandomize=True)
def test_a_second_run_changes_nothing(content: str, form: Any, straight: bool) -> None:
    once = fix_unicode(Text(content), form=form, straight_quotes=straight)

    assert fix_unicode(once, form=form, straight_quotes=straight).content == once.content
    once.content.encode()


def test_nothing_that_ftfy_would_mend_is_passed_over() -> None:
    from ftfy.badness import MOJIBAKE_CATEGORIES, is_bad

    kinds = f"[{''.join(MOJIBAKE_CATEGORIES.values())}]"
    signs = re.findall(kinds, "".join(map(chr, range(0x80, 0x2800))) + "ﬁﬂ\ufffd\uf8ff")
    others = ["a", "B", " ", ".", "\n", "z", "é", "В", "Г", "Ђ", "β", "€", "Â", "к", "中"]
    chance = random.Random(3)
    found = 0
    for _ in range(40_000):
        content = "".join(
            chance.choice(signs if chance.random() < 0.6 else others) for _ in range(chance.randint(2, 6))
        )
        if is_bad(content):
            found += 1
            assert may_hold(content), content
    assert found > 10_000


def test_ordinary_text_is_passed_over_quickly() -> None:
    text = Text((CURLY * 13)[:2000])
    spent = min(timeit.repeat(lambda: fix_unicode(text), timer=thread_time, number=500, repeat=7)) / 500

    assert not may_hold(text.content)
    assert spent < 200e-6  # 25 µs measured on a quiet machine; ftfy alone takes 1,000


@pytest.mark.parametrize(
    "content", ["Ã©" * 50_000, "â€" * 50_000, "&amp;" * 100_000, "\x1b[" * 200_000, "é\u0301" * 200_000]
)
def test_hostile_text_costs_little(content: str) -> None:
    assert timeit.timeit(lambda: fix_unicode(Text(content)), timer=thread_time, number=1) < 20
