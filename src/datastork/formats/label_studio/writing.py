"""Votes to tasks of Label Studio."""

import mimetypes
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from datastork.core.errors import DataError
from datastork.core.questions import KINDS, Question
from datastork.core.votes import CastVote
from datastork.formats.choosing import OF_SAMPLES, Chooser
from datastork.formats.format import Options, Written
from datastork.formats.label_studio.config import label_config, media_of
from datastork.formats.label_studio.exporting import Exporter
from datastork.formats.record import Annotated
from datastork.formats.stream import dumps
from datastork.formats.target import new_file

_HOLDS = (*OF_SAMPLES, "data", "annotator", "seconds", "suggestion")
_META = tuple(name for name in OF_SAMPLES if name != "text")


def write(path: Path, samples: Iterable[Annotated], questions: Sequence[Question], options: Options) -> Written:
    """Write the tasks, and beside them the configuration that opens them (`….config.xml`)."""
    choose = Chooser("label-studio", frozenset(KINDS) - {"cells"}, questions, options, _HOLDS)
    exporter = Exporter(choose, "")
    config = path.with_name(f"{path.stem}.config.xml")
    count = 0
    fit = list(choose.fit.values())
    with new_file(config, options) as second, new_file(path, options) as file:
        for sample in samples:
            if not exporter.media:
                exporter.media = options.field if options.field in _MEDIA else media_of(fit) or _media(sample)
            file.write(("[\n" if not count else ",\n") + dumps(_task(sample, exporter, options)))
            count += 1
        file.write("[]\n" if not count else "\n]\n")
        media: Any = exporter.media or media_of(fit) or "text"
        second.write(label_config(fit, media=media, attributes=exporter.attributes, names=options.names))
    return choose.written(count, (path, config))


_MEDIA = ("image", "text", "audio", "video")


def _media(sample: Annotated) -> str:
    if sample.text is not None:
        return "text"
    kind = (mimetypes.guess_type(sample.name)[0] or "").partition("/")[0]
    return kind if kind in _MEDIA else "text"


def _task(sample: Annotated, exporter: Exporter, options: Options) -> dict[str, Any]:
    choose = exporter.choose
    data: dict[str, Any] = {"sample": sample.name, exporter.media: options.root + sample.name}
    if exporter.media == "text":
        data["text"] = sample.text if sample.text is not None else sample.name
    data |= {key: value for key, value in sample.data.items() if key not in ("suggestions", "relations", *data)}
    groups: dict[Any, list[CastVote]] = {}
    for vote in choose.current(sample):
        shown = None if vote.suggestion is None else (vote.suggestion_by,)
        same = (vote.annotator, vote.repeat, vote.decides, vote.skipped, vote.seconds, vote.created_at, shown)
        groups.setdefault(same, []).append(vote)
    predictions: list[dict[str, Any]] = []
    annotations = []
    for votes in groups.values():
        try:
            annotation = _annotation(sample, votes, exporter, predictions)
        except DataError as error:
            choose.lost[error.message] += len(votes)
            continue
        annotations.append(annotation)
        for vote in votes:
            choose.vote(vote)
            if vote.value is not None and isinstance(vote.value, dict):
                data |= {side: vote.value[side] for side in ("left", "right") if side in vote.value}
    for one in sample.data.get("suggestions") or ():
        question = choose.fit.get(one.get("question"))
        if question is not None:
            result = exporter.results(sample, question, one["value"])
            _prediction(predictions, one.get("by"), one.get("score"), result)
    meta = {name: getattr(sample, name) for name in _META if getattr(sample, name) is not None}
    return {"data": data, "meta": meta, "annotations": annotations, "predictions": predictions}


def _annotation(
    sample: Annotated, votes: Sequence[CastVote], exporter: Exporter, predictions: list[dict[str, Any]]
) -> dict[str, Any]:
    choose, first = exporter.choose, votes[0]
    result = []
    suggested = []
    for vote in votes:
        question = choose.fit[vote.question]
        if vote.value is not None:
            if question.kind == "preference" and vote.value["answer"] == "tie":
                raise DataError("preferences that are ties")
            result += exporter.results(sample, question, vote.value)
        if vote.suggestion is not None:
            suggested += exporter.results(sample, question, vote.suggestion)
    if first.skipped not in (None, "skipped"):
        choose.lost["reasons of skips"] += len(votes)
    annotation: dict[str, Any] = {
        "completed_by": int(first.annotator) if _is_id(first.annotator) else {"email": first.annotator},
        "result": result,
        "was_cancelled": first.value is None,
        "ground_truth": first.decides,
        "created_at": first.created_at,
        "updated_at": first.created_at,
        "unique_id": first.uuid,
        "questions": {vote.question: vote.uuid for vote in votes},
    }
    if first.seconds is not None:
        annotation["lead_time"] = round(first.seconds, 3)
    if first.suggestion is not None:
        annotation["parent_prediction"] = _prediction(predictions, first.suggestion_by, None, suggested)
    return annotation


def _prediction(predictions: list[dict[str, Any]], by: Any, score: Any, result: list[Any]) -> int:
    """Return the number of a prediction, which is added where there is none like it."""
    made: dict[str, Any] = {"model_version": by or "model", "score": score, "result": result}
    for one in predictions:
        if {**one, "id": 0} == {**made, "id": 0}:
            return int(one["id"])
    predictions.append({"id": len(predictions) + 1, **made})
    return len(predictions)


def _is_id(annotator: str) -> bool:
    return annotator.isascii() and annotator.isdigit() and len(annotator) < 10 and annotator == str(int(annotator))
