"""Agreement on regions, and on texts."""

from typing import TYPE_CHECKING

from datastork.core import Findings
from datastork.core.findings import Cell, Table
from datastork.measure._agreement.votes import Lines, answers_of
from datastork.measure._agreement.words import (
    SHOWN,
    by_annotator,
    ceiling_said,
    measures,
    neat,
    reach,
    said,
    three,
    with_interval,
)

if TYPE_CHECKING:
    from datastork.consensus.structured.matching.answer import Answer
    from datastork.consensus.structured.texts import Written

LOW = 0.5  # F1 of two annotators below which there is a warning
WORDS = {  # what a criterion asks for, in words
    "iou_50": "same label and half of the area in common (intersection over union from .5)",
    "iou_75": "same label, intersection over union from .75",
    "iou_50_any_label": "intersection over union from .5, whatever the label",
    "oks_50": "same label, object keypoint similarity from .5",
    "oks_75": "same label, object keypoint similarity from .75",
    "oks_50_any_label": "object keypoint similarity from .5, whatever the label",
    "exact": "same label, start and end",
    "overlap": "same label, some text in common",
    "event": "same label, onset within 200 ms, offset within 200 ms or 20 % of the length",
    "onset": "same label, onset within 200 ms",
    "segment": "same label in the same second",
}


def region_findings(lines: Lines, kind: str, replicates: int, seed: int) -> Findings:
    """Return the findings on votes that are lists of regions."""
    from datastork.consensus.agreement.regions import region_agreement
    from datastork.consensus.structured.matching.answer import Answer

    samples: dict[int, list[Answer]] = {}
    regions = 0
    for row, who, answer in zip(lines.row.tolist(), lines.annotator.tolist(), answers_of(lines, kind), strict=True):
        samples.setdefault(row, []).append(Answer(lines.annotators[who], answer))
        regions += len(answer)
    numbers = _reached(lines, samples)
    numbers["regions"] = regions
    if not numbers["samples_compared"]:
        return Findings("Agreement", (reach(numbers), "Nobody can disagree: no sample has two votes."), numbers=numbers)
    found = region_agreement(kind, list(samples.values()), replicates=replicates, seed=seed, most_pairs=SHOWN)
    numbers |= with_interval("agreement", found.scores[found.main])
    for name, estimate in found.scores.items():
        numbers |= with_interval(f"f1_{name}", estimate)
    numbers |= with_interval("ceiling", found.ceiling)
    scores = {f"F1: {WORDS[name]}": estimate for name, estimate in found.scores.items()}
    if found.alpha is not None:
        numbers |= with_interval("krippendorff_alpha", found.alpha)
        scores["Krippendorff's alpha, over the whole length"] = found.alpha
    tables = [measures(scores | {"human ceiling": found.ceiling})]
    labels = [(one.label, one.regions, *three(one.f1)) for one in found.labels[:SHOWN]]
    if labels:
        caption = "Each class: F1 of two annotators"
        tables.append(Table(caption, ("class", "regions", "F1", "low", "high"), labels, "F1"))
    people = [(name, count, value) for name, (count, value) in found.each.items()]
    tables.append(by_annotator(people, "F1", shares=False))
    rows = [(one.first, one.second, one.samples, neat(one.f1)) for one in found.pairs]
    caption = "Pairs of annotators with the most samples in common"
    tables.append(Table(caption, ("annotator", "annotator with them", "samples", "F1"), rows, "F1"))
    main = found.scores[found.main]
    sentences = [
        reach(numbers),
        f"Of the {kind} that one of two annotators marks, the other marks {said(main)} ({WORDS[found.main]}).",
        *ceiling_said(found.ceiling, "F1", "what the others come to"),
    ]
    if found.compared < found.samples:
        sentences.append(f"{found.compared:,} samples, evenly spread, were compared.")
    warnings = []
    if main.value < LOW:
        warnings.append(f"Two annotators have less than half of their {kind} in common: revise the guideline.")
    return Findings("Agreement", sentences, warnings, numbers, tables)


def text_findings(lines: Lines, replicates: int, seed: int) -> Findings:
    """Return the findings on votes that are texts."""
    from datastork.consensus.agreement.wording import word_agreement
    from datastork.consensus.structured.texts import Written

    samples: dict[int, list[Written]] = {}
    for row, who, text in zip(lines.row.tolist(), lines.annotator.tolist(), lines.value.to_pylist(), strict=True):
        samples.setdefault(row, []).append(Written(lines.annotators[who], text))
    numbers = _reached(lines, samples)
    if not numbers["samples_compared"]:
        return Findings("Agreement", (reach(numbers), "Nobody can disagree: no sample has two votes."), numbers=numbers)
    found = word_agreement(list(samples.values()), replicates=replicates, seed=seed)
    numbers |= {
        **with_interval("word_error_rate", found.errors),
        **with_interval("character_error_rate", found.characters),
        **with_interval("agreement", found.equal),
        **with_interval("ceiling", found.ceiling),
    }
    summary = {
        "word error rate": found.errors,
        "character error rate": found.characters,
        "share of pairs with the same words": found.equal,
        "human ceiling (word error rate)": found.ceiling,
    }
    people = [(name, count, value) for name, (count, value) in found.each.items()]
    sentences = [
        reach(numbers),
        f"Between two annotators the word error rate is {said(found.errors)}; "
        f"{said(found.equal)} of the pairs have the same words.",
        *ceiling_said(found.ceiling, "the word error rate", "what the others come to"),
    ]
    if found.compared < found.samples:
        sentences.append(f"{found.compared:,} samples, evenly spread, were compared.")
    tables = [measures(summary), by_annotator(people, "word error rate", shares=False)]
    return Findings("Agreement", sentences, (), numbers, tables)


def _reached(lines: Lines, samples: "dict[int, list[Answer]] | dict[int, list[Written]]") -> dict[str, Cell]:
    return {
        "votes": len(lines.row),
        "annotators": len(lines.annotators),
        "samples_voted": len(samples),
        "samples_compared": sum(len(answers) > 1 for answers in samples.values()),
    }
