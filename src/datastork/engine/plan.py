"""Plan a recipe: which steps run together in one pass over the media, and which see the whole table.

Every run of per-sample steps becomes one pass: read once, decode once, encode once. A media state is the media as
it is after so many changing steps; a fact belongs to the state it was measured on. The work of a pass is stored
under the key of its media-changing steps alone, so that adding, removing or re-thresholding a filter never touches
the media.
"""

import re
import typing
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from datastork.core.facts import fact_types, facts_key
from datastork.core.hashing import key_of
from datastork.media.modality import modality
from datastork.media.stored import Media
from datastork.recipe.check import Bound, Checked

OpKind = Literal["media", "many", "filter", "judge", "facts", "describe"]
CHANGES_MEDIA = ("media", "many")
RECORDED = ("found", "kinds")  # what the samples say of the changes a step records; the spans go to the ledger


@dataclass(frozen=True, slots=True)
class Op:
    """One thing done to a sample inside a pass. Plain data, so that it travels to workers.

    `key` is the identity of what is stored (facts, verdicts); `columns` maps the fields stored to the names of
    their columns in the pass table; `facts` is the group of facts measured, as "module:name"; `state` counts the
    media-changing ops before this one. Ops without a step of the recipe (`describe`, facts that a whole-table step
    needs) have an empty `use`.
    """

    name: str
    use: str
    kind: OpKind
    key: str
    state: int
    settings: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    facts: str = ""
    on_error: str = "quarantine"
    where: str | None = None
    takes_seed: bool = False
    reads: tuple[tuple[str, str], ...] = ()  # (setting, column of the sample that fills it)
    files: dict[str, str] = field(default_factory=dict)  # settings that name files, with the hash of their content
    word: str = ""  # what samples derived by this op have in their ids; no other op of the recipe has it

    @property
    def failure(self) -> str:
        """The identity of a failure of this op: under other settings it may go well."""
        own = (self.key, self.name, self.use, self.settings, self.on_error)
        return key_of(*own, self.files)[:10] if self.files else key_of(*own)[:10]

    @property
    def changes_media(self) -> bool:
        """Whether the media is another afterwards."""
        return self.kind in CHANGES_MEDIA


@dataclass(frozen=True, slots=True)
class SamplePass:
    """A run of per-sample ops. `key` names its table of finished work; `final` is the last media state."""

    ops: tuple[Op, ...]
    key: str
    first: bool

    @property
    def final(self) -> int:
        """How many ops change the media."""
        return sum(op.changes_media for op in self.ops)

    def logical(self) -> dict[str, tuple[str, str]]:
        """Return column name -> (column in the pass table, type) of every fact, as users see it.

        A fact of the finished media has its plain name. One measured on an earlier state has it too unless that is
        taken; then the step's name goes before it.
        """
        found: dict[str, tuple[str, str]] = {}
        ordered = [op for op in self.ops if op.state == self.final] + [op for op in self.ops if op.state != self.final]
        for op in ordered:
            if op.kind in ("filter", "many"):
                continue
            for name, column in op.columns.items():
                if op.kind == "media":
                    if name in RECORDED:
                        found[f"{_word(op.name)}_{name}"] = (column, op.types[name])
                    continue
                place = (column, op.types[name])
                if found.get(name, place) == place:
                    found[name] = place
                else:
                    found.setdefault(f"{_word(op.name)}_{name}", place)
        return found


@dataclass(frozen=True, slots=True)
class TableStep:
    """A step that sees the whole table: it changes columns, or measures."""

    bound: Bound


@dataclass(frozen=True, slots=True)
class Plan:
    """What a build does, in order."""

    checked: Checked
    collect: tuple[Bound, ...]
    stages: tuple[SamplePass | TableStep, ...]

    @property
    def key(self) -> str:
        """The identity of all the work: equal keys and equal input make an equal dataset."""
        facts = self.checked.dataset
        uses = [(bound.name, bound.key, bound.use.on_error) for bound in self.checked.steps]
        asked = [(one.name, one.kind, one.class_ids, one.multiple) for one in self.checked.label.questions]
        return key_of("plan", 3, facts.seed, facts.declared, uses, asked)


def make_plan(checked: Checked) -> Plan:
    """Return the plan of a checked recipe."""
    stages: list[SamplePass | TableStep] = []
    waiting: list[Bound] = []
    started = False
    for bound in checked.steps:
        kind = bound.spec.kind
        if kind == "collect":
            continue
        if kind in ("table", "measure"):
            if waiting or not started:
                stages.append(_sample_pass(waiting, checked, first=not started))
                waiting, started = [], True
            stages.append(TableStep(bound))
            continue
        ready = waiting or not started  # what a condition or a step needs must be there from a pass before
        wanted = words_of(bound.use.where or "") | {column for _, column in bound.spec.reads}
        if (bound.spec.reads and not started) or (wanted and ready and wanted & _produced(waiting, checked)):
            stages.append(_sample_pass(waiting, checked, first=not started))
            waiting, started = [], True
        waiting.append(bound)
    if waiting or not started:
        stages.append(_sample_pass(waiting, checked, first=not started))
    collect = tuple(bound for bound in checked.steps if bound.spec.kind == "collect")
    return Plan(checked, collect, tuple(_with_words(_with_needs(stages))))


