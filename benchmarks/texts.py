"""Make many documents of some 1.75 kB from the few real texts in DATASTORK_DATA/text, by sampling and editing.

    python benchmarks/texts.py FILE.jsonl COUNT [--first N]

A document is made of passages (a few sentences of a book, an encyclopaedia page, a forum, a review, a newspaper),
drawn at random, with some words replaced by others of the same source, so that no two are nearly the same by
accident. What is planted is written beside it, in FILE.truth.tsv (id, kind, the document it is a copy of):

    plain     59 %  English passages; every eighth has a sentence with personal data in it
    short      7 %  a message of a phone, or one sentence
    mojibake   5 %  English whose punctuation was read in the wrong encoding, with odd white space
    foreign    8 %  passages in another language
    junk       8 %  menus, repeated lines, symbols, random letters
    near      10 %  a copy of an earlier document with 1 to 3 words in a hundred replaced
    exact      3 %  a copy of an earlier document

Document N depends on N and the seed alone: 50,000 documents are the first of 200,000, and `--first` makes new ones.
"""

import argparse
import bz2
import html
import json
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

DATA = Path(os.environ.get("DATASTORK_DATA", Path(__file__).parents[2] / "shared" / "data"))
PASSAGE = 320  # characters of a passage, at least
KINDS = (("plain", 59), ("short", 7), ("mojibake", 5), ("foreign", 8), ("junk", 8), ("near", 10), ("exact", 3))
MENU = ("Home", "About us", "Log in", "Sign up", "Contact", "Privacy policy", "Terms of use", "Next >", "Share this")
SYMBOLS = "#{}|*=~_-+<>[]()…0123456789"


class Pool(NamedTuple):
    """Passages of one source, and its words in running order (so that frequent words are drawn more often)."""

    name: str
    passages: list[str]
    words: list[str]


class Document(NamedTuple):
    """One document; `of` is the number of the one it copies."""

    number: int
    kind: str
    source: str
    text: str
    of: int | None


class Texts:
    """All sources, read once; `document(n)` makes the n-th document."""

    def __init__(self, data: Path = DATA, seed: int = 0) -> None:
        self.seed = seed
        place = data / "text"
        if not place.is_dir():
            raise SystemExit(f"no texts in {place}; name the folder of real data in DATASTORK_DATA")
        corpora = place / "nltk" / "resources" / "corpora"
        self.english = [_pool(name, text) for name, text in _english(place, corpora)]
        self.sizes = [len(pool.passages) for pool in self.english]
        self.foreign = [_pool(name, text) for name, text in _foreign(corpora / "udhr")]
        lines = (place / "sms" / "data" / "sms.tsv").read_text(encoding="utf-8").splitlines()
        self.messages = [line.split("\t", 1)[1] for line in lines]
        personal = json.loads(next((place / "pii" / "data").glob("*.json")).read_text(encoding="utf-8"))
        self.personal = [entry["full_text"].replace("\n", " ") for entry in personal if entry["spans"]]

    def documents(self, count: int, first: int = 0) -> Iterator[Document]:
        """Yield `count` documents from the `first` on."""
        for number in range(first, first + count):
            yield self.document(number)

    def document(self, number: int) -> Document:
        """Return the document with a number."""
        rng = random.Random(f"{self.seed}/{number}")
        kind = rng.choices([name for name, _ in KINDS], [share for _, share in KINDS])[0]
        if kind in ("near", "exact"):
            original = self._original(rng, number)
            if original is None:
                kind = "plain"
            elif kind == "exact":
                return Document(number, kind, original.source, original.text, original.number)
            else:
                text = edited(original.text, self.english[0].words, rng.uniform(0.01, 0.03), rng)
                return Document(number, kind, original.source, text, original.number)
        source, text = getattr(self, f"_{kind}")(rng)
        return Document(number, kind, source, text, None)

    def _original(self, rng: random.Random, number: int) -> Document | None:
        """Return an earlier document that is no copy and long enough to be copied, or None."""
        for _ in range(20):
            other = rng.randrange(number) if number else 0
            kind = random.Random(f"{self.seed}/{other}").choices([n for n, _ in KINDS], [s for _, s in KINDS])[0]
            if kind == "plain" and other < number:
                return self.document(other)
        return None

    def _plain(self, rng: random.Random) -> tuple[str, str]:
        pool = rng.choices(self.english, self.sizes)[0]
        count = max(1, min(30, round(rng.lognormvariate(1.35, 0.55))))
        parts = [edited(rng.choice(pool.passages), pool.words, 0.08, rng) for _ in range(count)]
        if rng.random() < 0.125:
            parts.insert(rng.randrange(len(parts) + 1), rng.choice(self.personal))
        return pool.name, "\n\n".join(parts)

    def _short(self, rng: random.Random) -> tuple[str, str]:
        if rng.random() < 0.7:
            return "messages", edited(rng.choice(self.messages), self.english[0].words, 0.2, rng)
        return "personal", edited(rng.choice(self.personal), self.english[0].words, 0.1, rng)

    def _mojibake(self, rng: random.Random) -> tuple[str, str]:
        source, text = self._plain(rng)
        text = re.sub(r'"([^"\n]{1,200})"', "\u201c\\1\u201d", text).replace("'", "\u2019").replace(" -- ", " \u2014 ")
        if rng.random() < 0.7:
            text = text.encode().decode("cp1252", "replace").replace("\ufffd", "")
        else:
            text = text.replace(". ", ".\u00a0 ").replace(", ", ",\u200b ").replace("\n\n", "\r\n \r\n\r\n")
        return source, text

    def _foreign(self, rng: random.Random) -> tuple[str, str]:
        pool = rng.choice(self.foreign)
        parts = [rng.choice(pool.passages) for _ in range(rng.randint(2, 6))]
        return pool.name, "\n\n".join(edited(part, pool.words, 0.1, rng) for part in parts)

    def _junk(self, rng: random.Random) -> tuple[str, str]:
        kind = rng.randrange(4)
        if kind == 0:
            return "junk", "\n".join(rng.choice(MENU) for _ in range(rng.randint(10, 150)))
        if kind == 1:
            lines = [f"{rng.choice(self.messages)}" for _ in range(2)]
            return "junk", "\n".join(rng.choice(lines) for _ in range(rng.randint(8, 40)))
        if kind == 2:
            return "junk", "".join(rng.choice(SYMBOLS + "   \n") for _ in range(rng.randint(200, 3000)))
        words = ("".join(rng.choices("bcdfghjklmnpqrstvwxzaeiou", k=rng.randint(2, 14))) for _ in range(1000))
        return "junk", " ".join(word for word, _ in zip(words, range(rng.randint(30, 300)), strict=False))


