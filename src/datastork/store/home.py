"""Where everything of one dataset lies: a folder with `stork.toml`, and `.stork/` beside it."""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datastork.core.errors import NotFoundError, StoreError

RECIPE = "stork.toml"


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one dataset.

    `.stork/collected/`           what was taken out of tables or brought home: spools (`store.spool`), crawls, records
    `.stork/authors.key`          the secret under which authors get stand-ins; made at first use, kept nowhere else
    `.stork/passes/<key>.lance`   finished work on samples, with media; append-only
    `.stork/tables/<key>.arrow`   finished work of whole-table steps
    `.stork/samples.lance`        one row per sample; its Lance versions are the dataset's versions
    `.stork/ledger.lance`         every changed value
    `.stork/versions/<n>.json`    what version n was made of: recipe, accounting, findings
    `.stork/overrides.json`       what the user undid
    `.stork/votes.sqlite`         the votes of annotators and all that belongs to them (`store.votes`)
    `.stork/captured/`            what annotators photographed and recorded, byte by byte
    `.stork/cache/`               may be deleted at any time
    """

    root: Path

    @property
    def recipe(self) -> Path:
        """The recipe file."""
        return self.root / RECIPE

    @property
    def store(self) -> Path:
        """The folder of everything datastork keeps."""
        return self.root / ".stork"

    @property
    def samples(self) -> Path:
        """The table of samples."""
        return self.store / "samples.lance"

    @property
    def ledger(self) -> Path:
        """The table of changed values."""
        return self.store / "ledger.lance"

    @property
    def cache(self) -> Path:
        """A folder whose content can be made again."""
        return self.store / "cache"

    @property
    def votes(self) -> Path:
        """The file of votes."""
        return self.store / "votes.sqlite"

    @property
    def captured(self) -> Path:
        """The folder of what annotators photographed and recorded."""
        return self.store / "captured"

    def pass_table(self, key: str) -> Path:
        """The table of one fused pass."""
        return self.store / "passes" / f"{key}.lance"

    def step_result(self, key: str) -> Path:
        """The saved result of one whole-table step."""
        return self.store / "tables" / f"{key}.arrow"

    def version_record(self, version: int) -> Path:
        """The record of one version."""
        return self.store / "versions" / f"{version}.json"

    def create(self) -> None:
        """Make the folders. Raises StoreError where that is not allowed."""
        try:
            for name in ("passes", "tables", "versions", "cache"):
                (self.store / name).mkdir(parents=True, exist_ok=True)
            ignore = self.store / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n")
        except OSError as error:
            raise StoreError(
                f"cannot write to {self.store}: {error.strerror or error}",
                hint="check the permissions of the folder and the space on the disk",
            ) from error


def find_home(start: Path | str) -> Home:
    """Return the dataset at `start` (a folder, or its recipe file). Raises NotFoundError where there is none."""
    path = Path(start)
    if path.name == RECIPE:
        path = path.parent
    if not (path / RECIPE).is_file():
        near = sorted(p.parent.name for p in path.glob(f"*/{RECIPE}")) if path.is_dir() else []
        hint = f"datasets in there: {', '.join(near)}" if near else "make one with: stork new NAME"
        raise NotFoundError(f"no {RECIPE} in {path}", hint=hint)
    return Home(path)


def reason(error: Exception) -> str:
    """Return what the system said, without the place in a library's source that some errors end in."""
    text = str(getattr(error, "strerror", None) or error)
    return re.sub(r",? /\S+\.rs:\d+(:\d+)?", "", text).strip()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that readers see the old content or the new, never a part. Raises StoreError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise StoreError(
            f"cannot write {path}: {error.strerror or error}", hint="check space and permissions"
        ) from error


def write_json(path: Path, value: Any) -> None:
    """Write `value` as JSON in one piece."""
    write_whole(path, json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True).encode())


def read_json(path: Path, default: Any = None) -> Any:
    """Return the JSON in `path`, or `default` where there is no such file. Raises StoreError for a broken one."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return default
    except ValueError as error:
        raise StoreError(f"{path} is damaged: {error}") from error
