"""In which order the columns of tables came: rows are kept with their names sorted, and published as they came."""

from pathlib import Path

from datastork.store.home import read_json, write_json
from datastork.store.spool import FOLDER

FILE = FOLDER / "columns.json"


def keep_order(root: Path, name: str, columns: list[str]) -> None:
    """Keep the order of the columns of the table called `name`. Raises StoreError."""
    known = read_json(root / FILE, {})
    if list(known.get(name, ())) != columns:
        (root / FOLDER).mkdir(parents=True, exist_ok=True)
        write_json(root / FILE, {**known, name: columns})


def order_of(root: Path) -> list[str]:
    """Return the columns of all tables that were collected here, in their order, each once. Raises StoreError."""
    known = read_json(root / FILE, {})
    return list(dict.fromkeys(str(column) for columns in known.values() for column in columns))
