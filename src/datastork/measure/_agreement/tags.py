"""Agreement on several labels at once."""

from typing import TYPE_CHECKING

from datastork.core import Findings
from datastork.core.findings import Cell, Table
from datastork.measure._agreement.votes import Lines, different
from datastork.measure._agreement.words import (
    SHOWN,
    alpha_warnings,
    beyond_chance,
    ceiling_said,
    measures,
    reach,
    said,
    three,
    with_interval,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 1_000  # tags; the most given ones


def tag_findings(lines: Lines, kind: str, labels: "Sequence[str] | None", replicates: int, seed: int) -> Findings:
    """Return the findings on votes that are lists of labels."""
    import numpy as np

    from datastork.consensus.agreement.bootstrap import Resampling
    from datastork.consensus.agreement.coefficients import percent
    from datastork.consensus.agreement.ratings import Ratings
    from datastork.consensus.agreement.tagging import tag_agreement

    answers, which = different(lines, kind)
    answers = [sorted(set(answer)) for answer in answers]
    times = np.bincount(which, minlength=len(answers))
    counts: dict[str, int] = dict.fromkeys(labels or (), 0)
    for answer, often in zip(answers, times.tolist(), strict=True):
        for tag in answer:
            counts[tag] = counts.get(tag, 0) + often
    names = sorted(counts, key=lambda tag: (-counts[tag], tag))[:MOST]
    place = {tag: at for at, tag in enumerate(names)}
    codes = [[place[tag] for tag in answer if tag in place] for answer in answers]
    size = np.array([len(one) for one in codes], np.int64)
    start = np.cumsum(size) - size
    flat = np.array([code for one in codes for code in one], np.int64)
    long = size[which]  # one line for each tag of each vote
    step = np.arange(long.sum()) - np.repeat(np.cumsum(long) - long, long)
    items, tags = np.repeat(lines.row, long), flat[np.repeat(start[which], long) + step]
    count = len(lines.ids)
    again = Resampling(count, replicates=replicates, seed=seed)
    found = tag_agreement(items, tags, np.bincount(lines.row, minlength=count), len(names), again)
    sets = {text: at for at, text in enumerate(sorted({"\n".join(answer) for answer in answers}))}
    whole = np.array([sets["\n".join(answer)] for answer in answers], np.int64)[which]
    equal = percent(Ratings(lines.row, lines.annotator, whole, count, max(1, len(lines.annotators)), len(sets)), again)
    several = int((np.bincount(lines.row, minlength=count) > 1).sum())
    numbers: dict[str, Cell] = {
        "votes": len(lines.row),
        "annotators": len(lines.annotators),
        "samples_voted": len(np.unique(lines.row)),
        "samples_compared": several,
        "classes": len(counts),
        "tags_per_vote": round(sum(counts.values()) / max(1, len(lines.row)), 4),
        **with_interval("agreement", found.f1),
        **with_interval("equal_sets", equal),
        **with_interval("krippendorff_alpha", found.alpha),
        **with_interval("ceiling", found.ceiling),
    }
    if not several:
        return Findings("Agreement", (reach(numbers), "Nobody can disagree: no sample has two votes."), numbers=numbers)
    table = [
        (name, int(found.given[at]), *three(found.tag_f1[at]), *three(found.tag_alpha[at]))
        for at, name in enumerate(names[:SHOWN])
    ]
    columns = ("tag", "given", "F1", "low", "high", "alpha", "alpha low", "alpha high")
    summary = {
        "F1 of two annotators": found.f1,
        "share of equal sets of tags": equal,
        "Krippendorff's alpha": found.alpha,
        "human ceiling": found.ceiling,
    }
    sentences = [
        reach(numbers),
        f"Of the tags that one of two annotators gives a sample, the other gives {said(found.f1)}.",
        beyond_chance(found.alpha),
        *ceiling_said(found.ceiling, "F1", "what most of the others gave"),
    ]
    tables = [
        measures(summary),
        Table("Each tag by itself: F1 of two annotators, and Krippendorff's alpha", columns, table, "F1"),
    ]
    return Findings("Agreement", sentences, alpha_warnings(found.alpha), numbers, tables)
