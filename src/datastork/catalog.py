"""Find a step by its name, which is its path: `clean.image.blurry` is the function `blurry` in clean/image/blurry.py.

Nothing has to be imported for the catalogue to be complete: the folders are the list. Packages of others add steps
through the entry point group `datastork.steps` (name = the step's full name, value = `module:function`); they are
looked at only for a name that is not ours, and two steps of one name are an error.
"""

import inspect
import os
import re
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from types import NoneType
from typing import Any, Literal

from datastork.core import Drop, Findings, Frame
from datastork.core.errors import DatastorkError, NotFoundError
from datastork.core.facts import is_facts
from datastork.core.nearest import did_you_mean
from datastork.core.settings import Column, ColumnOrder, InputFile, Scratch
from datastork.core.step import Mark, mark_of
from datastork.media.modality import modality_of_type
from datastork.store.listing import Listing
from datastork.store.release import Published, Release

STAGES = ("collect", "clean", "generate", "label", "split", "measure", "publish")
ENTRY_POINTS = "datastork.steps"
REQUIRED = inspect.Parameter.empty

Kind = Literal["collect", "media", "many", "filter", "judge", "facts", "table", "measure", "publish"]

WORKS_ON = {
    "collect": "the listing of what was found",
    "media": "one sample: changes its media",
    "many": "one sample: yields several",
    "filter": "one sample: keeps or drops it",
    "judge": "one sample: keeps or drops it by a measured fact",
    "facts": "one sample: measures facts",
    "table": "the whole table",
    "measure": "the whole table: measures it",
    "publish": "a version of the dataset: writes it somewhere",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One keyword-only parameter of a step: its type hint, its default (or REQUIRED) and its line of documentation.

    `is_file` says that it names files that the step reads; see `core.settings.InputFile`.
    """

    name: str
    hint: Any
    default: Any
    help: str = ""

    @property
    def is_file(self) -> bool:
        """Whether it names files that the step reads."""
        return any(isinstance(extra, InputFile) for extra in _extras(self.hint))

    @property
    def required(self) -> bool:
        """Whether the recipe must give it."""
        return self.default is REQUIRED


@dataclass(frozen=True, slots=True)
class StepSpec:
    """What the signature of a step says.

    `takes` is the type of the first parameter, `modality` the name of the modality it belongs to (None for steps on
    tables and for steps that work on every modality); `gives` the type of the facts a "facts" step returns; `reads`
    the settings that are filled from a column of the sample, with the column; `scratch` the setting filled with a
    folder to keep things in, `order` the one filled with the columns of tables in their order; `drops` whether a step
    that changes media may drop a sample as well; `finds` whether a whole-table step says what it found beside changing
    the table (`Frame -> tuple[Frame, Findings]`).
    """

    name: str
    function: Callable[..., Any]
    kind: Kind
    mark: Mark
    takes: type
    modality: str | None
    gives: type | None
    settings: tuple[Setting, ...]
    plugin: str | None = None
    summary: str = field(default="")
    reads: tuple[tuple[str, str], ...] = ()
    scratch: str | None = None
    order: str | None = None
    drops: bool = False
    finds: bool = False

    @property
    def stage(self) -> str:
        """The first part of the name."""
        return self.name.split(".", 1)[0]


def own_names() -> list[str]:
    """Return the names of all steps that come with datastork, sorted, without importing any."""
    root = Path(__file__).parent
    return sorted(name for stage in STAGES for name in _walk(root / stage, stage))


def _walk(folder: Path, prefix: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(("_", ".")) or entry.name == "templates":
                continue
            if entry.is_dir():
                yield from _walk(Path(entry.path), f"{prefix}.{entry.name}")
            elif entry.name.endswith(".py"):
                yield f"{prefix}.{entry.name[:-3]}"


def plugin_names() -> dict[str, str]:
    """Return the names of the steps other packages add, with the package. Raises DatastorkError for a double name."""
    found: dict[str, str] = {}
    own = set(own_names())
    for point in _entry_points():
        package = point.dist.name if point.dist else "an unnamed package"
        if point.name in own:
            raise DatastorkError(f"{package} adds a step {point.name!r}, which datastork has itself", hint=_RENAME)
        if point.name in found:
            raise DatastorkError(f"{found[point.name]} and {package} both add a step {point.name!r}", hint=_RENAME)
        found[point.name] = package
    return found


_RENAME = "uninstall one of the two packages, or ask its author for another name"


def _entry_points() -> list[Any]:
    from importlib.metadata import entry_points

    return sorted(entry_points(group=ENTRY_POINTS), key=lambda point: (point.name, point.value))


def names() -> list[str]:
    """Return the names of all steps, ours and those of other packages."""
    return sorted({*own_names(), *plugin_names()})


@lru_cache(maxsize=1024)
def find(name: str) -> StepSpec:
    """Return the step called `name`. Raises NotFoundError with the nearest name, DatastorkError for a broken plugin."""
    if name in own_names():
        module = import_module(f"datastork.{name}")
        function = getattr(module, name.rsplit(".", 1)[-1], None)
        if mark_of(function) is None:
            raise DatastorkError(f"{module.__file__} has no function {name.rsplit('.', 1)[-1]!r} marked @step")
        return describe(name, function)
    plugins = plugin_names()
    if name not in plugins:
        known = [*own_names(), *plugins]
        raise NotFoundError(f"unknown step {name!r}{did_you_mean(name, known)}", hint="all steps: stork steps")
    point = next(point for point in _entry_points() if point.name == name)
    try:
        function = point.load()
    except Exception as error:
        raise DatastorkError(f"step {name!r} of {plugins[name]} cannot be loaded: {error}") from error
    return describe(name, function, plugin=plugins[name])


def describe(name: str, function: Any, plugin: str | None = None) -> StepSpec:
    """Return what the signature of a step function says. Raises DatastorkError, naming the fault, for an odd one."""
    mark = mark_of(function)
    if mark is None:
        raise DatastorkError(f"step {name!r} is not marked: put @step above it (from datastork.core import step)")
    try:
        hints = typing.get_type_hints(function, include_extras=True)
    except NameError as error:
        raise DatastorkError(f"step {name!r}: a type in its signature cannot be resolved: {error}") from error
    parameters = list(inspect.signature(function).parameters.values())
    if not parameters:
        raise DatastorkError(f"step {name!r} takes nothing: its first parameter must be the data")
    first, *rest = parameters
    for parameter in rest:
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            raise DatastorkError(f"step {name!r}: setting {parameter.name!r} must be keyword-only (after a *)")
        if parameter.name not in hints:
            raise DatastorkError(f"step {name!r}: setting {parameter.name!r} has no type")
    takes = hints.get(first.name)
    if not isinstance(takes, type):
        raise DatastorkError(f"step {name!r}: its first parameter {first.name!r} needs a type such as Image or Frame")
    kind, gives = _kind(name, takes, hints.get("return"))
    document = inspect.getdoc(function) or ""
    help_lines = setting_help(document)
    columns = {p.name: extra.name for p in rest for extra in _extras(hints[p.name]) if isinstance(extra, Column)}
    if columns and kind not in ("media", "many", "filter", "facts"):
        raise DatastorkError(f"step {name!r}: only a step on samples can be given a column of its sample")
    if mark.corrects and kind != "table":
        raise DatastorkError(f"step {name!r}: only a step from Frame to Frame can correct rows")
    scratch, order = (
        next((p.name for p in rest if any(isinstance(one, marked) for one in _extras(hints[p.name]))), None)
        for marked in (Scratch, ColumnOrder)
    )
    if (scratch or order) and kind not in ("table", "measure"):
        what = "a scratch folder" if scratch else "the order of columns"
        raise DatastorkError(f"step {name!r}: only a whole-table step can be given {what}")
    settings = tuple(
        Setting(p.name, hints[p.name], p.default, help_lines.get(p.name, ""))
        for p in rest
        if p.name not in (*columns, scratch, order)
    )
    return StepSpec(
        name=name,
        function=function,
        kind=kind,
        mark=mark,
        takes=takes,
        modality=_modality(takes),
        gives=gives,
        settings=settings,
        plugin=plugin,
        summary=document.split("\n", 1)[0],
        reads=tuple(columns.items()),
        scratch=scratch,
        order=order,
        drops=kind == "media" and Drop in typing.get_args(hints.get("return")),
        finds=kind == "table" and hints.get("return") is not Frame,
    )


def _extras(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint)[1:] if typing.get_origin(hint) is typing.Annotated else ()


def _kind(name: str, takes: type, returns: Any) -> tuple[Kind, type | None]:
    fixed: dict[type, tuple[Any, Kind]] = {Listing: (Listing, "collect"), Release: (Published, "publish")}
    if takes in fixed:
        wanted, kind = fixed[takes]
        if returns is not wanted:
            raise DatastorkError(f"step {name!r} takes a {takes.__name__} and must return a {wanted.__name__}")
        return kind, None
    if takes is Frame:
        if returns is Findings:
            return "measure", None
        if returns is Frame or returns == tuple[Frame, Findings]:
            return "table", None
        raise DatastorkError(f"step {name!r} takes a Frame and must return a Frame, Findings, or a tuple of both")
    parts = set(typing.get_args(returns))
    drops = returns is Drop or (Drop in parts and parts <= {Drop, NoneType})
    if is_facts(takes):
        if drops and hasattr(takes, "of"):
            return "judge", None
        raise DatastorkError(
            f"step {name!r} judges facts: their type needs a static method `of`, the step must return Drop | None"
        )
    if drops:
        return "filter", None
    if returns is takes or parts == {takes, Drop}:
        return "media", None
    if is_facts(returns):
        return "facts", typing.cast(type, returns)
    if typing.get_origin(returns) is not None and takes in parts:
        return "many", None
    raise DatastorkError(f"step {name!r}: cannot tell from {takes.__name__} -> {returns} what the step does")


def _modality(takes: type) -> str | None:
    of = getattr(takes, "of", None)
    if is_facts(takes) and of is not None:
        hints = typing.get_type_hints(of)
        takes = next((kind for key, kind in hints.items() if key != "return"), object)
    found = modality_of_type(takes) if isinstance(takes, type) else None
    return found.name if found else None


def setting_help(document: str) -> dict[str, str]:
    """Return the lines `name: text` of a docstring, with their continuation lines (indented deeper)."""
    found: dict[str, str] = {}
    current, depth = "", 0
    for line in document.splitlines():
        match = re.match(r"(\s*)`?([a-z_][a-z0-9_]*)`?\s*:\s+(\S.*)", line)
        indent = len(line) - len(line.lstrip())
        if match:
            current, depth = match[2], len(match[1])
            found[current] = match[3].strip()
        elif current and line.strip() and indent > depth:
            found[current] += " " + line.strip()
        else:
            current = ""
    return found
