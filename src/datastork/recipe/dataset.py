"""The `[dataset]` table: what the dataset is, as its maker declares it."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from datastork.core.nearest import did_you_mean
from datastork.core.settings import Range
from datastork.core.tasks import TASKS, task_named
from datastork.recipe.bind import check_value
from datastork.recipe.read import Recipe, line_after

KEYS: dict[str, Any] = {
    "name": str,
    "task": str,
    "modality": Literal["audio", "image", "row", "text", "video"],  # where it is not the usual one of the task
    "license": str,
    "labels": list[str] | str,
    "title": str,
    "description": str,
    "authors": list[str],
    "homepage": str,
    "citation": str,
    "language": str | list[str],
    "tags": list[str],
    "seed": int,
    # said on the card as it stands; nothing is made up where they are missing
    **dict.fromkeys(
        (
            *("curated_by", "funded_by", "shared_by", "paper", "contact", "direct_use", "out_of_scope", "rationale"),
            *("producers", "annotation_process", "annotators", "sensitive", "biases", "recommendations", "glossary"),
        ),
        str,
    ),
    "max_quarantine": Annotated[float, Range(0, 1)],
}
COMMON_LICENCES = frozenset(  # known without loading the whole list of SPDX
    (
        *("CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "CC-BY-ND-4.0", "CC-BY-NC-ND-4.0"),
        *("CC-BY-3.0", "CC-BY-SA-3.0", "MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "Unlicense"),
        *("ODbL-1.0", "ODC-By-1.0", "PDDL-1.0", "CDLA-Permissive-1.0", "CDLA-Permissive-2.0", "CDLA-Sharing-1.0"),
        *("GPL-3.0-only", "GPL-3.0-or-later"),
    )
)


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """The checked `[dataset]` table. `labels` is the closed set of classes, or None where any label may come."""

    name: str
    modality: str
    declared: dict[str, Any]
    labels: tuple[str, ...] | None = None
    seed: int = 0
    max_quarantine: float = 0.05


def check_dataset(recipe: Recipe) -> tuple[DatasetFacts, list[str]]:
    """Return the facts a recipe declares and what is wrong with them."""
    given = recipe.dataset

    def at(key: str) -> str:
        return f"line {line_after(recipe, recipe.dataset_line, key)}: [dataset].{key}"

    problems = [f"{at(key)}: unknown key{did_you_mean(key, KEYS)}" for key in given if key not in KEYS]
    wrong = {key: problem for key in KEYS if key in given and (problem := check_value(given[key], KEYS[key]))}
    problems += [f"{at(key)}: {problem}" for key, problem in wrong.items()]
    right = {key: value for key, value in given.items() if key in KEYS and key not in wrong}
    name = right.get("name", "")
    if "name" not in given:
        problems.append(f'line {recipe.dataset_line}: [dataset]: no `name`, such as name = "garden-birds"')
    elif name and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}", name):
        problems.append(
            f"{at('name')}: {name!r} may hold letters, digits, dots, dashes and underscores only (at most 96)"
        )
    task = task_named(right.get("task", "image-classification"))
    if task not in TASKS:
        problems.append(
            f"{at('task')}: unknown task {task!r}{did_you_mean(task, TASKS) or '; known: ' + ', '.join(TASKS)}"
        )
    if "license" in right and (problem := licence_problem(right["license"])):
        problems.append(f"{at('license')}: {problem}")
    labels, label_problem = _labels(recipe, right.get("labels"))
    if label_problem:
        problems.append(f"{at('labels')}: {label_problem}")
    facts = DatasetFacts(
        name=name or "unnamed",
        modality=right.get("modality", TASKS.get(task, "image")),
        declared={**right, "task": task, **({"labels": list(labels)} if labels is not None else {})},
        labels=labels,
        seed=right.get("seed", 0),
        max_quarantine=float(right.get("max_quarantine", 0.05)),
    )
    return facts, problems


def licence_problem(text: str) -> str:
    """Return what is wrong with an SPDX licence expression, with the nearest right id, or an empty text."""
    if text in COMMON_LICENCES:
        return ""
    from license_expression import get_spdx_licensing

    licensing = get_spdx_licensing()
    result = licensing.validate(text)
    if not result.errors:
        return ""
    known = [*COMMON_LICENCES, *licensing.known_symbols]
    if re.fullmatch(r"[\w .+-]+", text):
        folded = {name.lower().replace(" ", "-"): name for name in known}
        exact = folded.get(text.strip().lower().replace(" ", "-"))
        suggestion = f"; did you mean '{exact}'?" if exact else did_you_mean(text.replace(" ", "-"), known)
        return f"{text!r} is no SPDX licence id{suggestion}"
    return f"{text!r} is no SPDX licence expression ({'; '.join(result.errors)})"


def _labels(recipe: Recipe, given: Any) -> tuple[tuple[str, ...] | None, str]:
    if given is None:
        return None, ""
    if isinstance(given, str):
        path = recipe.root / given
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return None, f"no such file: {path}"
        except (OSError, UnicodeDecodeError) as error:
            return None, f"cannot read {path}: {error}"
        given = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not given:
        return None, "the list is empty; leave it out where any label may come"
    twice = sorted({label for label in given if given.count(label) > 1}) if len(given) < 10_000 else []
    if twice:
        return None, f"listed twice: {', '.join(twice)}"
    return tuple(given), ""