def _sample_pass(bounds: list[Bound], checked: Checked, *, first: bool) -> SamplePass:
    ops: list[Op] = []
    state = 0
    for bound in bounds:
        op = _op(bound, state)
        ops.append(op)
        state += op.changes_media
    described = typing.get_type_hints(modality(checked.dataset.modality).describe)["return"]
    ops.append(facts_op(described, state, name="describe", kind="describe"))
    chain = [(op.key, op.where) for op in ops if op.changes_media]
    source = "listing" if first else "samples"
    return SamplePass(
        tuple(ops), key_of("pass", 1, source, checked.dataset.modality, checked.dataset.seed, chain), first
    )


def _op(bound: Bound, state: int) -> Op:
    spec = bound.spec
    common: dict[str, Any] = {
        "name": bound.name,
        "use": spec.name,
        "settings": bound.settings,
        "on_error": bound.use.on_error,
        "where": bound.use.where,
        "takes_seed": any(s.name == "seed" for s in spec.settings) and "seed" not in bound.settings,
        "reads": spec.reads,
        "files": bound.files,
    }
    if spec.kind == "judge":
        measured = facts_op(spec.takes, state, name=bound.name, kind="judge")
        return replace(measured, **common)
    if spec.kind == "facts" and hasattr(spec.gives, "of") and not spec.settings and not spec.reads:
        # the same facts that a filter may judge: measured once
        return replace(facts_op(typing.cast(type, spec.gives), state, name=bound.name), **common)
    key = key_of(
        spec.name,
        spec.mark.version,
        bound.settings,
        state,
        spec.kind,
        bound.name if common["takes_seed"] else "",
        *([bound.files] if bound.files else []),
    )[:10]
    if spec.kind == "filter":
        columns = {"reason": f"reason__{key}", "evidence": f"evidence__{key}"}
        return Op(
            kind="filter",
            key=key,
            state=state,
            columns=columns,
            types={"reason": "str", "evidence": "float"},
            **common,
        )
    if spec.kind == "facts":
        assert spec.gives is not None
        types = fact_types(spec.gives)
        return Op(
            kind="facts",
            key=key,
            state=state,
            columns={n: f"{n}__{key}" for n in types},
            types=types,
            **common,
        )
    types = {"reason": "str", "evidence": "float"} if spec.drops else {}
    if spec.mark.records:
        types |= {"found": "int", "kinds": "str", "spans": "str"}
    columns = {name: f"{name}__{key}" for name in types}
    return Op(kind=typing.cast(OpKind, spec.kind), key=key, state=state, columns=columns, types=types, **common)


def facts_op(group: type, state: int, *, name: str, kind: OpKind = "facts") -> Op:
    """Return the op that measures a group of facts on a media state."""
    types = fact_types(group)
    key = key_of("facts", facts_key(group), state)[:10]
    return Op(
        name=name,
        use="",
        kind=kind,
        key=key,
        state=state,
        columns={field_name: f"{field_name}__{key}" for field_name in types},
        types=types,
        facts=f"{group.__module__}:{group.__qualname__}",
    )


def _with_needs(stages: list[SamplePass | TableStep]) -> Iterator[SamplePass | TableStep]:
    for position, stage in enumerate(stages):
        if isinstance(stage, TableStep):
            yield stage
            continue
        needed: dict[str, Op] = {}
        for later in stages[position + 1 :]:
            if isinstance(later, SamplePass):
                if all(op.where for op in later.ops if op.use):
                    continue  # it may leave some samples as they are here
                break
            for group in later.bound.spec.mark.needs:
                if group is Media:
                    continue  # it is not measured but read
                op = facts_op(group, stage.final, name=f"for {later.bound.name}")
                needed.setdefault(op.key, op)
        have = {op.key for op in stage.ops}
        yield replace(stage, ops=(*stage.ops, *(op for key, op in needed.items() if key not in have)))


def _with_words(stages: Iterator[SamplePass | TableStep]) -> Iterator[SamplePass | TableStep]:
    taken: set[str] = set()
    for stage in stages:
        if isinstance(stage, TableStep):
            yield stage
            continue
        ops = []
        for op in stage.ops:
            word, number = _ended(_word(op.name)), 2
            while word in taken:
                word, number = _ended(f"{_word(op.name)}_{number}"), number + 1
            if op.kind == "many":
                taken.add(word)
            ops.append(replace(op, word=word))
        yield replace(stage, ops=tuple(ops))


def _produced(bounds: list[Bound], checked: Checked) -> set[str]:
    return set(_sample_pass(bounds, checked, first=True).logical())


def words_of(condition: str) -> set[str]:
    """Return the words of an SQL condition that may be columns."""
    return set(re.findall(r"[A-Za-z_]\w*", re.sub(r"'[^']*'", "", condition)))


def _ended(word: str) -> str:
    """Return a word that a number can follow and still be told from it."""
    return f"{word}_" if word[-1].isdigit() else word


def _word(name: str) -> str:
    return re.sub(r"\W", "_", name.rsplit(".", 1)[-1])
