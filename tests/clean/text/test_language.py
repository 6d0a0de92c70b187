"""The language: right on whole sentences of many languages, silent where there is nothing to tell, quick to repeat."""

import random

import pytest

from datastork.clean.text.keep_language import keep_language
from datastork.clean.text.language import language
from datastork.core import Drop
from datastork.core.errors import RecipeError
from datastork.media.text import Text
from datastork.media.text.measures import language as measured
from datastork.media.text.measures.language import Language
from datastork.media.text.measures.scripts import by_script
from datastork.testing import check_step

SENTENCES = {
    "en": "The robin sat on the garden wall and sang until the sun went down.",
    "de": "Das Rotkehlchen saß auf der Gartenmauer und sang, bis die Sonne unterging.",
    "fr": "Le rouge-gorge était assis sur le mur du jardin et chantait jusqu'au coucher du soleil.",
    "es": "El petirrojo se sentó en el muro del jardín y cantó hasta que se puso el sol.",
    "fi": "Punarinta istui puutarhan muurilla ja lauloi, kunnes aurinko laski mailleen.",
    "pl": "Rudzik siedział na murze ogrodu i śpiewał, aż słońce zaszło za wzgórza.",
    "tr": "Kızılgerdan bahçe duvarına oturdu ve güneş batana kadar şarkı söyledi.",
    "ru": "Малиновка уселась на садовую ограду и пела, пока солнце не скрылось за холмами, и мы её слышали.",
    "uk": "Вільшанка сиділа на стіні саду і співала, доки не зайшло сонце.",
    "ar": "جلس طائر أبو الحناء على جدار الحديقة وغنى حتى غابت الشمس.",
    "hi": "रॉबिन बगीचे की दीवार पर बैठा और सूरज डूबने तक गाता रहा।",
    "el": "Ο κοκκινολαίμης κάθισε στον τοίχο του κήπου και τραγουδούσε.",
    "th": "นกโรบินนั่งอยู่บนกำแพงสวนและร้องเพลงจนพระอาทิตย์ตกดิน",
    "ko": "울새가 정원 담장에 앉아 해가 질 때까지 노래했다.",
    "ja": "コマドリは庭の塀に座り、日が沈むまで歌っていた。",
    "zh": "知更鸟坐在花园的墙上唱歌，一直唱到太阳落山，孩子们在窗边静静地听着，直到夜晚降临。",
}
UDHR = {
    "ar": ("Arabic_Alarabia-Arabic", "cp1256"),
    "zh": ("Chinese_Mandarin-UTF8", "utf-8-sig"),
    "cs": ("Czech-UTF8", "utf-8-sig"),
    "en": ("English-Latin1", "latin-1"),
    "fi": ("Finnish_Suomi-Latin1", "latin-1"),
    "fr": ("French_Francais-Latin1", "latin-1"),
    "de": ("German_Deutsch-Latin1", "latin-1"),
    "el": ("Greek_Ellinika-UTF8", "utf-8-sig"),
    "hi": ("Hindi_web-UTF8", "utf-8-sig"),
    "ja": ("Japanese_Nihongo-UTF8", "utf-8-sig"),
    "pl": ("Polish_Polski-Latin2", "iso8859-2"),
    "ru": ("Russian_Russky-Cyrillic", "cp1251"),
    "es": ("Spanish_Espanol-Latin1", "latin-1"),
    "tr": ("Turkish_Turkce-UTF8", "utf-8-sig"),
}


def test_both_keep_their_promises():
    check_step("clean.text.language")
    check_step("clean.text.keep_language", settings={"languages": ["de"]})


@pytest.mark.parametrize(("code", "sentence"), SENTENCES.items())
def test_a_sentence_is_told(code, sentence):
    found = language(Text(sentence))

    assert found.language == code
    assert 0.5 < found.language_probability <= 1


@pytest.mark.parametrize("content", ["", "   \n", "12 345,67 + 8 = ?", "!!! ... ???", "Ok", "a 1 b", "\U0001f600" * 50])
def test_nothing_is_said_of_texts_without_enough_letters(content):
    assert language(Text(content)) == Language(None, 0.0)


