"""How rich the vocabulary is."""

from typing import TYPE_CHECKING, Annotated, NamedTuple

from datastork.core import Findings, Frame, Range, step
from datastork.core.findings import Cell, Table, plural
from datastork.measure.text._sample import Sample, sample
from datastork.measure.text._words import Words, encoded
from datastork.media.stored import Media

if TYPE_CHECKING:
    import numpy as np

POINTS = 60  # of a curve
LABELS = 30  # the largest first
EVEN = 1000  # words that a label needs for the ratio at equal length


class Fit(NamedTuple):
    """A straight line through logarithms: `factor` × x ^ `exponent`, and the share of the spread it explains."""

    factor: float
    exponent: float
    r2: float


@step(needs=(Media,))
def richness(
    frame: Frame,
    *,
    characters: Annotated[int, Range(1000, 500_000_000)] = 10_000_000,
    window: Annotated[int, Range(10, 100_000)] = 500,
) -> Findings:
    """Measure the vocabulary: type-token curve, Heaps' and Zipf's laws, words that occur once, MATTR; by label.

    The type-token curve says how many different words (types) the first words (tokens) hold, with Heaps' law
    (types = k × words ^ beta) fitted through its logarithms. Zipf's law is fitted over ranks that are evenly
    spaced on a logarithmic axis, so that the many rare words do not outweigh the common ones; natural text
    has an exponent near 1. `hapax_share` is the share of types that occur once; `mattr` the mean share of
    different words in a window that moves word by word over the texts, one after another in the order of
    their ids, which unlike the plain ratio does not depend on how much text there is. Words are in lower
    case, without punctuation; characters of Chinese and Japanese count as words.

    characters: how much is read, of texts drawn by id (characters)
    window: the length of the moving window (words)

    Source: Heaps 1978, Information Retrieval; Zipf 1949, Human Behavior and the Principle of Least Effort;
    Covington & McFall 2010, Cutting the Gordian Knot: the Moving-Average Type-Token Ratio (MATTR)
    """
    import numpy as np

    found = sample(frame, characters, label="string")
    words = encoded(found.texts)
    title = "Vocabulary"
    numbers: dict[str, Cell] = {
        "texts": found.total,
        "texts_measured": len(found.texts),
        "words_measured": len(words.codes),
        "types": len(words.known),
    }
    if not len(words.codes):
        return Findings(title, ("There are no words.",), (), numbers)
    curve, heaps = _curve(words.codes)
    ranks, zipf = _zipf(np.bincount(words.codes))
    numbers |= _measures(words.codes, window)
    numbers |= {"window": window}
    for name, fit in (("heaps", heaps), ("zipf", zipf)):
        if fit is not None:
            numbers |= {f"{name}_exponent": round(fit.exponent, 4), f"{name}_r2": round(fit.r2, 4)}
    if heaps is not None:
        numbers["heaps_factor"] = round(heaps.factor, 4)
    tables = [curve, *([ranks] if ranks else []), *_by_label(found, words, window)]
    return Findings(title, _sentences(found, numbers), (), numbers, tables)


def mattr(codes: "np.ndarray", window: int) -> float | None:
    """Return the mean share of different numbers in every window of a row of numbers; None where it is shorter.

    A number adds one to every window that holds it and not the one like it before.
    """
    import numpy as np

    count = len(codes)
    if count < window:
        return None
    order = np.argsort(codes, kind="stable")
    same = codes[order[1:]] == codes[order[:-1]]
    before = np.full(count, -1)
    before[order[1:][same]] = order[:-1][same]
    at = np.arange(count)
    first = np.maximum(np.maximum(before + 1, at - window + 1), 0)
    last = np.minimum(at, count - window)
    different = int(np.maximum(last - first + 1, 0).sum())
    return different / (count - window + 1) / window


def fitted(x: "np.ndarray", y: "np.ndarray") -> Fit | None:
    """Return the power law through points by least squares of their logarithms; None for fewer than three."""
    import numpy as np

    if len(x) < 3:
        return None
    across, up = np.log(x), np.log(y)
    exponent, constant = np.polyfit(across, up, 1)
    spread = float(((up - up.mean()) ** 2).sum())
    left = float(((up - constant - exponent * across) ** 2).sum())
    return Fit(float(np.exp(constant)), float(exponent), 1 - left / spread if spread else 1.0)


