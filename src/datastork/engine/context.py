"""What one build knows and hands from pass to pass."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from datastork.core.errors import DatastorkError
from datastork.engine.plan import Plan
from datastork.engine.progress import Progress
from datastork.store.home import Home
from datastork.store.overrides import Overrides

if TYPE_CHECKING:
    import pyarrow as pa


class Interrupted(DatastorkError):
    """The user pressed Ctrl-C. What was finished is committed and will not be done again."""

    exit_code = 130


@dataclass(slots=True)
class Account:
    """What one step did: `in` = `kept` + `dropped` + `quarantined`; `out` differs where a step yields several.
    `changed` counts cells of rows.
    """

    name: str
    use: str
    inputs: int = 0
    out: int = 0
    kept: int = 0
    dropped: int = 0
    quarantined: int = 0
    changed: int = 0  # cells of rows
    seconds: float = 0.0
    reused: bool = True
    why: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    version: int = 1
    where: str | None = None

    def balance(self) -> None:
        """Raise AssertionError where a sample got lost."""
        total = self.kept + self.dropped + self.quarantined
        if self.inputs != total:
            parts = f"{self.kept} kept + {self.dropped} dropped + {self.quarantined} quarantined"
            msg = f"{self.name}: {self.inputs} came in, but {parts} = {total}"
            raise AssertionError(msg)

    def as_json(self) -> dict[str, Any]:
        """Return the account as `stork status --json` shows it."""
        return {
            "name": self.name,
            "use": self.use,
            "in": self.inputs,
            "out": self.out,
            "kept": self.kept,
            "dropped": self.dropped,
            "quarantined": self.quarantined,
            **({"changed": self.changed} if self.changed else {}),
            "seconds": round(self.seconds, 3),
            "reused": self.reused,
            "why": self.why,
            "settings": self.settings,
            "version": self.version,
            "where": self.where,
        }


@dataclass(slots=True)
class Context:
    """One build: where, what, what was undone, what the last version was, and what has been found out so far."""

    home: Home
    plan: Plan
    overrides: Overrides
    progress: Progress
    previous: "pa.Table | None" = None
    record: dict[str, Any] = field(default_factory=dict)
    workers: int | None = None
    on: str | None = None
    heavy: dict[tuple[str, str], str] = field(default_factory=dict)  # (pass key, fact) -> column in the pass table
    accounts: list[Account] = field(default_factory=list)
    ledger: list["pa.Table"] = field(default_factory=list)
    findings: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    decoded: int = 0
    cast: "pa.Table | None" = None  # votes of the store that no sample was met for yet; see `engine.voting.stored`

    def before(self, name: str) -> dict[str, Any] | None:
        """Return the account of the step called `name` in the last version, or None."""
        return next((step for step in self.record.get("steps", []) if step["name"] == name), None)

    def change_since(self, name: str, account: Account) -> str:
        """Say in words what is different about a step since the last version, or nothing."""
        old = self.before(name)
        if old is None:
            return "new in the recipe" if self.record else "first build"
        changes = [
            f"{key} {_show(old['settings'].get(key))} → {_show(account.settings.get(key))}"
            for key in sorted({*old["settings"], *account.settings})
            if old["settings"].get(key) != account.settings.get(key)
        ]
        if old["use"] != account.use:
            changes.append(f"use {old['use']} → {account.use}")
        if old["version"] != account.version:
            changes.append(f"step version {old['version']} → {account.version}")
        if old["where"] != account.where:
            changes.append(f"where {_show(old['where'])} → {_show(account.where)}")
        return ", ".join(changes)


def _show(value: Any) -> str:
    return "none" if value is None else repr(value) if isinstance(value, str) else str(value)
