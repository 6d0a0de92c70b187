"""Which votes are written where a format cannot hold them all, and the count of what it cannot hold."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from datastork.core.errors import DataError
from datastork.core.nearest import did_you_mean
from datastork.core.questions import Question
from datastork.core.votes import CastVote
from datastork.formats.format import Options, Written
from datastork.formats.record import Annotated

# what may be known of a vote beside its answer, and of a sample beside its name
OF_VOTES = {
    "confidence": "confidence of votes",
    "difficulty": "difficulty of votes",
    "prominence": "prominence of votes",
    "seconds": "seconds of votes",
    "device": "devices of votes",
    "suggestion": "suggestions shown",
}
OF_SAMPLES = ("width", "height", "seconds", "rate", "frames", "fps", "text", "split")


class Chooser:
    """Chooses, for one writing, the votes a format holds; counts in `lost` what it leaves out.

    `holds` are the fields of votes (`OF_VOTES`) and samples (`OF_SAMPLES`, "data") the format keeps.
    """

    def __init__(
        self, form: str, kinds: Iterable[str], questions: Sequence[Question], options: Options, holds: Iterable[str]
    ) -> None:
        self.options = options
        self.form = form
        self.lost: Counter[str] = Counter()
        self._held = frozenset(holds)
        self.questions = {one.name: one for one in questions}
        if options.question and options.question not in self.questions:
            near = did_you_mean(options.question, self.questions)
            raise DataError(f"there is no question '{options.question}'{near}")
        only = options.question
        self.fit = {q.name: q for q in questions if q.kind in set(kinds) and (only is None or q.name == only)}
        self._labels = {q.name: {one.id: one.name if options.names else one.id for one in q.classes} for q in questions}

    def label(self, question: Question, word: str) -> str:
        """Return what a class is called in the file."""
        return self._labels[question.name].get(word, word)

    def current(self, sample: Annotated) -> list[CastVote]:
        """Return the votes that stand, of the questions the format holds: revised ones and those taken back are not."""
        self.sample(sample)
        if len(sample.votes) == 1:
            votes: Sequence[CastVote] = sample.votes
        else:
            replaced = {vote.replaces for vote in sample.votes if vote.replaces}
            votes = [vote for vote in sample.votes if vote.uuid not in replaced]
            if len(votes) < len(sample.votes):
                self.lost["votes revised later"] += len(sample.votes) - len(votes)
        standing = []
        for vote in votes:
            if vote.value is None and vote.skipped is None:
                continue  # it took a vote back
            if vote.question not in self.fit:
                asked = self.questions.get(vote.question)
                self.lost[f"votes on '{vote.question}'{f' ({asked.kind})' if asked else ''}"] += 1
            elif self.options.annotator is not None and vote.annotator != self.options.annotator:
                self.lost["votes of other annotators"] += 1
            elif self.options.resolved and not vote.decides:
                self.lost["votes that decide nothing"] += 1
            else:
                standing.append(vote)
        return standing

    def one_each(self, sample: Annotated) -> dict[str, CastVote]:
        """Return one vote with an answer for each question, for formats that hold one answer."""
        chosen: dict[str, CastVote] = {}
        for vote in self.current(sample):
            if vote.value is None:
                self.lost["skips"] += 1
                continue
            other = chosen.get(vote.question)
            if other is not None:
                self.lost["further votes on the same sample"] += 1
            if other is None or (vote.decides and not other.decides):
                chosen[vote.question] = vote
        for vote in chosen.values():
            self.vote(vote)
        return chosen

    def one(self, sample: Annotated) -> tuple[Question, CastVote] | None:
        """Return one vote, of the first question that has any, for formats that hold one question."""
        chosen = self.one_each(sample)
        first = next((name for name in self.fit if name in chosen), None)
        if first is None:
            return None
        for name in chosen:
            if name != first:
                self.lost[f"votes on '{name}' ({self.fit[name].kind})"] += 1
        return self.fit[first], chosen[first]

    def vote(self, vote: CastVote) -> None:
        """Count what the format cannot hold of a vote that is written."""
        for field, what in OF_VOTES.items():
            if field not in self._held and getattr(vote, field) is not None:
                self.lost[what] += 1

    def sample(self, sample: Annotated) -> None:
        """Count what the format cannot hold of a sample."""
        for field in OF_SAMPLES:
            if field not in self._held and getattr(sample, field) is not None:
                self.lost[f"{field} of samples"] += 1
        if sample.data and "data" not in self._held:
            self.lost["further fields of samples"] += 1

    def region(self, region: Mapping[str, Any], holds: Sequence[str]) -> None:
        """Count what the format cannot hold of a region; `holds` names the further fields it keeps."""
        for field in ("id", "attributes", "iscrowd", "rotation", "low", "high", "text"):
            if field not in holds and region.get(field):
                self.lost[f"{field} of regions"] += 1

    def written(self, count: int, files: tuple[Path, ...], *notes: str) -> Written:
        """Return the account of what was written."""
        if "annotator" not in self._held:
            notes = (*notes, "who voted and when is not kept")
        lost = {what: self.lost[what] for what in sorted(self.lost) if self.lost[what]}
        return Written(count, files, notes, lost)
