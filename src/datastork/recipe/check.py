"""Check a whole recipe: every problem at once, and warnings about orders that make bad datasets."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from datastork import catalog
from datastork.catalog import StepSpec
from datastork.core.errors import DatastorkError, RecipeError
from datastork.core.hashing import file_key, key_of
from datastork.core.labelling import LabelPlan
from datastork.media.fingerprint import Fingerprint
from datastork.media.modality import modality
from datastork.recipe.bind import bind
from datastork.recipe.dataset import DatasetFacts, check_dataset
from datastork.recipe.label import check_label
from datastork.recipe.read import Recipe, Use, line_of, read


@dataclass(frozen=True, slots=True)
class Bound:
    """A step ready to run: as written, what its signature says, and its full settings."""

    use: Use
    spec: StepSpec
    settings: dict[str, Any]
    files: dict[str, str] = field(default_factory=dict)  # setting -> hash of the files it names

    @property
    def name(self) -> str:
        """What the step is called in this recipe."""
        return self.use.name

    @property
    def key(self) -> str:
        """The identity of the work: step, version, settings with the content of files they name, condition."""
        own = (self.spec.name, self.spec.mark.version, self.settings, self.use.where, self.spec.plugin)
        return key_of(*own, self.files) if self.files else key_of(*own)

    def given(self, root: Path) -> dict[str, Any]:
        """Return the settings as the step gets them: files with their whole path."""
        return resolved(self.settings, self.files, root)


@dataclass(frozen=True, slots=True)
class Checked:
    """A recipe without problems. `warnings` are orders and omissions a careful maker would reconsider."""

    recipe: Recipe
    dataset: DatasetFacts
    steps: tuple[Bound, ...]
    publish: tuple[Bound, ...]
    warnings: tuple[str, ...]
    label: LabelPlan


def resolved(settings: dict[str, Any], files: Iterable[str], root: Path) -> dict[str, Any]:
    """Return settings with the paths in those called `files` made absolute."""
    whole = dict(settings)
    for name in files:
        value = whole[name]
        whole[name] = [str(root / one) for one in value] if isinstance(value, list) else str(root / value)
    return whole


def check(path: Path) -> Checked:
    """Read and check a recipe. Raises RecipeError with every problem found."""
    recipe = read(path)
    dataset, problems = check_dataset(recipe)
    label, label_problems = check_label(recipe, dataset)
    problems = [*recipe.problems, *problems, *label_problems]
    steps = [bound for use in recipe.steps if (bound := _bind(recipe, use, problems))]
    publish = [bound for use in recipe.publish if (bound := _bind(recipe, use, problems))]
    if not recipe.steps:
        problems.append('no [[step]]: a recipe begins with a collecting step, such as use = "collect.files"')
    problems += _order_problems(steps, dataset)
    problems += [problem for bound in steps for problem in _missing_sources(recipe, bound)]
    problems += _condition_problems([*steps, *publish])
    if problems:
        raise RecipeError(sorted(problems, key=_line_number), hint=f"in {path}")
    return Checked(recipe, dataset, tuple(steps), tuple(publish), tuple(_warnings(steps, dataset)), label)


def _line_number(problem: str) -> int:
    match = re.match(r"line (\d+)", problem)
    return int(match[1]) if match else 0


def _bind(recipe: Recipe, use: Use, problems: list[str]) -> Bound | None:
    if not use.use:
        return None
    try:
        spec = catalog.find(use.use)
    except DatastorkError as error:
        problems.append(f"{use.title}: {error.message}")
        return None
    if (spec.kind == "publish") != (use.table == "publish"):
        place = "[[publish]]" if spec.kind == "publish" else "[[step]]"
        problems.append(f"{use.title}: {spec.name} belongs in {place}")
    settings, wrong = bind(spec, use.settings)
    for setting, problem in wrong:
        line = line_of(recipe, use, setting)
        problems.append(f"line {line}: {use.table} {use.index} ({use.use}).{setting}: {problem}")
    files: dict[str, str] = {}
    for one in spec.settings:
        value = settings.get(one.name)
        if one.is_file and value:
            try:
                files[one.name] = key_of([file_key(recipe.root / path) for path in _listed(value)])
            except OSError as error:
                line = line_of(recipe, use, one.name)
                said = "no such file" if isinstance(error, FileNotFoundError) else error.strerror
                place = f"line {line}: {use.table} {use.index} ({use.use}).{one.name}"
                problems.append(f"{place}: {said}: {error.filename}")
    return Bound(use, spec, settings, files)


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _order_problems(steps: list[Bound], dataset: DatasetFacts) -> Iterator[str]:
    if steps and steps[0].spec.kind != "collect":
        yield f"{steps[0].use.title}: nothing is collected before it; begin with a step collect.…"
    begun = False
    comparable = modality(dataset.modality).comparable
    for bound in steps:
        if bound.spec.kind != "collect":
            begun = True
        elif begun:
            yield f"{bound.use.title}: collecting steps come first, before every other step"
        if Fingerprint in bound.spec.mark.needs and not comparable:
            yield f"{bound.use.title}: {dataset.modality} samples have no fingerprints that it could compare"
        if bound.spec.modality not in (None, dataset.modality):
            yield (
                f"{bound.use.title}: works on {bound.spec.modality} samples, but the task "
                f"{dataset.declared['task']!r} has {dataset.modality} samples"
            )


def _missing_sources(recipe: Recipe, bound: Bound) -> Iterator[str]:
    if bound.spec.kind != "collect" or "path" not in bound.settings:
        return
    for path in _listed(bound.settings["path"] or []):
        base = fixed_part(path.split("!/", 1)[0])
        if not (recipe.root / base).exists():
            line = line_of(recipe, bound.use, "path")
            yield f"line {line}: step {bound.use.index} ({bound.use.use}).path: no such file or folder: {base}"


def fixed_part(pattern: str) -> str:
    """Return the part of a path pattern before its first wildcard: the folder that must exist."""
    parts: list[str] = []
    for part in pattern.split("/"):
        if re.search(r"[*?\[{]", part):
            break
        parts.append(part)
    return "/".join(parts) or ("/" if pattern.startswith("/") else ".")


def _condition_problems(steps: list[Bound]) -> Iterator[str]:
    conditions = [bound for bound in steps if bound.use.where]
    if not conditions:
        return
    import daft

    for bound in conditions:
        try:
            daft.sql_expr(bound.use.where or "")
        except Exception as error:  # the SQL parser raises a plain exception
            text = str(error).split("\n", 1)[0]
            yield f"{bound.use.title}.where: {bound.use.where!r} is no SQL condition: {text}"


def _warnings(steps: list[Bound], dataset: DatasetFacts) -> Iterator[str]:
    splits = [bound for bound in steps if bound.spec.stage == "split"]
    place = {bound.name: position for position, bound in enumerate(steps)}
    first = place[splits[0].name] if splits else len(steps)
    for bound in steps:
        after = place[bound.name] > first
        title = bound.use.title
        if after and bound.spec.name in ("clean.near_dup", "clean.exact_dup"):
            yield (
                f"{title}: comes after the split, so copies of one sample may lie in train and in test and the test "
                "is easier than it looks; put it before the split, which then keeps near-duplicates together"
            )
        if not after and splits and bound.spec.stage == "generate":
            yield (
                f"{title}: adds variants before the split, so test data would be made up as well; put it after the "
                "split with where = \"split = 'train'\""
            )
        if after and bound.spec.stage == "generate" and "split" not in (bound.use.where or ""):
            yield f"{title}: adds variants to the test split too; say where = \"split = 'train'\""
        if after and bound.spec.name == "label.resolve":
            yield f"{title}: labels are resolved after the split, so the split is not stratified by label"
        for column, stage in (("label", "label"), ("split", "split")):
            known = any(b.spec.stage == stage for b in steps[: place[bound.name]])
            if not known and re.search(rf"\b{column}\b", re.sub(r"'[^']*'", "", bound.use.where or "")):
                yield f"{title}.where: no sample has a {column} before a step {stage}.…, so it matches none"
    for bound in splits[1:]:
        yield f"{bound.use.title}: the recipe splits twice; this split replaces the one before"
    if dataset.labels and not any(bound.spec.stage == "label" for bound in steps):
        yield 'the recipe names labels but no step resolves votes into labels; add use = "label.resolve"'
    if "license" not in dataset.declared:
        yield "[dataset] names no license; without one nobody may use the dataset"
