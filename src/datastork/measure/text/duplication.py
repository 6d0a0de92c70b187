"""What the texts repeat: whole texts, lines, and runs of thirteen words."""

from typing import TYPE_CHECKING, NamedTuple

from datastork.core import Findings, Frame, step
from datastork.core.findings import Cell, Table, plural
from datastork.measure.text._hashes import Chunk, Repeated, Seen, chunks
from datastork.measure.text._sample import batches, only_texts
from datastork.media.stored import Media
from datastork.store.columns import take

if TYPE_CHECKING:
    import numpy as np

RUN = 13  # words
LINE = 3  # words a line must have
NOTED = 4_000_000  # hashes of one kind in memory, about
SHOWN = 20  # repeated lines
CANDIDATES = 100  # repeated lines whose text is kept, of each chunk
LONGEST = 120  # characters of a line that is shown
COPIES, LINES, RUNS = 0.01, 0.1, 0.1  # shares from which a warning is due


class _Tally(NamedTuple):
    """What is noted in one pass over the texts."""

    whole: Seen
    lines: Seen
    runs: Seen
    said: dict[int, str]  # hash of a line -> the line


@step(needs=(Media,))
def duplication(frame: Frame) -> Findings:
    """Count what the kept texts repeat: whole texts, lines of three words or more, and runs of thirteen words.

    `copies` are texts that are equal to another one but for white space at their ends, beyond the first of
    each; `repeated_lines` and `repeated_runs` are the shares of lines and of 13-grams that also stand in
    another text, `mostly_repeated` the share of texts of which more than half of the runs do. Beside this
    stands how many kept texts have near-duplicates (a `cluster`). Of very many lines or runs every n-th
    different one is counted, chosen by its hash, so that memory is bounded and the shares stay what they are.
    Warns of copies, and of shares above 10 %. Has no settings.

    Source: Lee et al. 2022, Deduplicating Training Data Makes Language Models Better (ACL); runs of thirteen
    words as in Brown et al. 2020, Language Models are Few-Shot Learners
    """
    import numpy as np
    import pyarrow.compute as pc

    known = take(only_texts(frame), media_size="int64", cluster="string")
    title = "Duplication"
    numbers: dict[str, Cell] = {"texts": known.num_rows}
    if not known.num_rows:
        return Findings(title, ("There are no texts.",), (), numbers)
    size = int(pc.sum(known["media_size"], min_count=0).as_py())
    every = max(1, -(-size // (5 * NOTED)))
    tally = _Tally(Seen(), Seen(every), Seen(every), {})
    done = 0
    for batch in batches(frame):
        for first, chunk in chunks(batch["media"]):
            _note(tally, chunk, done + first)
        done += batch.num_rows
    whole, lines, runs = tally.whole.repeated(), tally.lines.repeated(), tally.runs.repeated()
    texts = int(runs.where.max(initial=0)) + 1
    all_runs = np.bincount(runs.where, minlength=texts)
    mostly = 2 * np.bincount(runs.where[runs.again], minlength=texts) > all_runs
    numbers |= {
        "copies": int((whole.times - 1).sum()),
        "texts_with_near_duplicates": known.num_rows - known["cluster"].null_count,
        "repeated_lines": _share(lines),
        "repeated_runs": _share(runs),
        "mostly_repeated": round(float(mostly.sum()) / max(1, int((all_runs > 0).sum())), 4),
        "one_counted_of": every,
    }
    return Findings(title, _sentences(numbers), _warnings(numbers), numbers, _tables(lines, tally.said, every))


def _note(tally: _Tally, chunk: Chunk, row: int) -> None:
    """Note the whole texts, lines and runs of a chunk whose first text has the number `row`."""
    import numpy as np

    counts = np.diff(chunk.words)
    full = np.flatnonzero(counts)
    tally.whole.add(chunk.hashes(chunk.words[full], chunk.words[full + 1] - 1), row + full)
    text = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    text += row
    first, last = chunk.lines, chunk.line_ends()
    long = last - first >= LINE - 1
    first, last = first[long], last[long]
    hashes = chunk.hashes(first, last)
    kept = tally.lines.add(hashes, text[first])
    _remember(tally.said, chunk, hashes[kept], first[kept], last[kept])
    if len(chunk.starts) >= RUN:
        first = np.flatnonzero(text[: 1 - RUN] == text[RUN - 1 :])
        tally.runs.add(chunk.hashes(first, first + RUN - 1), text[first])


def _remember(
    said: dict[int, str], chunk: Chunk, hashes: "np.ndarray", first: "np.ndarray", last: "np.ndarray"
) -> None:
    """Keep the words of the lines a chunk repeats most."""
    import numpy as np

    values, index, counts = np.unique(hashes, return_index=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:CANDIDATES]
    for at in order[counts[order] > 1].tolist():
        if int(values[at]) not in said:
            place = int(index[at])
            start, end = int(chunk.starts[first[place]]), int(chunk.ends[last[place]])
            line = chunk.data[start : min(end, start + 8 * LONGEST)].tobytes().decode("utf-8", "ignore")
            said[int(values[at])] = line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _share(found: Repeated) -> float:
    return round(float(found.again.mean()), 4) if len(found.again) else 0.0


def _tables(lines: Repeated, said: dict[int, str], every: int) -> list[Table]:
    import numpy as np

    several = np.flatnonzero(lines.texts > 1)
    order = several[np.lexsort((lines.hashes[several], -lines.times[several]))]
    rows: list[tuple[str, int, int]] = []
    for at in order[: 10 * SHOWN].tolist():
        line = said.get(int(lines.hashes[at]))
        if line is not None and len(rows) < SHOWN:
            rows.append((line, int(lines.times[at]), int(lines.texts[at])))
    if not rows:
        return []
    caption = "The lines most often repeated" + (f", of one line in {every:,}" if every > 1 else "")
    return [Table(caption, ("line", "times", "texts"), rows, "times")]


def _sentences(numbers: dict[str, Cell]) -> list[str]:
    near = int(numbers["texts_with_near_duplicates"] or 0)
    said = [
        f"{plural(int(numbers['copies'] or 0), 'text')} of {int(numbers['texts'] or 0):,} "
        f"{'is' if numbers['copies'] == 1 else 'are'} an exact copy of another; "
        f"{float(numbers['repeated_lines'] or 0):.1%} of the lines and {float(numbers['repeated_runs'] or 0):.1%} of "
        "the runs of thirteen words also stand in another text."
    ]
    if near:
        said.append(f"{plural(near, 'kept text')} {'has' if near == 1 else 'have'} near-duplicates, dropped or kept.")
    return said


def _warnings(numbers: dict[str, Cell]) -> list[str]:
    warnings = []
    copies, texts = int(numbers["copies"] or 0), int(numbers["texts"] or 1)
    if copies > COPIES * texts:
        warnings.append(
            f"{plural(copies, 'text')} of {texts:,} repeat another word for word: clean.exact_dup drops them."
        )
    if float(numbers["repeated_lines"] or 0) > LINES:
        warnings.append(
            f"{float(numbers['repeated_lines'] or 0):.0%} of the lines also stand in another text, as menus and "
            "footers do."
        )
    if float(numbers["repeated_runs"] or 0) > RUNS:
        warnings.append(
            f"{float(numbers['repeated_runs'] or 0):.0%} of the runs of thirteen words also stand in another text: "
            "a model may learn them by heart, and a test split may hold what was trained on."
        )
    return warnings
