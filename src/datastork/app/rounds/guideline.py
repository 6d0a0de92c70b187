"""Guidelines as owners revise them while people label: versions beside the recipe's, which stays as it is."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from datastork.app.security.answers import Refused, wrong
from datastork.core.nearest import did_you_mean

if TYPE_CHECKING:
    from datastork.core.labelling import LabelPlan
    from datastork.store.votes import VoteStore

KEPT = "guideline"  # setting: the revisions, oldest first
LISTS = ("positive", "negative", "edge")
LONGEST, MOST = 4000, 50


def revisions(store: "VoteStore") -> list[dict[str, Any]]:
    """Return all revisions, oldest first."""
    found: list[dict[str, Any]] = store.settings.get(KEPT) or []
    return found


def revised(store: "VoteStore", plan: "LabelPlan") -> "LabelPlan":
    """Return a plan with the guidelines of its classes as they were last revised."""
    newest = {(one["question"], one["class"]): one for one in revisions(store)}
    if not newest:
        return plan
    questions = []
    for question in plan.questions:
        classes = []
        for one in question.classes:
            given = newest.get((question.name, one.id))
            if given is not None:
                lists: dict[str, Any] = {name: tuple(given[name]) for name in LISTS if given.get(name) is not None}
                one = replace(one, says=given.get("says") or one.says, **lists)
            classes.append(one)
        questions.append(replace(question, classes=tuple(classes)))
    return replace(plan, questions=tuple(questions))


def revise(store: "VoteStore", plan: "LabelPlan", by: str, given: dict[str, Any]) -> dict[str, Any]:
    """Record a revision of the guideline of one class; return it. Raises Refused for what cannot be."""
    name = given.get("question", plan.main.name)
    question = plan.question(name) if isinstance(name, str) else None
    if question is None:
        names = [one.name for one in plan.questions]
        raise Refused(422, f"no question {str(name)[:40]!r}{did_you_mean(str(name)[:40], names)}")
    chosen = given.get("class")
    if chosen not in question.class_ids:
        near = did_you_mean(str(chosen)[:80], question.class_ids) if len(question.classes) < 5000 else ""
        raise Refused(422, f"no class {str(chosen)[:40]!r}{near}")
    problems: list[str] = []
    record: dict[str, Any] = {"question": question.name, "class": chosen, "by": by}
    for key in ("says", "why"):
        value = given.get(key, "")
        if not isinstance(value, str) or len(value) > LONGEST:
            problems.append(f"{key} must be a text of at most {LONGEST:,} characters")
        else:
            record[key] = value.strip()
    for key in LISTS:
        value = given.get(key)
        if value is None:
            continue
        if (
            not isinstance(value, list)
            or len(value) > MOST
            or not all(isinstance(v, str) and len(v) <= LONGEST for v in value)
        ):
            problems.append(f"{key} must be a list of at most {MOST} texts")
        else:
            record[key] = value
    if problems:
        raise wrong(problems)
    held = revisions(store)
    record["version"] = len(held) + 2  # the recipe's own is the first
    record["at"] = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    store.settings.put(KEPT, [*held, record])
    return record
