"""What judging a text costs, and how often language and gibberish are told rightly.

    python benchmarks/judging_texts.py [--count 2000]

Cost: CPU time for each group of facts on the documents of benchmarks/texts.py, the least of five runs; what a group
shares with one above it (words, their hashes) is counted there. The evaluation set is one that no document has part of.
Language: pieces of the Universal Declaration of Human Rights in 14 languages. Gibberish: pieces of it in eight
languages with Latin letters, against letters drawn at random. Real texts are in DATASTORK_DATA/text.
"""

import argparse
import random
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from datastork.clean.text.decontaminate import decontaminate
from datastork.media.text import Text
from datastork.media.text.measures.folded import folded_words, word_hashes
from datastork.media.text.measures.language import Language
from datastork.media.text.measures.letters import Gibberish
from datastork.media.text.measures.line_hashes import LineHashes
from datastork.media.text.measures.prose import Prose
from datastork.media.text.measures.repetition import Repetition
from texts import DATA, Texts

RUNS = 5
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
LATIN = ("cs", "en", "fi", "fr", "de", "pl", "es", "tr")
NOISE = {
    "any letter": "abcdefghijklmnopqrstuvwxyz",
    "consonants": "bcdfghjklmnpqrstvwxz",
    "middle row of keys": "asdfghjkl",
    "base64": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    "hexadecimal": "0123456789abcdef",
}


def cost(documents: list[str], evaluation: str) -> None:
    """Print the cost of each group of facts for a document."""
    groups: dict[str, Callable[[Text], object]] = {
        "words without case (shared)": folded_words,
        "hashes of words (shared)": word_hashes,
        "Repetition": Repetition.of,
        "Prose": Prose.of,
        "Language": Language.of,
        "Gibberish": Gibberish.of,
        "LineHashes": LineHashes.of,
        "decontaminate": lambda text: decontaminate(text, against=[evaluation]),
    }
    Language.of(Text("The model is loaded before the clock starts."))
    spent = dict.fromkeys(groups, float("inf"))
    for _ in range(RUNS):
        texts = [Text(one) for one in documents]
        for name, measure in groups.items():
            started = time.thread_time()
            for text in texts:
                measure(text)
            spent[name] = min(spent[name], time.thread_time() - started)
    mean = sum(map(len, documents)) / len(documents)
    print(f"microseconds of CPU for a document, {len(documents)} of {mean:,.0f} characters")
    for name, seconds in [*spent.items(), ("all", sum(spent.values()))]:
        print(f"  {name:28} {1e6 * seconds / len(documents):6.0f}")


def load() -> dict[str, str]:
    """Return the text of each language."""
    folder = DATA / "text" / "nltk" / "resources" / "corpora" / "udhr"
    return {code: (folder / name).read_bytes().decode(kind, "ignore") for code, (name, kind) in UDHR.items()}


def languages(texts: dict[str, str]) -> None:
    """Print how often the language of a piece is told rightly; two characters stand for a word of Chinese, Japanese."""
    print("language: pieces told rightly, and those told with a probability of 0.9 and more")
    for count in (3, 5, 10, 20, 50):
        told = []
        for code, text in texts.items():
            rng = random.Random(f"{code}{count}")
            joined = code in ("zh", "ja")
            parts, size = ("".join(text.split()), 2 * count) if joined else (text.split(), count)
            for _ in range(100):
                start = rng.randrange(len(parts) - size)
                piece = "".join(parts[start : start + size]) if joined else " ".join(parts[start : start + size])
                found = Language.of(Text(piece))
                told.append((found.language == code, found.language_probability))
        sure = [right for right, probability in told if probability >= 0.9]
        right = sum(one for one, _ in told) / len(told)
        print(f"  {count:3} words  {right:7.2%}   {sum(sure) / len(sure):7.2%} of {len(sure) / len(told):.0%}")


def noise(alphabet: str, length: int, rng: random.Random) -> str:
    """Return words of random letters."""
    text = ""
    while len(text) < length:
        text += "".join(rng.choices(alphabet, k=rng.randint(2, 12))) + " "
    return text[:length]


def gibberish(texts: dict[str, str]) -> None:
    """Print how often pieces of real texts, and random letters, are dropped."""

    def dropped(pieces: list[str]) -> float:
        return sum((Gibberish.of(Text(one)).gibberish_share or 0) > 0.5 for one in pieces) / len(pieces)

    rng = random.Random(0)
    print("gibberish: dropped of pieces of real texts, and of random letters")
    for length in (20, 40, 80, 200):
        real = []
        for code in LATIN:
            starts = [rng.randrange(len(texts[code]) - length) for _ in range(250)]
            real += [texts[code][start : start + length] for start in starts]
        made = {kind: dropped([noise(letters, length, rng) for _ in range(250)]) for kind, letters in NOISE.items()}
        print(
            f"  {length:3} characters  real {dropped(real):.2%}  " + "  ".join(f"{k} {v:.0%}" for k, v in made.items())
        )


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=2000)
    given = options.parse_args()
    source = load()
    with TemporaryDirectory() as folder:
        evaluation = Path(folder) / "evaluation.txt"
        evaluation.write_text(source["en"], encoding="utf-8")
        cost([one.text for one in Texts().documents(given.count)], str(evaluation))
    languages(source)
    gibberish(source)
