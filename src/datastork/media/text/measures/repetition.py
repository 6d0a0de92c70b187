"""How much a text repeats itself."""

from typing import TYPE_CHECKING, NamedTuple

from datastork.media.text import Text
from datastork.media.text.measures.folded import folded_words, longer_at, stripped_lines, word_hashes

if TYPE_CHECKING:
    import numpy as np

TOP, REPEATED = (2, 3, 4), (5, 6, 7, 8, 9, 10)


class Repetition(NamedTuple):
    """What shares of a text are repeated (0 to 1), after Rae and others, "Scaling Language Models: Methods, Analysis &
    Insights from Training Gopher", arXiv 2112.11446, table A1.

    `repeated_lines` and `repeated_paragraphs` count those that stood in the text before, `…_characters` their
    characters. `top_…_gram` is the share of characters in the most frequent run of so many words that comes twice or
    more, `repeated_…_gram` that of all runs that came before; a character counts once however many runs it is in. Words
    are compared without case and punctuation, lines and paragraphs as they are but for white space at their ends.
    """

    repeated_lines: float
    repeated_line_characters: float
    repeated_paragraphs: float
    repeated_paragraph_characters: float
    top_2_gram: float
    top_3_gram: float
    top_4_gram: float
    repeated_5_gram: float
    repeated_6_gram: float
    repeated_7_gram: float
    repeated_8_gram: float
    repeated_9_gram: float
    repeated_10_gram: float

    @staticmethod
    def of(text: Text) -> "Repetition":
        """Measure a text."""
        stripped = stripped_lines(text)
        lines = list(filter(None, stripped))
        paragraphs: list[str] = []  # where no line is blank there is one, which repeats nothing
        if len(lines) < len(stripped):
            paragraphs = [part.strip("\n") for part in "\n".join(stripped).strip("\n").split("\n\n") if part]
        return Repetition(*_pieces(lines), *_pieces(paragraphs), *_ngrams(text))


def _pieces(pieces: list[str]) -> tuple[float, float]:
    """Return the share of pieces that stood there before, and of their characters."""
    distinct = set(pieces)
    if len(distinct) == len(pieces):
        return 0.0, 0.0
    characters = sum(map(len, pieces))
    return 1 - len(distinct) / len(pieces), 1 - sum(map(len, distinct)) / characters


def _ngrams(text: Text) -> list[float]:
    """Return the share of characters in the most frequent run of words, or in all that came before, for each size."""
    import numpy as np

    words, hashes = folded_words(text), word_hashes(text)
    ends = np.zeros(len(words) + 1, np.int64)  # characters before each word
    np.fromiter(map(len, words), np.int64, len(words)).cumsum(out=ends[1:])
    shares = [0.0] * len(TOP + REPEATED)
    # a run can only be repeated where the run one word shorter is, so few places are left after the first sizes
    places, runs = np.arange(len(words)), hashes
    for at, size in enumerate(TOP + REPEATED):
        inside = int(places.searchsorted(len(words) - size, side="right"))
        if inside < 2:
            break
        places = places[:inside]
        runs = longer_at(runs[:inside], hashes, places, size)
        order = runs.argsort(kind="stable")
        ordered = runs[order]
        again = ordered[1:] == ordered[:-1]
        if not again.any():
            break
        if size in TOP:
            count = _characters(_most_frequent(places, order, again, ends, size), ends, size)
        else:
            count = _characters(np.sort(places[order[1:][again]]), ends, size)
        shares[at] = count / int(ends[-1])
        repeated = np.zeros(inside, bool)
        repeated[order[1:][again]] = True
        repeated[order[:-1][again]] = True
        places, runs = places[repeated], runs[repeated]
    return shares


def _most_frequent(
    places: "np.ndarray", order: "np.ndarray", again: "np.ndarray", ends: "np.ndarray", size: int
) -> "np.ndarray":
    """Return where the most frequent run begins; of equally frequent ones the longest, then the first."""
    import numpy as np

    edge = np.ones(len(order) + 1, bool)
    np.logical_not(again, out=edge[1:-1])
    edges = edge.nonzero()[0]
    counts = edges[1:] - edges[:-1]
    most = counts.max()
    tied = edges[:-1][counts == most]
    first = places[order[tied]]
    best = tied[((ends[first + size] - ends[first]) * len(ends) - first).argmax()]
    found: np.ndarray = places[order[best : best + most]]
    return found


def _characters(starts: "np.ndarray", ends: "np.ndarray", size: int) -> int:
    """Return the characters of all words in the runs that begin at `starts` (rising), each counted once."""
    import numpy as np

    stops = starts + size
    np.minimum(stops[:-1], starts[1:], out=stops[:-1])
    return int((ends[stops] - ends[starts]).sum())