def test_only_the_beginning_counts():
    english, german = (20 * (SENTENCES[code] + " ") for code in ("en", "de"))
    beginning = english + 40 * "and on it went. "

    assert len(beginning) > measured.WITHIN
    assert language(Text(beginning + 50 * german)) == language(Text(beginning))


def test_the_script_alone_tells_what_one_language_is_written_in():
    assert by_script(SENTENCES["th"]) == ("th", pytest.approx(1, abs=0.05))
    assert by_script("ラーメンを食べる") == ("ja", 1.0)
    assert by_script(SENTENCES["en"]) is by_script(SENTENCES["ru"]) is by_script(SENTENCES["hi"]) is None
    assert by_script("μῆνιν ἄειδε θεὰ Πηληϊάδεω Ἀχιλῆος") is None  # Homer's Greek is not today's
    assert by_script("The letter θ, or theta, is one of the Greek alphabet.") is None


def test_we_tell_what_the_model_tells_of_common_languages(monkeypatch):
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    monkeypatch.setattr(measured._model(), "common", 1.0)
    for code in ("en", "de", "fr", "es", "fi", "pl", "tr", "ru", "uk", "hi"):
        label, probability = model.classify(SENTENCES[code])
        assert measured._by_model(SENTENCES[code]) == (label, pytest.approx(probability, abs=1e-3))


def test_a_language_few_texts_are_in_must_be_told_more_surely():
    codes = dict(zip(measured._model().labels, measured._model().common.tolist(), strict=True))

    assert codes["pcm"] == measured.RARE
    assert codes["en"] == codes["zxx"] == 1.0
    assert language(Text("U wan go market? I go come, no wahala, make we dey go.")).language == "pcm"
    assert language(Text("Ok lar... Joking wif u oni, see you at the office then")).language == "en"


def test_varieties_count_to_the_language_they_are_part_of():
    assert set(measured._model().labels).isdisjoint(measured._PART_OF)


@pytest.mark.parametrize("text", ["x" * 10**6, "ab\n" * 300_000, "é" * 10**6, "\u0e01 " * 500_000, "\ud800" * 1000])
def test_hostile_texts_are_told_quickly(text):
    assert language(Text(text)).language_probability <= 1


def test_keep_language():
    assert keep_language(Language("en", 0.9), languages=["de", "en"]) is None
    assert keep_language(Language("en", 0.5), languages="en") is None
    assert keep_language(Language("fr", 0.9), languages=["de", "en"]) == Drop("language fr (0.90), not de or en", 0.9)
    low = Drop("language en: probability 0.49 < 0.5", 0.49)
    assert keep_language(Language("en", 0.49), languages=["en"]) == low
    assert keep_language(Language("en", 0.49), languages=["en"], at_least=0.3) is None


@pytest.mark.parametrize("languages", ["english", "EN", ["en", "German"], "", []])
def test_a_language_that_is_no_code_is_refused(languages):
    with pytest.raises(RecipeError, match=r"languages: ('.*' is no code of ISO 639|name one at least)"):
        keep_language(Language("en", 0.9), languages=languages)


def test_texts_without_a_language_stay_unless_they_are_unwanted():
    nothing = Language(None, 0.0)

    assert keep_language(nothing, languages=["en"]) is None
    assert keep_language(nothing, languages=["en"], unknown="drop") == Drop("too few letters to tell the language", 0.0)


def pieces(text, words, code, count):
    """Return pieces of some words, two characters standing for a word of Chinese and Japanese."""
    rng = random.Random(f"{code}{words}")
    parts, glue, size = ("".join(text.split()), "", 2 * words) if code in ("zh", "ja") else (text.split(), " ", words)
    starts = [rng.randrange(len(parts) - size) for _ in range(count)]
    return [glue.join(parts[start : start + size]) for start in starts]


@pytest.mark.real
@pytest.mark.parametrize(("words", "least"), [(5, 0.94), (10, 0.97), (20, 0.99), (50, 0.998)])
def test_pieces_of_real_texts_are_told(real_data, words, least):
    right = []
    for code, (name, encoding) in UDHR.items():
        file = real_data / "text" / "nltk" / "resources" / "corpora" / "udhr" / name
        text = file.read_bytes().decode(encoding, "ignore")
        right += [language(Text(piece)).language == code for piece in pieces(text, words, code, 50)]

    assert sum(right) / len(right) >= least
