"""Votes in from a file that another tool, or datastork, wrote."""

import json
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datastork.core.answers import canonical, problems_of
from datastork.core.errors import BuildError, DataError
from datastork.core.hashing import key_of
from datastork.core.questions import Question
from datastork.core.votes import CastVote
from datastork.engine.progress import Progress, Silent
from datastork.engine.voting.matching import Names, Sizes, media_of
from datastork.formats.format import DEFAULTS, Options, Refused
from datastork.recipe.check import check
from datastork.store.home import Home
from datastork.store.samples import Samples
from datastork.store.votes.records import ConflictError

if TYPE_CHECKING:
    import pyarrow as pa

    from datastork.formats.record import Annotated
    from datastork.store.votes.store import VoteStore

AT_ONCE = 5_000  # votes in one transaction
TOLD = 50  # refusals told one by one; all are counted


@dataclass(slots=True)
class Imported:
    """What came of a file: entries = those with a sample + refused; votes = new + known.

    `refused` counts by reason, `told` names the first of them; `samples` are those that got votes, `gold` how many
    answers were kept as known answers.
    """

    format: str
    entries: int = 0
    samples: int = 0
    votes: int = 0
    new: int = 0
    known: int = 0
    gold: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    def refuse(self, name: str, where: str, kind: str, why: str) -> None:
        """Count an entry that cannot be used."""
        self.refused[kind] += 1
        if len(self.told) < TOLD:
            self.told.append(f"{where or name or '?'}: {why}" if not name or not where else f"{where} ({name}): {why}")


def import_votes(
    home: Home,
    path: Path,
    *,
    format: str | None = None,  # noqa: A002  (what users call it)
    options: Options = DEFAULTS,
    gold: bool = False,
    strict: bool = True,
    progress: Progress | None = None,
) -> Imported:
    """Cast the votes in a file. Casting them again changes nothing.

    Names are matched with samples by id, uri or the end of it; answers are held against the questions of the recipe
    (`strict` off takes classes that are no class of the question). An entry that cannot be used costs itself: it is
    counted, with the reason. With `gold` the answers are known to be right: annotators are held against them.
    Raises NotFoundError, DataError, SourceError where the file as a whole is of no use.
    """
    from datastork.formats.catalog import find, guess
    from datastork.store.votes.store import open_votes

    checked = check(home.recipe)
    plan = checked.label
    form = find(format or guess(path))
    samples = _samples(home)
    names = Names(samples)
    row_of = {sample: row for row, sample in enumerate(samples["id"].to_pylist())}
    if options.sizes is None:
        options = replace(options, sizes=Sizes(names, samples))
    done = Imported(form.name)
    said = progress or Silent()
    said.begin(f"votes from {path.name}", None)
    waiting: list[CastVote] = []
    reached: set[str] = set()
    with open_votes(home, plan.store) as store:

        def flush() -> None:
            if gold:
                for vote in waiting:
                    if vote.value is None:
                        done.refuse(vote.sample, "", "no answer", "a skip is no known answer")
                        done.votes -= 1
                        continue
                    store.gold.set(vote.sample, vote.question, vote.value, "", vote.annotator)
                    done.gold += 1
            else:
                before = done.votes
                fresh = _cast(store, _as_revisions(store, waiting, done), done)
                done.new += fresh
                done.known += len(waiting) - fresh - (before - done.votes)
            said.advance(len(waiting))
            waiting.clear()

        for entry in form.read(path, plan.questions, options=options):
            done.entries += 1
            if isinstance(entry, Refused):
                done.refuse(entry.name, entry.where, "could not be read", entry.why)
                continue
            sample, why = names.find(entry.name)
            if sample is None:
                done.refuse(entry.name, "", "no such sample", why)
                continue
            media = media_of(samples, row_of[sample])
            for vote in _usable(entry, sample, media, plan.questions, done, strict):
                waiting.append(vote)
                reached.add(sample)
                done.votes += 1
            if len(waiting) >= AT_ONCE:
                flush()
        flush()
    said.end()
    done.samples = len(reached)
    return done


