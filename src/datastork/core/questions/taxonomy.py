"""Read classes from a file: a list of lines, a tree in CSV, an is-a list, AudioSet's ontology, our own JSON."""

import csv
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from datastork.core.errors import DataError
from datastork.core.nearest import did_you_mean
from datastork.core.questions import LabelClass

MAX_BYTES = 64_000_000
MAX_CLASSES = 500_000
ARROW = re.compile(r"\s+(?:is[- _]?a|isa|<|->|→)\s+", re.IGNORECASE)  # "wren is-a bird", "wren < bird"
LEVEL = re.compile(r"level[ _-]?\d+|l\d+", re.IGNORECASE)
COLUMNS = {  # what the columns of a CSV tree may be called
    "id": ("id", "class_id", "node", "wnid", "code", "mid"),
    "name": ("name", "label", "class", "display_name", "title"),
    "parent": ("parent", "parent_id", "parents", "is_a", "isa", "broader"),
    "says": ("says", "description", "definition", "gloss"),
    "aliases": ("aliases", "synonyms", "alias"),
}


def read_classes(path: Path) -> tuple[LabelClass, ...]:
    """Return the classes in a file, parents known and no circles among them; in the order of the file.

    Understood: lines of names; CSV or TSV with columns `id`, `name`, `parent` (or one column per level, from coarse
    to fine); is-a lists (`wren is-a bird`, or child and parent separated by a tab, as WordNet's are given); the JSON
    of AudioSet's ontology; the JSON `write_classes` writes. Raises DataError for what is none of these, too large,
    or goes round in circles.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DataError(f"{path.name} is larger than {MAX_BYTES // 1_000_000} MB")
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise DataError(f"no such file: {path}") from error
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name} is not UTF-8: byte {error.start} cannot be read") from error
    return checked(_parse(text, path), path.name)


def write_classes(path: Path, classes: Sequence[LabelClass]) -> None:
    """Write classes as JSON that `read_classes` reads back."""
    nodes = [{key: value for key, value in asdict(one).items() if value or key in ("id", "name")} for one in classes]
    path.write_text(json.dumps({"classes": nodes}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def checked(classes: Iterable[LabelClass], where: str) -> tuple[LabelClass, ...]:
    """Return classes that make a sound taxonomy. Raises DataError naming every fault at once (at most ten)."""
    found = tuple(classes)
    if not found:
        raise DataError(f"{where} names no class")
    if len(found) > MAX_CLASSES:
        raise DataError(f"{where} names {len(found):,} classes, more than {MAX_CLASSES:,}")
    by_id: dict[str, LabelClass] = {}
    faults: list[str] = []
    for one in found:
        if not one.id.strip():
            faults.append("a class without an id")
        elif one.id in by_id:
            faults.append(f"'{one.id}' is there twice")
        by_id[one.id] = one
    faults += [
        f"'{one.id}' lies under '{up}', which is not there" for one in found for up in one.parents if up not in by_id
    ]
    faults += [f"'{name}' lies under itself" for name in _circular(by_id)]
    if faults:
        raise DataError(f"{where}: " + "; ".join(faults[:10]) + (" …" if len(faults) > 10 else ""))
    return found


def under(classes: Sequence[LabelClass], top: str, depth: int | None = None) -> tuple[LabelClass, ...]:
    """Return the classes below `top`, at most `depth` levels of them. Raises DataError where there is no such class."""
    if all(one.id != top for one in classes):
        known = {one.name: None for one in classes} | {one.id: None for one in classes}
        raise DataError(f"there is no class '{top}'{did_you_mean(top, list(known)[:5000])}")
    kept, level = {top}, 0
    grew = True
    while grew and (depth is None or level < depth):
        new = {one.id for one in classes if one.id not in kept and kept.intersection(one.parents)}
        grew, level = bool(new), level + 1
        kept |= new
    kept.discard(top)
    return tuple(
        replace(one, parents=tuple(up for up in one.parents if up in kept)) for one in classes if one.id in kept
    )


def ancestors(classes: Sequence[LabelClass]) -> dict[str, tuple[str, ...]]:
    """Return for each class all the classes above it, nearest first."""
    parents = {one.id: one.parents for one in classes}
    done: dict[str, tuple[str, ...]] = {}
    for name in parents:
        seen: dict[str, None] = {}
        line = list(parents[name])
        while line:
            up = line.pop(0)
            if up not in seen:
                seen[up] = None
                line += parents.get(up, ())
        done[name] = tuple(seen)
    return done


def _circular(by_id: dict[str, LabelClass]) -> list[str]:
    """Return the classes that cannot be reached from a root: those in circles, or below one."""
    waiting = {name: sum(up in by_id for up in one.parents) for name, one in by_id.items()}
    children: dict[str, list[str]] = {}
    for name, one in by_id.items():
        for up in one.parents:
            children.setdefault(up, []).append(name)
    free = [name for name, count in waiting.items() if count == 0]
    reached = 0
    while free:
        name = free.pop()
        reached += 1
        for child in children.get(name, ()):
            waiting[child] -= 1
            if waiting[child] == 0:
                free.append(child)
    return [name for name, count in waiting.items() if count > 0][:5] if reached < len(by_id) else []


def _parse(text: str, path: Path) -> list[LabelClass]:
    if path.suffix.lower() == ".json" or text.lstrip()[:1] in ("[", "{"):
        return _from_json(text, path.name)
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if path.suffix.lower() in (".csv", ".tsv"):
        return _from_table(lines, "\t" if path.suffix.lower() == ".tsv" else ",", path.name)
    if lines and sum(bool(ARROW.search(line) or "\t" in line) for line in lines) > len(lines) / 2:
        return _from_pairs(lines)
    return [LabelClass(id=line.strip(), name=line.strip()) for line in lines]


def _from_json(text: str, where: str) -> list[LabelClass]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{where} is no JSON: {error}") from error
    nodes = data.get("classes") if isinstance(data, dict) else data
    if not isinstance(nodes, list):
        raise DataError(f'{where} holds neither a list of classes nor {{"classes": [...]}}')
    if all(isinstance(node, str) for node in nodes):
        return [LabelClass(id=node, name=node) for node in nodes]
    if not all(isinstance(node, dict) for node in nodes):
        raise DataError(f"{where}: every class must be a table with an id and a name")
    parents: dict[str, list[str]] = {}
    for node in nodes:  # AudioSet names the children of a class, we its parents
        for child in _texts(node.get("child_ids")):
            parents.setdefault(child, []).append(str(node.get("id", "")))
    return [_from_node(node, tuple(parents.get(str(node.get("id", node.get("name", ""))), ()))) for node in nodes]


def _from_node(node: dict[str, Any], above: tuple[str, ...]) -> LabelClass:
    name = str(node.get("name", node.get("id", "")))
    return LabelClass(
        id=str(node.get("id", name)),
        name=name,
        parents=_texts(node.get("parents")) or above,
        says=str(node.get("says", node.get("description", ""))),
        positive=_texts(node.get("positive", node.get("positive_examples"))),
        negative=_texts(node.get("negative")),
        edge=_texts(node.get("edge")),
        aliases=_texts(node.get("aliases")),
        key=str(node.get("key", "")),
        colour=str(node.get("colour", "")),
        abstract=bool(node.get("abstract")) or "abstract" in _texts(node.get("restrictions")),
    )


def _texts(given: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in given) if isinstance(given, list | tuple) else (str(given),) if given else ()


def _from_table(lines: list[str], separator: str, where: str) -> list[LabelClass]:
    rows = list(csv.reader(lines, delimiter=separator))
    head = [cell.strip() for cell in rows[0]] if rows else []
    levels = [at for at, name in enumerate(head) if LEVEL.fullmatch(name)]
    if len(levels) > 1:
        return _from_levels(rows[1:], levels)
    at = {
        key: next((index for index, cell in enumerate(head) if cell.lower() in names), None)
        for key, names in COLUMNS.items()
    }
    if at["id"] is None and at["name"] is None:
        raise DataError(f"{where} needs a column id or name (it has {', '.join(head)}), or one column per level")

    def cell(row: list[str], key: str) -> str:
        index = at[key]
        return row[index].strip() if index is not None and index < len(row) else ""

    def several(text: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in re.split(r"[;|]", text) if part.strip())

    made = [
        LabelClass(
            id=cell(row, "id") or cell(row, "name"),
            name=cell(row, "name") or cell(row, "id"),
            parents=several(cell(row, "parent")),
            says=cell(row, "says"),
            aliases=several(cell(row, "aliases")),
        )
        for row in rows[1:]
        if any(part.strip() for part in row)
    ]
    ids = {one.id for one in made}
    names = {one.name: one.id for one in made}
    return [  # a parent may be given by its name
        replace(one, parents=tuple(up if up in ids else names.get(up, up) for up in one.parents)) for one in made
    ]


def _from_levels(rows: list[list[str]], levels: list[int]) -> list[LabelClass]:
    found: dict[str, LabelClass] = {}
    for row in rows:
        path: list[str] = []
        for index in levels:
            name = row[index].strip() if index < len(row) else ""
            if not name:
                break
            above = ("/".join(path),) if path else ()
            path.append(name)
            key = "/".join(path)
            found.setdefault(key, LabelClass(id=key, name=name, parents=above))
    return list(found.values())


def _from_pairs(lines: list[str]) -> list[LabelClass]:
    parents: dict[str, dict[str, None]] = {}
    for line in lines:
        parts = [part.strip() for part in (line.split("\t") if "\t" in line else ARROW.split(line)) if part.strip()]
        child, above = parts[0], parts[1] if len(parts) > 1 else None
        parents.setdefault(child, {})
        if above is not None:
            parents.setdefault(above, {})
            parents[child][above] = None
    return [LabelClass(id=name, name=name, parents=tuple(above)) for name, above in parents.items()]
