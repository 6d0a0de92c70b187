"""Tasks of Label Studio to votes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote

from datastork.core.errors import DataError
from datastork.core.questions import MAIN, REGIONS, Question
from datastork.core.votes import CastVote
from datastork.formats.casting import Caster, number, vote_id, whole
from datastork.formats.format import Options, Refused
from datastork.formats.label_studio.importing import Facts, Importer
from datastork.formats.record import Annotated
from datastork.formats.source import lines, opened
from datastork.formats.stream import entries, parse

MEDIA = ("image", "img", "audio", "video", "text", "url", "left")
_UPLOAD = re.compile(r"^/?data/upload/(?:[0-9]+/)?(?:[0-9a-f]{8}-)?")
_LOCAL = "/data/local-files/?d="
_LOOK = 1000  # tasks looked at to see which controls are answered with several choices


def read(path: Path, questions: Sequence[Question] | None, options: Options) -> Iterator[Annotated | Refused]:
    """Yield the samples of an export, or of a list of tasks to import."""
    cast = Caster("label-studio", path, questions, options)
    importer = Importer(cast, frozenset() if cast.told else _several(path))
    for number_, value in _tasks(path):
        try:
            if isinstance(value, DataError):
                raise value
            yield from _Task(value, number_, importer, options).read()
        except DataError as error:
            yield Refused("", f"task {number_}", error.message)
    yield from cast.unused()


def _tasks(path: Path) -> Iterator[tuple[int, Any]]:
    with opened(path) as file:
        if _first(file) == b"{":
            for at, _, line in lines(path):
                if isinstance(line, DataError) or line.strip():
                    yield at, _parsed(line)
            return
        for entry in entries(file):
            yield entry.number, entry.value


def _first(file: IO[bytes]) -> bytes:
    start = file.tell()
    head = file.read(4096).lstrip()[:1]
    file.seek(start)
    return head


def _parsed(line: str | DataError) -> Any:
    try:
        return line if isinstance(line, DataError) else parse(line)
    except DataError as error:
        return error


def _several(path: Path) -> frozenset[str]:
    """Return the controls that were answered with several choices at once, in the first tasks."""
    found = set()
    for _, task in islice(_tasks(path), _LOOK):
        annotations = task.get("annotations") if isinstance(task, dict) else None
        for annotation in annotations if isinstance(annotations, list) else ():
            results = annotation.get("result") if isinstance(annotation, dict) else None
            for one in results if isinstance(results, list) else ():
                value = one.get("value") if isinstance(one, dict) else None
                if isinstance(value, dict) and isinstance(value.get("choices"), list) and len(value["choices"]) > 1:
                    found.add(str(one.get("from_name", "")))
    return frozenset(found)


class _Task:
    """One task."""

    def __init__(self, task: Any, at: int, importer: Importer, options: Options) -> None:
        if not isinstance(task, dict):
            raise DataError(f"expected a task, got {task!r:.60}")
        data = task.get("data", task)
        if not isinstance(data, dict):
            raise DataError(f"'data' is an object, not {data!r:.60}")
        self.task, self.data, self.at = task, data, at
        self.importer, self.cast, self.options = importer, importer.cast, options
        meta = task.get("meta")
        self.meta: Mapping[str, Any] = meta if isinstance(meta, dict) else {}
        self.field = self._media_field()
        self.facts = self._facts()

    def _media_field(self) -> str:
        asked = self.options.field
        if asked is not None:
            if asked not in self.data:
                raise DataError(f"there is no field '{asked}' in its data")
            return asked
        texts = [name for name, value in self.data.items() if isinstance(value, str) and name != "sample"]
        return next((name for name in MEDIA if name in texts), texts[0] if texts else "")

    def _name(self) -> str:
        given = self.data.get("sample")
        if isinstance(given, str) and given and self.options.field is None:
            return given
        value = self.data.get(self.field)
        plain = isinstance(value, str) and self.field not in ("text", "left")
        if isinstance(value, str) and plain and "\n" not in value and len(value) < 2000:
            if self.options.root and value.startswith(self.options.root):
                return value.removeprefix(self.options.root)
            if value.startswith(_LOCAL):
                return unquote(value.removeprefix(_LOCAL))
            return _UPLOAD.sub("", value)
        for key in ("name", "id"):
            if isinstance(self.data.get(key), str | int):
                return str(self.data[key])
        return f"task {self.task.get('id', self.at)}"

    def _facts(self) -> Facts:
        facts = Facts(self._name())
        text = self.data.get(self.field)
        if self.field == "text" or (isinstance(text, str) and self.meta.get("text") is True):
            facts.text = text
        for name in ("width", "height", "frames"):
            if self.meta.get(name) is not None:
                setattr(facts, name, whole(self.meta[name], f"{name} of the sample"))
        for name in ("seconds", "fps"):
            if self.meta.get(name) is not None:
                setattr(facts, name, number(self.meta[name], f"{name} of the sample"))
        facts.fps = facts.fps or self.options.fps
        if self.options.sizes and facts.name in self.options.sizes:
            facts.width, facts.height = self.options.sizes[facts.name]
        for side in ("left", "right"):
            if isinstance(self.data.get(side), str):
                setattr(facts, side, self.data[side])
        return facts

    def read(self) -> Iterator[Annotated | Refused]:
        votes: list[CastVote] = []
        data = {
            key: value
            for key, value in self.data.items()
            if key not in ("sample", "left", "right") and key != self.field
        }
        predictions = {}
        suggestions = []
        used = set()
        for at, one in enumerate(self._list("predictions")):
            answers, refused, _ = self._answers(one, f"prediction {at + 1}")
            yield from refused
            predictions[f"#{at}" if one.get("id") is None else str(one["id"])] = (one, answers)
        turns: dict[str, int] = {}
        relations = []
        for at, one in enumerate(self._list("annotations") or self._list("completions")):
            answers, refused, linked = self._answers(one, f"annotation {at + 1}")
            yield from refused
            relations += linked
            shown = "" if one.get("parent_prediction") is None else str(one["parent_prediction"])
            if shown in predictions:
                used.add(shown)
            votes += self._votes(one, answers, predictions.get(shown), turns, spoiled=bool(refused))
        for key, (one, answers) in predictions.items():
            if key not in used:
                by, score = str(one.get("model_version") or "model"), one.get("score")
                suggestions += [
                    {"question": question.name, "value": value, "by": by, "score": score}
                    for question, value in answers.values()
                ]
        data |= {"suggestions": suggestions} if suggestions else {}
        data |= {"relations": relations} if relations else {}
        facts = self.facts
        rate = self.meta.get("rate")
        split = self.meta.get("split")
        yield Annotated(
            facts.name,
            tuple(votes),
            width=facts.width,
            height=facts.height,
            seconds=facts.seconds,
            rate=rate if isinstance(rate, int) else None,
            frames=facts.frames,
            fps=facts.fps,
            text=facts.text,
            split=split if isinstance(split, str) else self.options.split,
            data=data,
        )

    def _list(self, key: str) -> list[dict[str, Any]]:
        found = self.task.get(key) or []
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise DataError(f"'{key}' is a list of objects, not {found!r:.60}")
        return found

    def _answers(
        self, one: Mapping[str, Any], where: str
    ) -> tuple[dict[str, tuple[Question, Any]], list[Refused], list[Any]]:
        try:
            answers, refused, relations = self.importer.answers(one.get("result"), self.facts)
        except DataError as error:
            return {}, [Refused(self.facts.name, f"task {self.at}, {where}", error.message)], []
        placed = [Refused(bad.name, f"task {self.at}, {where}, {bad.where}", bad.why) for bad in refused]
        return answers, placed, relations

    def _votes(
        self,
        one: Mapping[str, Any],
        answers: dict[str, tuple[Question, Any]],
        shown: Any,
        turns: dict[str, int],
        *,
        spoiled: bool,
    ) -> list[CastVote]:
        """Return the votes of one annotation; where results were refused, none at all does not mean "nothing here"."""
        who = _annotator(one.get("completed_by")) or self.cast.annotator
        cancelled = one.get("was_cancelled") is True
        said = one.get("questions")
        said = said if isinstance(said, dict) else {}
        asked = self._asked(answers, cancelled, said)
        votes = []
        for question in asked:
            marks = question.kind in REGIONS or question.kind == "tags"
            if not cancelled and question.name not in answers and (spoiled or ((answers or said) and not marks)):
                continue
            turn = turns.get(f"{who}\0{question.name}", 0)
            turns[f"{who}\0{question.name}"] = turn + 1
            value = None if cancelled else answers.get(question.name, (question, []))[1]
            identity = said.get(question.name) or (one.get("unique_id") if len(asked) == 1 else None)
            known: dict[str, Any] = {"repeat": turn, "decides": one.get("ground_truth") is True}
            known["seconds"] = self._seconds(one.get("lead_time"))
            known["skipped"] = "skipped" if cancelled else None
            known["uuid"] = identity if isinstance(identity, str) else None
            if not known["uuid"] and isinstance(one.get("unique_id"), str):
                known["uuid"] = vote_id(one["unique_id"], question.name, who, turn, None)
            created = one.get("created_at")
            known["created_at"] = created if isinstance(created, str) else None
            vote = self.cast.vote(self.facts.name, question, value, annotator=who, **known)
            votes.append(self._suggested(vote, question, shown))
        return votes

    def _asked(
        self, answers: Mapping[str, tuple[Question, Any]], cancelled: bool, said: Mapping[str, Any]
    ) -> list[Question]:
        """Return the questions that an annotation answers: where it marks nothing, those asking for marks too."""
        given = {one.name: one for one in self.cast.asked(*REGIONS, "tags")}
        if said:
            every = {one.name: one for one in self.cast.asked(*self.importer.kinds)}
            known = {**every, **{name: question for name, (question, _) in answers.items()}}
            return [known[name] for name in said if name in known] or [q for q, _ in answers.values()]
        if cancelled:
            every_one = self.cast.asked(*self.importer.kinds)
            return every_one or [Question(self.options.question or MAIN, "choice")]
        found = {**given, **{name: question for name, (question, _) in answers.items()}}
        if not found and not answers and not self.cast.told:
            return [Question(self.options.question or MAIN, "tags")]
        return list(found.values())

    def _suggested(self, vote: CastVote, question: Question, shown: Any) -> CastVote:
        if shown is None or question.name not in shown[1]:
            return vote
        one, answers = shown
        again = self.cast.vote(vote.sample, question, answers[question.name][1])
        fields = {name: getattr(vote, name) for name in CastVote.__slots__}
        fields |= {"suggestion": again.value, "suggestion_by": str(one.get("model_version") or "model")}
        fields["changed"] = None if vote.value is None else again.value != vote.value
        return CastVote(**fields)

    def _seconds(self, value: Any) -> float | None:
        return None if value is None else round(number(value, "lead_time in seconds"), 3)


def _annotator(given: Any) -> str | None:
    if isinstance(given, dict):
        given = given.get("email") or given.get("username") or given.get("id")
    return str(given) if given not in (None, "") else None