def _samples(home: Home) -> "pa.Table":
    """Return the kept samples: id, uri and the facts that answers are held against."""
    import pyarrow.compute as pc

    from datastork.engine.voting.matching import FACTS, MEDIA

    table = Samples(home).table()
    table = table.filter(pc.equal(table["state"], "kept"))
    if not table.num_rows:
        raise BuildError("the dataset has no samples yet", hint=f"build it with: stork build {home.root}")
    columns = [name for name in table.column_names if name in MEDIA or name in FACTS]
    return table.select(["id", *columns]).append_column("uri", pc.struct_field(table["source"], "uri"))


def _usable(
    entry: "Annotated",
    sample: str,
    media: dict[str, object],
    questions: tuple[Question, ...],
    done: Imported,
    strict: bool,
) -> Iterator[CastVote]:
    """Yield the votes of an entry that answer a question of the recipe rightly; count the others."""
    asked = {one.name: one for one in questions}
    for given in entry.votes:
        question = asked.get(given.question) or (questions[0] if given.question == "label" else None)
        if question is None:
            done.refuse(entry.name, "", "no such question", f"the recipe asks no question {given.question!r}")
            continue
        value = given.value
        if value is not None:
            held = question if strict else replace(question, classes=())
            problems = problems_of(held, value, media)
            if problems:
                done.refuse(entry.name, "", "wrong answer", "; ".join(problems[:3]))
                continue
            value = canonical(question, value)
        vote = replace(given, sample=sample, question=question.name, value=value)
        yield vote if vote.uuid else replace(vote, uuid=identity(vote))


def _as_revisions(store: "VoteStore", votes: list[CastVote], done: Imported) -> list[CastVote]:
    """Return what is new among votes: those with a known uuid and another answer become revisions of it.

    That is what other tools do: an annotation that is changed there keeps its name. Numbers that differ by less than
    a format rounds them are the same. A uuid of somebody else's vote is refused.
    """
    there = store.read.find([one.uuid for one in votes])
    found: list[CastVote] = []
    for one in votes:
        known = there.get(one.uuid)
        if known is None:
            found.append(one)
            continue
        old = known.vote
        if (old.sample, old.question, old.annotator) != (one.sample, one.question, one.annotator):
            done.refuse(one.sample, "", "uuid of another vote", f"its uuid {one.uuid[:80]} is that of another vote")
            done.votes -= 1
        elif not (alike(old.value, one.value) and old.skipped == one.skipped):
            changed = replace(one, repeat=old.repeat, replaces=one.uuid)
            found.append(replace(changed, uuid=f"{one.uuid[:200]}#{identity(changed)[-12:]}"))
    return found


def _cast(store: "VoteStore", votes: list[CastVote], done: Imported) -> int:
    """Cast votes and return how many are new; one that cannot stand costs itself and no other."""
    try:
        return sum(store.cast(votes))
    except (DataError, ConflictError) as error:
        if len(votes) == 1:
            done.refuse(votes[0].sample, "", "wrong vote", error.message)
            done.votes -= 1
            return 0
    half = len(votes) // 2
    return _cast(store, votes[:half], done) + _cast(store, votes[half:], done)


def alike(first: Any, second: Any) -> bool:
    """Whether two answers are the same but for what formats round: 0.02 of a pixel or a second, 2 in 10,000."""
    if isinstance(first, int) and isinstance(second, int):
        return first == second  # places in texts, frames and run lengths are never rounded
    numbers = (int, float)
    if isinstance(first, numbers) and isinstance(second, numbers) and not isinstance(first, bool):
        return math.isclose(first, second, rel_tol=2e-4, abs_tol=0.02)
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(alike(a, b) for a, b in zip(first, second, strict=True))
    if isinstance(first, dict) and isinstance(second, dict):
        mine = {key: value for key, value in first.items() if key != "id"}
        other = {key: value for key, value in second.items() if key != "id"}
        return mine.keys() == other.keys() and all(alike(value, other[key]) for key, value in mine.items())
    return bool(first == second)


def identity(vote: CastVote) -> str:
    """Return a uuid that the same vote in a file always has, for votes whose file gives them none."""
    own = (
        vote.sample,
        vote.question,
        vote.annotator,
        json.dumps(vote.value, sort_keys=True),
        vote.skipped,
        vote.repeat,
    )
    return f"file-{key_of('vote', *own, length=32)}"