def _measures(codes: "np.ndarray", window: int) -> dict[str, Cell]:
    import numpy as np

    counts = np.unique(codes, return_counts=True)[1]
    moving = mattr(codes, window)
    return {
        "type_token_ratio": round(len(counts) / len(codes), 6),
        "mattr": None if moving is None else round(moving, 4),
        "hapax_share": round(float((counts == 1).mean()), 4),
    }


def _curve(codes: "np.ndarray") -> tuple[Table, Fit | None]:
    """Return how many different words there are among the first ones."""
    import numpy as np

    new = np.zeros(len(codes), np.int64)
    new[np.unique(codes, return_index=True)[1]] = 1
    types = np.cumsum(new)
    at = np.unique(np.linspace(len(codes) / POINTS, len(codes), POINTS).round().astype(np.int64))
    at = at[at > 0]
    even = np.unique(np.geomspace(max(1, len(codes) // 1000), len(codes), POINTS).round().astype(np.int64))
    heaps = fitted(even, types[even - 1])
    rows: list[list[Cell]] = []
    for tokens in at.tolist():
        law = None if heaps is None else round(heaps.factor * tokens**heaps.exponent, 1)
        rows.append([tokens, int(types[tokens - 1]), law])
    caption = "Different words among the first words (type-token curve)"
    return Table(caption, ("words", "different words", "Heaps' law"), rows, None, "curve"), heaps


def _zipf(counts: "np.ndarray") -> tuple[Table | None, Fit | None]:
    """Return how often the words occur by rank."""
    import numpy as np

    counts = np.sort(counts)[::-1]
    ranks = np.unique(np.geomspace(1, len(counts), POINTS).round().astype(np.int64))
    zipf = fitted(ranks, counts[ranks - 1])
    if zipf is None:
        return None, None
    rows: list[list[Cell]] = [
        [rank, int(counts[rank - 1]), float(f"{zipf.factor * rank**zipf.exponent:.4g}")] for rank in ranks.tolist()
    ]
    caption = "How often a word occurs, by its rank (Zipf)"
    table = Table(caption, ("rank", "occurrences", "Zipf's law"), rows, None, "loglog")
    return table, zipf._replace(exponent=-zipf.exponent)


def _by_label(found: Sample, words: Words, window: int) -> list[Table]:
    """Return the measures of each label, and its types among equally many words."""
    import numpy as np
    import pyarrow.compute as pc

    labels = found.rows["label"].combine_chunks().dictionary_encode()
    names = labels.dictionary.to_pylist()
    if len(names) < 2:
        return []
    of_text = np.asarray(pc.fill_null(labels.indices, -1))
    of_word = np.repeat(of_text, np.diff(words.starts))
    sizes = np.bincount(of_word[of_word >= 0], minlength=len(names))
    texts = np.bincount(of_text[of_text >= 0], minlength=len(names))
    order = sorted((at for at in range(len(names)) if sizes[at]), key=lambda at: (-int(sizes[at]), names[at]))[:LABELS]
    enough = [int(sizes[at]) for at in order if sizes[at] >= EVEN]
    even = min(enough, default=0)
    rows: list[list[Cell]] = []
    for at in order:
        codes = words.codes[of_word == at]
        some = len(np.unique(codes[:even])) if even and len(codes) >= even else None
        each = _measures(codes, window)
        rows.append([names[at], int(texts[at]), len(codes), some, each["mattr"], each["hapax_share"]])
    caption = "Vocabulary by label"
    if len(names) > len(order):
        caption += f" (the {len(order)} largest of {len(names):,})"
    heading = f"different among {even:,} words"
    return [Table(caption, ("label", "texts", "words", heading, "MATTR", "share once only"), rows, "MATTR")]


def _sentences(found: Sample, numbers: dict[str, Cell]) -> list[str]:
    said = [
        f"Measured on {found.said}: {plural(int(numbers['words_measured'] or 0), 'word')}, "
        f"{int(numbers['types'] or 0):,} of them different; "
        f"{float(numbers['hapax_share'] or 0):.0%} of these occur once."
    ]
    if numbers["mattr"] is not None:
        said.append(f"In {numbers['window']:,} words running, {float(numbers['mattr']):.0%} are different (MATTR).")
    if "zipf_exponent" in numbers:
        said.append(
            f"The commonest words follow Zipf's law with an exponent of {numbers['zipf_exponent']:.2f} "
            f"(R² {numbers['zipf_r2']:.3f}); the vocabulary grows as words ^ {numbers['heaps_exponent']:.2f} "
            f"(Heaps, R² {numbers['heaps_r2']:.3f})."
        )
    return said
