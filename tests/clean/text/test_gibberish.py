"""Random letters are noticed; real words, in any language with Latin letters, are not."""

import base64
import random

import pytest

from datastork.clean.text.gibberish import gibberish
from datastork.core import Drop
from datastork.media.text import Text
from datastork.media.text.measures.letters import Gibberish
from datastork.testing import check_step

REAL = {
    "en": "Strengths, rhythms and twelfths: the knights' scripts were kept in the crypt by Schwartz & Sons, Ltd.",
    "de": "Der Herbststurm schlug Rechtsanwältin Schmidtchen kurzerhand die Pflaumenmusknödel vom Tisch.",
    "pl": "W Szczebrzeszynie chrząszcz brzmi w trzcinie i Szczebrzeszyn z tego słynie, że tam chrząszcz brzmi.",
    "cs": "Třista třicet tři stříbrných stříkaček stříkalo přes třista třicet tři stříbrných střech.",
    "fi": "Hääyöaie oli riiuuyöaieuutinen, ja pyyhkäisin sen pöydältä ällistyneenä.",
    "cy": "Mae hen wlad fy nhadau yn annwyl i mi, gwlad beirdd a chantorion, enwogion o fri.",
    "vi": "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền lợi.",
    "tr": "Şu köşe yaz köşesi, şu köşe kış köşesi, ortada su şişesi ve kırk küp, kırkının da kulpu kırık.",
    "sms": "U wot m8? c u l8r 2nite @ 10pm thx 4 the msg, luv u lots xx gonna txt u wen im done ok",
}
ALPHABETS = {
    "any letter": "abcdefghijklmnopqrstuvwxyz",
    "consonants": "bcdfghjklmnpqrstvwxz",
    "middle row": "asdfghjkl",
    "keys": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    "hexadecimal": "0123456789abcdef",
}


def noise(alphabet: str, length: int, seed: int) -> str:
    rng = random.Random(seed)
    text = ""
    while len(text) < length:
        text += "".join(rng.choices(alphabet, k=rng.randint(3, 11))) + " "
    return text[:length]


def share(content: str) -> float | None:
    return Gibberish.of(Text(content)).gibberish_share


def test_it_keeps_its_promises():
    check_step("clean.text.gibberish")


@pytest.mark.parametrize("kind", REAL)
def test_real_words_are_none(kind):
    assert share(REAL[kind]) <= 0.5
    assert share(REAL[kind].upper()) <= 0.5


@pytest.mark.parametrize("kind", ALPHABETS)
def test_random_letters_are(kind):
    found = [share(noise(ALPHABETS[kind], 120, seed)) for seed in range(50)]

    assert sum(one > 0.5 for one in found) >= 49


@pytest.mark.parametrize(
    "content",
    ["", "Ok", "xkcd qzx", "12 34 + 56", "知更鳥在牆上唱歌。" * 9, "Малиновка пела весь день."],
)
def test_nothing_is_said_of_other_scripts_and_short_texts(content):
    assert share(content) is None
    assert gibberish(Gibberish(None), above=0) is None


def test_the_share_is_that_of_the_text():
    half = share(REAL["en"] * 20 + noise(ALPHABETS["any letter"], 20 * len(REAL["en"]), 1))

    assert 0.4 < half < 0.6


def test_the_threshold_is_the_greatest_share_kept():
    assert gibberish(Gibberish(0.5)) is None
    assert gibberish(Gibberish(0.51)) == Drop("gibberish 0.51 > 0.5 of its letters", 0.51)
    assert gibberish(Gibberish(0.3), above=0.2) == Drop("gibberish 0.30 > 0.2 of its letters", 0.3)


@pytest.mark.parametrize("content", [base64.b64encode(random.Random(1).randbytes(900)).decode(), "q" * 10**6])
def test_keys_are_gibberish_however_long(content):
    assert share(content) > 0.5


@pytest.mark.real
def test_no_real_text_is_gibberish(real_data):
    folder = real_data / "text/nltk/resources/corpora/udhr"
    files = [*sorted(folder.glob("*-Latin1")), folder / "Turkish_Turkce-UTF8", folder / "Czech-UTF8"]
    pieces = []
    for file in files:
        text = file.read_text(encoding="latin-1" if file.name.endswith("Latin1") else "utf-8-sig", errors="ignore")
        pieces += [text[start : start + 60] for start in range(0, len(text) - 60, 60)]
    lines = (real_data / "text/sms/data/sms.tsv").read_text(encoding="utf-8").splitlines()
    messages = [line.split("\t", 1)[1] for line in lines]

    assert len(pieces) > 1000
    assert not [piece for piece in pieces if (share(piece) or 0) > 0.5]
    assert sum((share(message) or 0) > 0.5 for message in messages) <= 0.002 * len(messages)