def edited(text: str, words: list[str], share: float, rng: random.Random) -> str:
    """Return a text with about `share` of its words replaced by others of `words`."""
    pieces = text.split(" ")
    count = int(share * len(pieces) + rng.random())
    for place in rng.sample(range(len(pieces)), min(count, len(pieces))):
        if "\n" not in pieces[place]:
            pieces[place] = words[int(rng.random() * len(words))]
    return " ".join(pieces)


def _pool(name: str, text: str) -> Pool:
    """Cut a text into passages of whole sentences."""
    passages, held = [], ""
    for paragraph in re.split(r"\n\s*\n", text):
        for sentence in re.split(r"(?<=[.!?…。।])\s+", " ".join(paragraph.split())):
            held = f"{held} {sentence}".strip()
            if len(held) >= PASSAGE or (held and ord(held[0]) > 0x2E80 and len(held) >= PASSAGE // 3):
                passages.append(held[: 4 * PASSAGE])
                held = ""
    if held and not passages:
        passages.append(held)
    return Pool(name, passages, " ".join(passages).split())


def _english(place: Path, corpora: Path) -> Iterator[tuple[str, str]]:
    for file in sorted((corpora / "gutenberg").glob("*.txt")):
        yield file.stem, _read(file)
    for file in sorted((corpora / "webtext").glob("*.txt")):
        yield f"web-{file.stem}", "\n\n".join(_read(file).splitlines())
    yield "reviews", "\n\n".join(_read(file) for file in sorted((corpora / "movie_reviews").glob("*/*.txt")))
    yield "news", "\n\n".join(_read(place / "wiki_gensim" / "lee_background.cor").splitlines())
    yield "wiki", "\n\n".join(_wiki(next((place / "wiki_gensim").glob("*.bz2"))))


def _foreign(folder: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.glob("*-UTF8")):
        yield f"udhr-{file.name.split('-')[0].split('_')[0].lower()}", _read(file)
    for name in ("French_Francais", "German_Deutsch", "Spanish_Espanol", "Finnish_Suomi"):
        yield f"udhr-{name.split('_')[0].lower()}", (folder / f"{name}-Latin1").read_text(encoding="latin-1")


def _read(file: Path) -> str:
    data = file.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # a file of another encoding, or one that was cut within a character
        return data.decode("utf-8", "ignore") if file.name.endswith("UTF8") else data.decode("cp1252", "ignore")


def _wiki(file: Path) -> Iterator[str]:
    """Yield the pages of a dump as plain text: markup is taken out roughly."""
    with bz2.open(file) as dump:
        for _, element in ElementTree.iterparse(dump):
            if element.tag.endswith("}text") and element.text and not element.text.startswith("#REDIRECT"):
                text = element.text
                for _ in range(4):
                    text = re.sub(r"\{\{[^{}]*\}\}|\{\|[^{}]*\|\}", "", text)
                text = re.sub(r"<ref[^<>]*/>|<ref[^<>]*>[^<]*</ref>|<!--.*?-->", "", text, flags=re.DOTALL)
                text = re.sub(r"\[\[(?:File|Image|Category):[^\[\]]*(?:\[\[[^\[\]]*\]\][^\[\]]*)*\]\]", "", text)
                text = re.sub(r"\[\[(?:[^|\[\]]*\|)?([^|\[\]]*)\]\]", r"\1", text)
                text = re.sub(r"\[https?://\S+ ?([^\]]*)\]|'{2,}|</?[a-z][^<>]*>|={2,}.*={2,}", r"\1", text)
                yield html.unescape("\n".join(line.lstrip("*#:; ") for line in text.splitlines() if "|" not in line))
            element.clear()


def make(file: Path, count: int, first: int = 0, texts: Texts | None = None) -> None:
    """Write documents, a line of JSON each, and what they are beside it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    found = texts or Texts()
    with file.open("w", encoding="utf-8") as out, file.with_suffix(".truth.tsv").open("w") as truth:
        for one in found.documents(count, first):
            line = {"id": f"d{one.number:07}", "text": one.text, "source": one.source}
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
            truth.write(f"d{one.number:07}\t{one.kind}\t{'' if one.of is None else f'd{one.of:07}'}\n")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("file", type=Path)
    options.add_argument("count", type=int)
    options.add_argument("--first", type=int, default=0)
    given = options.parse_args()
    make(given.file, given.count, given.first)
