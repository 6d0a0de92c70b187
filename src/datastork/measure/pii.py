"""How much personal data is found in texts like these: some is invented, planted and looked for."""

from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Annotated, Literal

from datastork.core import Findings, Frame, Range, step
from datastork.core.errors import DataError
from datastork.core.findings import Cell, Table, plural
from datastork.measure.balance import wilson
from datastork.media.stored import Media
from datastork.store.columns import take

if TYPE_CHECKING:
    from datastork.media.text.private.registry import Finder
    from datastork.media.text.private.synthetic.plant import Planted

TITLE = "Personal data: how much of it is found"
EXCERPT = 4_000  # characters of a text that are used
TOGETHER = 4  # values planted into one text
MOST_TEXTS = 400


@step(needs=(Media,))
def pii(
    frame: Frame,
    *,
    kinds: list[str] | None = None,
    model: Literal["none", "names"] = "none",
    confidence: Annotated[float, Range(0, 1)] = 0.5,
    each: Annotated[int, Range(5, 1000)] = 40,
    seed: int = 0,
) -> Findings:
    """Plant invented personal data into some of the texts, and measure how much of it `clean.pii` would find.

    Give it the settings of `clean.pii`. Behind that step it sees cleaned texts, which serves as well; in front of it
    it also counts what is in the texts as they were, but then the work on them is kept in `.stork/passes` with all
    they say. Into copies of up to 400 texts (their first 4,000 characters) sentences with invented values are put:
    mail, telephone numbers of ten countries, cards, addresses of nine, names of many, and the rest, `each` times
    every kind, with right check digits; one in ten stands alone, with no word that says what it is. The generator
    shares no code and no list with what it tests. Nothing planted is kept. Found means that every letter and digit
    of a value lies within findings, of whatever kind. The intervals are Wilson's (95 %): they hold for values as
    invented here; people write in more ways. How many findings in the texts themselves are wrong, planting cannot
    tell: their number for 10,000 words is given, for a person to look at some.

    kinds: which kinds are looked for, as in `clean.pii`
    model: as in `clean.pii`
    confidence: as in `clean.pii` (0 to 1)
    each: how many values of every kind are planted
    seed: decides which texts and which values
    """
    from datastork.media.text.private.registry import finder
    from datastork.media.text.private.synthetic.plant import MAKERS, plant

    chosen = finder(None if kinds is None else tuple(kinds), model=model, confidence=confidence)
    planted_kinds = [kind for kind in MAKERS if kind in chosen.kinds]
    texts = _texts(frame, seed)
    if not texts or not planted_kinds:
        why = "There are no texts." if not texts else "Of the kinds looked for, none can be invented."
        return Findings(TITLE, sentences=(why,), numbers={"planted": 0})

    rng = Random(seed)
    to_plant = planted_kinds * each
    rng.shuffle(to_plant)
    planted, found, named = Counter[str](), Counter[str](), Counter[str]()
    for number, at in enumerate(range(0, len(to_plant), TOGETHER)):
        text, places = plant(texts[number % len(texts)], to_plant[at : at + TOGETHER], rng)
        _look(text, places, chosen, planted, found, named)
    own = sum(len(chosen.find(text)) for text in texts)
    words = sum(len(text.split()) for text in texts)
    return _findings(planted, found, named, len(texts), own, words)


def _texts(frame: Frame, seed: int) -> list[str]:
    """Return the beginnings of some texts: which ones depends on their ids and the seed alone."""
    from daft import col

    from datastork.core.hashing import content_id
    from datastork.media.text.codec import decode

    if "media" not in frame.column_names:
        return []
    table = take(frame.exclude("media"), media_modality="string")
    ids = [
        str(name)
        for name, modality in zip(table["id"].to_pylist(), table["media_modality"].to_pylist(), strict=True)
        if modality in ("text", None)
    ]
    ids = sorted(ids, key=lambda name: content_id(f"{seed} {name}".encode()))[:MOST_TEXTS]
    if not ids:
        return []
    texts = []
    for data in take(frame.where(col("id").is_in(ids)), "media")["media"].to_pylist():
        try:
            texts.append(decode(data).content[:EXCERPT])
        except DataError:
            continue  # no text; whatever wrote it answers for it
    return [text for text in texts if text.strip()]


def _look(
    text: str,
    places: "list[Planted]",
    finder: "Finder",
    planted: Counter[str],
    found: Counter[str],
    named: Counter[str],
) -> None:
    """Count what is found of the values at `places`."""
    findings = finder.find(text)
    for kind, start, end in places:
        planted[kind] += 1
        near = [one for one in findings if one.start < end and start < one.end]
        open_letters = any(
            text[at].isalnum() and not any(one.start <= at < one.end for one in near) for at in range(start, end)
        )
        found[kind] += not open_letters
        named[kind] += any(one.kind == kind for one in near)


def _findings(
    planted: Counter[str], found: Counter[str], named: Counter[str], texts: int, own: int, words: int
) -> Findings:
    rows: list[list[Cell]] = []
    numbers: dict[str, Cell] = {"planted": planted.total(), "found": found.total(), "texts": texts}
    warnings = []
    for kind in sorted(planted):
        low, high = wilson(found[kind], planted[kind])
        share = found[kind] / planted[kind]
        rows.append(
            [kind, planted[kind], round(share, 3), round(low, 3), round(high, 3), round(named[kind] / planted[kind], 3)]
        )
        numbers[f"recall_{kind.lower()}"] = round(share, 4)
        if high < 0.75:
            warnings.append(f"Of {kind}, {share:.0%} is found: look through the texts, or do without them.")
    low, high = wilson(found.total(), planted.total())
    share = found.total() / planted.total()
    numbers |= {"recall": round(share, 4), "recall_low": round(low, 4), "recall_high": round(high, 4)}
    numbers["findings_per_10000_words"] = round(10_000 * own / words, 2)
    sentences = (
        f"Of {plural(planted.total(), 'invented value')} planted into {plural(texts, 'text')}, {share:.1%} were found "
        f"(95 % interval {low:.1%} to {high:.1%}); what people really wrote may be found less often.",
        f"As they are, the texts have {numbers['findings_per_10000_words']:,} findings for 10,000 words. Planting "
        f"cannot "
        "tell how many of these are wrong.",
    )
    columns = ("kind", "planted", "found", "from", "to", "found as this kind")
    return Findings(
        TITLE,
        sentences,
        warnings,
        numbers,
        (Table("Found of what was planted, with 95 % intervals", columns, rows, "found"),),
    )
