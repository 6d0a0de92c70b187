"""The commonest words and runs of words."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

from datastork.core import Findings, Frame, Range, step
from datastork.core.findings import Cell, Table, plural
from datastork.measure.text._sample import Sample, sample
from datastork.measure.text._words import Words, encoded
from datastork.media.stored import Media
from datastork.media.text.stop_words import LISTED, Listed, left_of, of_language

if TYPE_CHECKING:
    import numpy as np

STRETCH, FEW = 200, 10  # words of a stretch; stretches below which no word is taken for a stop word
MAIN = 0.9  # share of the texts that are in one language, from which its list is used for all
NAMES = {1: "Words", 2: "Runs of two words", 3: "Runs of three words"}


@step(version=2, needs=(Media,))
def ngrams(
    frame: Frame,
    *,
    characters: Annotated[int, Range(1000, 500_000_000)] = 10_000_000,
    most: Annotated[int, Range(1, 200)] = 20,
    language: Listed | None = None,
    stop_words: list[str] | None = None,
) -> Findings:
    """List the commonest words and runs of two and three words, with and without stop words.

    Each comes with how often it occurs, in how many texts, and its share of all of its length. A run never
    goes over the end of a text. "Without stop words" leaves out the runs that begin or end with one. A run
    of three that is far commoner than its words deserve is often boilerplate, such as a footer. Words are in
    lower case, without punctuation; characters of Chinese and Japanese count as words. Memory depends on
    `characters`, not on how much text there is.

    characters: how much is read, of texts drawn by id (characters)
    most: how many runs of each length are listed
    language: whose list of stop words is used (ISO 639-1); by default that of the language that the column `language`
        (`clean.text.language`) gives for nine in ten texts. Where neither names one with a list, stop words are those
        that occur in more than half of all stretches of 200 words: the words of grammar in any language, and what all
        texts speak of
    stop_words: the words to be left out in place of any list
    """
    import numpy as np

    found = sample(frame, characters, language="string")
    words = encoded(found.texts)
    numbers: dict[str, Cell] = {
        "texts": found.total,
        "texts_measured": len(found.texts),
        "words_measured": len(words.codes),
    }
    title = "Common words"
    if not len(words.codes):
        return Findings(title, ("There are no words.",), (), numbers)
    of_text = np.repeat(np.arange(len(found.texts)), np.diff(words.starts))
    listed = language or _main_language(found)
    stop = _stop(words, listed, stop_words)
    tables: tuple[list[Table], list[Table]] = ([], [])  # with and without stop words
    for size in NAMES:
        keys = _keys(words, of_text, size)
        numbers[f"different_{size}_grams"] = 0
        if not len(keys[0]):
            continue
        values, index, counts = np.unique(keys[0], return_index=True, return_counts=True)
        numbers[f"different_{size}_grams"] = len(values)
        codes = words.codes[keys[1][index][:, None] + np.arange(size)]
        plain = ~(stop[codes[:, 0]] | stop[codes[:, -1]])
        ways = ((np.ones(len(values), bool), ""), (plain, ", without stop words"))
        for place, (chosen, said) in zip(tables, ways, strict=True):
            there = np.flatnonzero(chosen)
            order = there[np.lexsort((there, -counts[there]))][:most]
            rows = []
            for at in order.tolist():
                texts = len(np.unique(of_text[keys[1][keys[0] == values[at]]]))
                run = " ".join(words.shown(code) for code in codes[at].tolist())
                rows.append((run, int(counts[at]), texts, round(int(counts[at]) / len(keys[0]), 6)))
            if rows and (not said or stop.any()):
                place.append(Table(NAMES[size] + said, ("words", "times", "texts", "share"), rows, "times"))
    left = [words.shown(code) for code in np.flatnonzero(stop)[: 2 * most].tolist()]
    sentences = [f"Counted in {found.said}: {plural(len(words.codes), 'word')}."]
    if left:
        more = int(stop.sum()) - len(left)
        rest = f" and {more:,} more" if more else ""
        whose = f" of the list of {listed!r}" if listed and stop_words is None else ""
        sentences.append(f"As stop words{whose} were left out: {', '.join(left)}{rest}.")
    return Findings(title, sentences, (), numbers, [*tables[0], *tables[1]])


def _main_language(found: Sample) -> str | None:
    """Return the language that nearly all the texts are in, where a step told and there is a list."""
    languages = Counter(found.rows["language"].to_pylist()).most_common(1)
    name, count = languages[0] if languages else (None, 0)
    return name if name in LISTED and count >= MAIN * len(found.texts) else None


def _stop(words: Words, language: str | None, given: list[str] | None) -> "np.ndarray":
    """Return for each known word whether it is a stop word."""
    import numpy as np

    if given is not None:
        listed = {word.lower() for word in given}
        return np.array([word in listed for word in words.known], bool)
    if language:
        gone = of_language(language)
        return np.array([not left_of(word, gone) for word in words.known], bool)
    pieces = len(words.codes) // STRETCH
    if pieces < FEW:
        return np.zeros(len(words.known), bool)
    some = words.codes[: pieces * STRETCH]
    pairs = np.unique(np.arange(len(some)) // STRETCH * len(words.known) + some)
    there = np.bincount(pairs % len(words.known), minlength=len(words.known))
    return np.asarray(there > pieces / 2)


def _keys(words: Words, of_text: "np.ndarray", size: int) -> "tuple[np.ndarray, np.ndarray]":
    """Return a number for each run of `size` words within a text, and where it begins."""
    import numpy as np

    known, count = len(words.known), len(words.codes) - size + 1
    if count <= 0:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    keys = words.codes[:count]
    for place in range(1, size):
        if int(keys.max()) >= 2**62 // known:  # numbers that are larger than need be
            keys = np.unique(keys, return_inverse=True)[1]
        keys = keys * known + words.codes[place : place + count]
    inside = np.flatnonzero(of_text[:count] == of_text[size - 1 :])
    return keys[inside], inside
