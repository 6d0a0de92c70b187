"""Read `stork.toml`: TOML to records, with the line each thing stands on. Nothing is imported or executed."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from datastork.core.errors import NotFoundError, RecipeError
from datastork.core.nearest import did_you_mean

TOP = ("dataset", "step", "publish", "label")
COMMON = ("use", "name", "where", "on_error")  # what every step takes beside its own settings
ON_ERROR = ("quarantine", "stop")


@dataclass(frozen=True, slots=True)
class Use:
    """One `[[step]]` or `[[publish]]` table as written: which step, under which name, with which settings."""

    index: int
    use: str
    name: str
    settings: dict[str, Any]
    where: str | None = None
    on_error: str = "quarantine"
    line: int = 0
    table: str = "step"

    @property
    def title(self) -> str:
        """How messages speak of it."""
        return f"line {self.line}: {self.table} {self.index} ({self.use or '?'})"


@dataclass(frozen=True, slots=True)
class Recipe:
    """A recipe as written, not yet checked against the steps."""

    path: Path
    text: str
    dataset: dict[str, Any]
    steps: tuple[Use, ...]
    publish: tuple[Use, ...]
    problems: tuple[str, ...] = field(default=())
    dataset_line: int = 0
    label: dict[str, Any] = field(default_factory=dict)
    label_line: int = 1

    @property
    def root(self) -> Path:
        """The folder of the recipe; relative paths in it start there."""
        return self.path.parent


def read(path: Path) -> Recipe:
    """Read a recipe. Problems of form are collected in `problems`.

    Raises RecipeError where the file is no TOML at all, NotFoundError where there is no file.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise NotFoundError(f"no recipe {path}", hint="make one with: stork new NAME") from error
    try:
        text = raw.decode("utf-8-sig")
        data = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise RecipeError([f"{path.name} is not UTF-8: byte {error.start} cannot be read"]) from error
    except tomllib.TOMLDecodeError as error:
        raise RecipeError([f"{path.name} is not valid TOML: {error}"], hint=_toml_hint(text, str(error))) from error
    problems = [f"unknown table [{key}]{did_you_mean(key, TOP)}" for key in data if key not in TOP]
    dataset = data.get("dataset", {})
    if not isinstance(dataset, dict):
        problems.append("[dataset] must be a table")
        dataset = {}
    label = data.get("label", {})
    if not isinstance(label, dict):
        problems.append("[label] must be a table")
        label = {}
    steps = _uses(data.get("step", []), "step", text, problems)
    publish = _uses(data.get("publish", []), "publish", text, problems)
    return Recipe(
        path=path,
        text=text,
        dataset=dataset,
        steps=tuple(steps),
        publish=tuple(publish),
        problems=tuple(problems),
        dataset_line=_lines(text, "[dataset]")[0] if _lines(text, "[dataset]") else 1,
        label=label,
        label_line=next(iter(_lines(text, "[label]") + _lines(text, "[[label.question]]")), 1),
    )


def _uses(tables: Any, kind: str, text: str, problems: list[str]) -> list[Use]:
    if isinstance(tables, dict):
        problems.append(
            f"line {(_lines(text, f'[{kind}]') or [1])[0]}: write [[{kind}]], with two brackets, for a list"
        )
        tables = [tables]
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        problems.append(f"[[{kind}]] must be a list of tables")
        return []
    lines = _lines(text, f"[[{kind}]]")
    found: list[Use] = []
    taken: dict[str, int] = {}
    for index, table in enumerate(tables, start=1):
        line = lines[index - 1] if index <= len(lines) else 0
        use = table.get("use", "")
        name = table.get("name")
        where = table.get("where")
        on_error = table.get("on_error", "quarantine")
        settings = {key: value for key, value in table.items() if key not in COMMON}
        title = f"line {line}: {kind} {index} ({use or '?'})"
        if not isinstance(use, str) or not use:
            problems.append(f'{title}: no `use`; say which step, such as use = "collect.files"')
            use = ""
        if name is not None and (not isinstance(name, str) or not re.fullmatch(r"[\w.\- #]{1,60}", name)):
            problems.append(f"{title}.name: {name!r} must be a short text of letters, digits, dots and dashes")
            name = None
        if where is not None and not isinstance(where, str):
            problems.append(f"{title}.where: expected an SQL condition in quotes, got {where!r}")
            where = None
        elif where is not None and not where.strip():
            problems.append(f"{title}.where: it is empty; leave it out where the step is for all samples")
            where = None
        if on_error not in ON_ERROR:
            problems.append(f'{title}.on_error: {on_error!r} is neither "quarantine" nor "stop"')
            on_error = "quarantine"
        chosen = name or use
        taken[chosen] = taken.get(chosen, 0) + 1
        if taken[chosen] > 1:
            if name is not None:
                problems.append(f"{title}.name: {name!r} is taken; every step needs a name of its own")
            chosen = f"{chosen}#{taken[chosen]}"
        found.append(Use(index, use, chosen, settings, where, on_error, line, kind))
    return found


def line_of(recipe: Recipe, use: Use, key: str) -> int:
    """Return the line on which a setting of a step stands, or the line of the step."""
    return line_after(recipe, use.line, key)


def line_after(recipe: Recipe, start: int, key: str) -> int:
    """Return the line of a key in the table whose header stands on line `start`, or `start`."""
    lines = recipe.text.splitlines()
    for number in range(start, len(lines)):
        if re.match(r"\s*\[", lines[number]):
            break
        if re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", lines[number]):
            return number + 1
    return start


def _lines(text: str, header: str) -> list[int]:
    pattern = re.compile(r"\s*" + re.escape(header).replace(r"\[", r"\[\s*").replace(r"\]", r"\s*\]"))
    return [number for number, line in enumerate(text.splitlines(), start=1) if pattern.match(line)]


def _toml_hint(text: str, message: str) -> str:
    match = re.search(r"line (\d+)", message)
    lines = text.splitlines()
    if match and int(match[1]) <= len(lines):
        return f"line {match[1]}: {lines[int(match[1]) - 1].strip()}"
    return ""
