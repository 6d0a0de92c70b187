"""The `[label]` table: what annotators are asked, of which samples, how often."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from datastork.core.errors import DataError
from datastork.core.labelling import ALSO, LabelPlan, Order
from datastork.core.nearest import did_you_mean
from datastork.core.questions import CLASSED, KINDS, MAIN, MODALITIES, LabelClass, Question
from datastork.core.questions.taxonomy import checked, read_classes
from datastork.core.settings import Range
from datastork.recipe.bind import check_value
from datastork.recipe.dataset import DatasetFacts
from datastork.recipe.read import Recipe, line_after, read

KEYS: dict[str, Any] = {
    "overlap": Annotated[int, Range(1, 100)],
    "order": Order,
    "random_share": Annotated[float, Range(0, 1)],
    "sure": Annotated[float, Range(0.5, 1)],
    "most": Annotated[int, Range(1, 1000)],
    "gold": Annotated[float, Range(0, 0.5)],
    "repeat": Annotated[float, Range(0, 0.5)],
    "lease": Annotated[int, Range(10, 604_800)],
    "also_ask": list[str],
    "skips": list[str],
    "where": str,
    "pilot": Annotated[int, Range(0, 100_000)],
    "hourly": Annotated[float, Range(0, 10_000)],
    "per_vote": Annotated[float, Range(0, 10_000)],
    "currency": str,
    "store": str,
    "instructions": str,
    "suggest": str,
}
QUESTION_KEYS: dict[str, Any] = {
    "name": str,
    "kind": str,
    "ask": str,
    "classes": list[str] | str,
    "multiple": bool,
    "low": Annotated[int, Range(-1000, 1000)],
    "high": Annotated[int, Range(-1000, 1000)],
    "points": list[str],
    "links": list[list[str]],
    "required": bool,
    "when": dict[str, list[str]],
    "version": Annotated[int, Range(1, 1_000_000)],
}
CLASS_KEYS: dict[str, Any] = {
    **dict.fromkeys(("says", "name", "key", "colour"), str),
    **dict.fromkeys(("positive", "negative", "edge"), list[str]),
}
_TABLES: dict[str, Any] = {"question": Any, "class": Any}
MAX_INSTRUCTIONS = 100_000  # characters
KIND_OF_TASK = {  # what is asked where the recipe does not say
    "object-detection": "boxes",
    "image-segmentation": "masks",
    "token-classification": "spans",
    "automatic-speech-recognition": "transcript",
    "image-to-text": "transcript",
    "keypoint-detection": "keypoints",
    "voice-activity-detection": "events",
    "sentence-similarity": "rating",
    "tabular-regression": "text",
}
ASKS = {
    "choice": "What is it?",
    "tags": "What is in it?",
    "boxes": "Draw a box around each.",
    "masks": "Paint over each.",
    "spans": "Mark each.",
    "events": "Mark when each sounds.",
    "transcript": "Write what is said.",
    "rating": "How alike are they?",
}
SCHEMES = ("sqlite", "postgresql")


def check_label(recipe: Recipe, facts: DatasetFacts) -> tuple[LabelPlan, list[str]]:
    """Return what the recipe asks of annotators, and what is wrong with it. Without a table, the task decides."""
    given = recipe.label
    problems: list[str] = []

    def at(key: str) -> str:
        return f"line {line_after(recipe, recipe.label_line, key)}: [label].{key}"

    right = _right(given, dict[str, Any](KEYS, **_TABLES), at, problems)
    for wrong in (one for one in right.get("also_ask", []) if one not in ALSO):
        problems.append(f"{at('also_ask')}: {wrong!r} is none of {', '.join(ALSO)}{did_you_mean(wrong, ALSO)}")
    if "store" in right and right["store"].partition(":")[0].partition("+")[0] not in SCHEMES:
        problems.append(
            f"{at('store')}: expected an address such as postgresql://user@host/name, got {right['store']!r}"
        )
    guides = _guides(recipe, right.pop("class", {}), problems)
    questions = _questions(recipe, facts, right.pop("question", []), guides, problems)
    text = _instructions(recipe, right.get("instructions", ""), at, problems)
    known = {key: value for key, value in right.items() if key in KEYS and key != "instructions"}
    known |= {key: tuple(known[key]) for key in ("also_ask", "skips") if key in known}
    version = max(one.version for one in questions)
    plan = LabelPlan(questions=questions, instructions=text, seed=facts.seed, version=version, **known)
    if plan.sure is not None and plan.most < plan.overlap:
        problems.append(f"{at('most')}: {plan.most} annotators at the most are fewer than overlap = {plan.overlap}")
    return plan, problems


def _right(
    given: dict[str, Any], keys: dict[str, Any], at: Callable[[str], str], problems: list[str]
) -> dict[str, Any]:
    """Return the values of known keys with right types; note the others."""
    right: dict[str, Any] = {}
    for key, value in given.items():
        if key not in keys:
            problems.append(f"{at(key)}: unknown key{did_you_mean(key, keys)}")
        elif keys[key] is not Any and (problem := check_value(value, keys[key])):
            problems.append(f"{at(key)}: {problem}")
        else:
            right[key] = value
    return right


def _guides(recipe: Recipe, given: Any, problems: list[str]) -> dict[str, dict[str, Any]]:
    if not isinstance(given, dict) or not all(isinstance(one, dict) for one in given.values()):
        problems.append(f"line {recipe.label_line}: write [label.class.NAME] for the guideline of a class")
        return {}

    def at(name: str) -> Callable[[str], str]:
        return lambda key: f"line {recipe.label_line}: [label.class.{name}].{key}"

    return {name: _right(one, CLASS_KEYS, at(name), problems) for name, one in given.items()}


def _questions(
    recipe: Recipe, facts: DatasetFacts, given: Any, guides: dict[str, dict[str, Any]], problems: list[str]
) -> tuple[Question, ...]:
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        problems.append(f"line {recipe.label_line}: write [[label.question]], with two brackets, for a list")
        given = []
    if not given:
        given = [{}]
    found: list[Question] = []
    for index, table in enumerate(given, start=1):
        made = _question(recipe, facts, index, table, problems)
        if any(one.name == made.name for one in found):
            problems.append(f"{_title(recipe, index)}.name: {made.name!r} is taken; every question needs its own")
        found.append(made)
    for index, one in enumerate(found, start=1):
        for name in one.when:
            if name not in {other.name for other in found[: index - 1]}:
                problems.append(f"{_title(recipe, index)}.when: no question {name!r} comes before it")
    classes = {one.id for question in found for one in question.classes}
    for name in guides:
        if classes and name not in classes:
            problems.append(
                f"line {recipe.label_line}: [label.class.{name}]: no such class{did_you_mean(name, classes)}"
            )
    return tuple(_guided(one, guides) for one in found)


def _title(recipe: Recipe, index: int) -> str:
    lines = [
        at for at, line in enumerate(recipe.text.splitlines(), start=1) if line.strip().startswith("[[label.question")
    ]
    return f"line {lines[index - 1] if index <= len(lines) else recipe.label_line}: question {index}"


def _question(recipe: Recipe, facts: DatasetFacts, index: int, table: dict[str, Any], problems: list[str]) -> Question:
    title = _title(recipe, index)
    right = _right(table, QUESTION_KEYS, lambda key: f"{title}.{key}", problems)
    task = str(facts.declared.get("task", ""))
    usual = _usual(task, facts)
    kind = right.get("kind", usual)
    if kind not in KINDS:
        problems.append(f"{title}.kind: {kind!r} is none of {', '.join(KINDS)}{did_you_mean(kind, KINDS)}")
        kind = "choice"
    if "kind" in right and facts.modality not in MODALITIES[kind]:
        fitting = ", ".join(sorted(MODALITIES[kind]))
        problems.append(f"{title}.kind: {kind} is asked about {fitting} samples; these are {facts.modality}")
    name = right.get("name", "cells" if kind == "cells" else MAIN if index == 1 else f"question_{index}")
    if not name.isidentifier() or len(name) > 60:
        problems.append(f"{title}.name: {name!r} must be a word of letters, digits and underscores: it names a column")
        name = f"question_{index}"
    classes = _classes(recipe, facts, right.get("classes"), kind, index, title, problems)
    low, high = right.get("low", 1), right.get("high", 5)
    if kind == "rating" and low >= high:
        problems.append(f"{title}.high: {high} is not above low = {low}")
    points = tuple(right.get("points", ()))
    links = tuple((pair[0], pair[1]) for pair in right.get("links", []) if len(pair) == 2)
    if len(links) != len(right.get("links", [])) or any(end not in points for pair in links for end in pair):
        problems.append(f"{title}.links: expected pairs of names from `points`")
    if kind == "keypoints" and not points:
        problems.append(f'{title}.points: name the points, such as points = ["nose", "tail"]')
    return Question(
        name=name,
        kind=kind,
        ask=right.get("ask", ASKS.get(kind, "")),
        classes=classes,
        multiple=right.get("multiple", False),
        low=low,
        high=high,
        points=points,
        links=links,
        required=right.get("required", True),
        when={key: tuple(values) for key, values in right.get("when", {}).items()},
        version=right.get("version", 1),
    )


def _usual(task: str, facts: DatasetFacts) -> str:
    """Return what is asked of samples of a task."""
    if "multi-label" in task:
        return "tags"
    found = KIND_OF_TASK.get(task, "choice" if facts.labels or "classification" in task else "text")
    if facts.modality in MODALITIES[found]:
        return found
    return {"video": "tracks", "audio": "events", "text": "spans"}.get(facts.modality, "choice")


def _classes(
    recipe: Recipe, facts: DatasetFacts, given: Any, kind: str, index: int, title: str, problems: list[str]
) -> tuple[LabelClass, ...]:
    if kind not in CLASSED:
        if given:
            problems.append(f"{title}.classes: a question of kind {kind} has none")
        return ()
    if given is None:
        return tuple(LabelClass(id=name, name=name) for name in (facts.labels or ())) if index == 1 else ()
    try:
        if isinstance(given, str):
            return read_classes(recipe.root / given)
        return checked((LabelClass(id=name, name=name) for name in given), "the list")
    except DataError as error:
        problems.append(f"{title}.classes: {error.message}")
        return ()


def _guided(question: Question, guides: dict[str, dict[str, Any]]) -> Question:
    def one(given: LabelClass) -> LabelClass:
        guide = guides.get(given.id)
        if not guide:
            return given
        values: Any = {key: tuple(value) if isinstance(value, list) else value for key, value in guide.items()}
        return replace(given, **values)

    return replace(question, classes=tuple(one(each) for each in question.classes))


def _instructions(recipe: Recipe, given: str, at: Callable[[str], str], problems: list[str]) -> str:
    if not given.endswith((".md", ".txt")) or "\n" in given:
        return given
    path: Path = recipe.root / given
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{at('instructions')}: cannot read {path}: {error}")
        return ""
    if len(text) > MAX_INSTRUCTIONS:
        problems.append(f"{at('instructions')}: {path.name} is longer than {MAX_INSTRUCTIONS:,} characters")
        return ""
    return text


def label_store(path: Path) -> str | None:
    """Return where the recipe at `path` says votes are kept, or None; nothing else of it is looked at."""
    store = read(path).label.get("store")
    return store if isinstance(store, str) else None
