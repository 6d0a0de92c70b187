"""Classes renamed, merged and split: recorded with the votes, which stay as they were cast."""

import getpass
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from datastork.core.answers import from_text
from datastork.core.errors import DataError, NotFoundError
from datastork.core.nearest import did_you_mean
from datastork.core.questions import CLASSED, Question
from datastork.engine.voting.stored import vote_store
from datastork.recipe.check import check
from datastork.recipe.label import label_store
from datastork.store.home import Home

if TYPE_CHECKING:
    from datastork.store.votes.store import VoteStore


@dataclass(frozen=True, slots=True)
class Migrated:
    """What was recorded: from `version` of the question on; samples that are asked about again; what is left to do."""

    question: str
    version: int
    says: str
    reopened: int
    todo: tuple[str, ...]


def migrate(home: Home, question: str | None, what: str, old: list[str], new: list[str], why: str) -> Migrated:
    """Record that classes `old` of a question became `new`: `what` is "rename", "merge" or "split".

    Raises NotFoundError for an unknown question or class, and where nobody ever voted.
    """
    plan = check(home.recipe).label
    asked = plan.question(question) if question is not None else plan.main
    if asked is None:
        names = [one.name for one in plan.questions]
        raise NotFoundError(f"the recipe asks no question {question!r}{did_you_mean(str(question), names)}")
    if asked.kind not in CLASSED:
        raise DataError(f"the answers to {asked.name!r} (a {asked.kind}) name no classes")
    store = vote_store(home, plan.store)
    if store is None:
        raise NotFoundError(
            "nobody has voted yet", hint="change the classes in the recipe; there is nothing to carry along"
        )
    with store:
        _known(store, asked, what, old, new)
        seen = max((one.version for one in store.taxonomy.list() if one.question == asked.name), default=0)
        version = max(asked.version, seen) + 1
        who = f"owner ({getpass.getuser()})"
        reopened = 0
        if what == "split":
            reopened = store.taxonomy.split(asked.name, old[0], new, version=version, by=who, why=why)
        elif what == "merge":
            store.taxonomy.merge(asked.name, old, new[0], version=version, by=who, why=why)
        else:
            store.taxonomy.rename(asked.name, old[0], new[0], version=version, by=who, why=why)
    return Migrated(
        question=asked.name,
        version=version,
        says=f"{what} {', '.join(old)} → {', '.join(new)}",
        reopened=reopened,
        todo=_todo(asked, version, old, new),
    )


def _known(store: "VoteStore", asked: Question, what: str, old: list[str], new: list[str]) -> None:
    """Raise NotFoundError for a class nobody knows, DataError where nothing would change: a record stays for ever."""
    there = set(asked.class_ids)
    if not there.issuperset(old):
        there |= _voted_for(store, asked)
    for name in old:
        if name not in there:
            raise NotFoundError(f"no class of {asked.name!r} and no vote is called {name!r}{did_you_mean(name, there)}")
    if what != "merge" and set(old) & set(new):
        raise DataError(f"{what} makes {old[0]!r} into itself")
    if what == "split" and len(set(new)) < 2:
        raise DataError("a split makes two classes or more of one", hint="give --into twice")


def _voted_for(store: "VoteStore", asked: Question) -> set[str]:
    """Return the classes that current votes on a question name."""
    import pyarrow.compute as pc

    found: set[str] = set()
    for text in pc.unique(store.read.table(asked.name)["value"].drop_null()).to_pylist():
        value = from_text(asked.kind, text)
        for one in value if isinstance(value, list) else [value]:
            found.add(str(one.get("label")) if isinstance(one, dict) else str(one))
    return found


def _todo(question: Question, version: int, old: list[str], new: list[str]) -> tuple[str, ...]:
    """Return what the recipe must say from now on."""
    lines = [f"in stork.toml: version = {version} under the question {question.name!r}"]
    there = set(question.class_ids)
    gone, missing = [one for one in old if one in there and one not in new], [one for one in new if one not in there]
    if gone or missing:
        parts = [f"take out {', '.join(gone)}"] if gone else []
        parts += [f"put in {', '.join(missing)}"] if missing else []
        lines.append(f"  and in its classes: {'; '.join(parts)}")
    return tuple(lines)


def migrations(home: Home) -> list[dict[str, Any]]:
    """Return what was renamed, merged and split, oldest first."""
    store = vote_store(home, label_store(home.recipe))
    if store is None:
        return []
    with store:
        return [
            {
                "question": one.question,
                "version": one.version,
                "what": f"{one.kind} {', '.join(one.old)} → {', '.join(one.new)}",
                "by": one.by,
                "why": one.why,
                "at": one.at,
            }
            for one in store.taxonomy.list()
        ]
