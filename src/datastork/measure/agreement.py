"""How far annotators agree, and what that lets anyone expect of a model."""

from typing import Annotated, Literal

from datastork.core import Findings, Frame, Range, step
from datastork.core.errors import BuildError
from datastork.core.nearest import did_you_mean
from datastork.core.questions import KINDS, REGIONS
from datastork.measure._agreement.classes import class_findings
from datastork.measure._agreement.shapes import region_findings, text_findings
from datastork.measure._agreement.tags import tag_findings
from datastork.measure._agreement.votes import votes_on
from datastork.store.columns import take


@step
def agreement(
    frame: Frame,
    *,
    question: str = "label",
    kind: str | None = None,
    labels: list[str] | None = None,
    level: Literal["nominal", "ordinal", "interval"] | None = None,
    replicates: Annotated[int, Range(100, 10_000)] = 1000,
    seed: int = 0,
) -> Findings:
    """Measure how far annotators agree, with 95 % intervals, and how well one of them does the task.

    Every voter is an annotator: people, models, and the folders and tables that samples came with. Of an
    annotator the last answer counts; samples shown again on purpose, skips and decisions of reviewers do
    not. Intervals come from resampling samples.

    Classes, ratings, preferences, cells: `agreement` is the share of equal pairs of votes, the mean over
    samples; `krippendorff_alpha`, `fleiss_kappa` and `gwet_ac1` (`gwet_ac2` with quadratic weights for numbers)
    take away what chance gives: 0 is guessing, 1 full agreement. Also for each class against the rest, for
    pairs of annotators (Cohen's kappa), the classes that are confused most, and the most divided samples.
    Tags: F1 of two annotators, and alpha for each tag. Regions: F1 of two annotators, matched one to one by
    intersection over union of .5 and .75 (boxes, polygons, masks, frames, tracks), object keypoint
    similarity, offsets (spans) or onset and offset (events, 200 ms or 20 %); for spans, events and frames also
    alpha, character by character or moment by moment. Texts: word error rate.

    `ceiling` is how well one annotator does against what all others say: the accuracy against their majority
    (classes), F1 (tags, regions) or word error rate (texts). A model that reaches it is as good as a person; where
    few others voted, they err too, and the figure is too low.

    question: the question of the recipe's [label] table; "label" is the main one
    kind: the kind of question ("choice", "boxes", …); null takes it from the recipe, else "choice"
    labels: the classes in their order; null takes them from the recipe, else those voted for by alphabet
    level: whether answers are mere names ("nominal"), have an order ("ordinal": alpha on ranks) or are numbers
        ("interval"); null is "ordinal" for ratings, else "nominal"
    replicates: how many times samples are drawn anew for the intervals
    seed: which draws the intervals come from

    Raises BuildError for answers that cannot be read, and for a level that needs numbers where there are none.

    Sources: Krippendorff, Content Analysis, 4th ed. 2018; Gwet, Handbook of Inter-Rater Reliability, 4th ed.
    2014; Cohen 1960; Fleiss 1971; Mesaros, Heittola and Virtanen 2016; https://cocodataset.org/#keypoints-eval.
    """
    kind = kind or "choice"
    if kind not in KINDS:
        raise BuildError(f"'{kind}' is no kind of question{did_you_mean(kind, KINDS)}")
    lines = votes_on(take(frame, "votes"), question)
    if not len(lines.row):
        numbers = {"votes": 0, "annotators": 0, "samples_voted": 0, "samples_compared": 0}
        return Findings("Agreement", sentences=("Nobody voted.",), numbers=dict(numbers))
    if kind in REGIONS:
        return region_findings(lines, kind, replicates, seed)
    if kind in ("text", "transcript"):
        return text_findings(lines, replicates, seed)
    if kind == "tags" or (kind == "taxonomy" and any(text.startswith("[") for text in lines.value.to_pylist())):
        return tag_findings(lines, kind, labels, replicates, seed)
    scale = level or ("ordinal" if kind == "rating" else "nominal")
    return class_findings(lines, kind, scale, labels, replicates, seed)
