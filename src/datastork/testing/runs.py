"""Run a step on small samples, and say where it breaks its promises."""

import dataclasses
import json
import pickle
import typing
from collections.abc import Iterator, Sequence
from typing import Any

from datastork.catalog import StepSpec
from datastork.core.drop import Drop
from datastork.core.errors import DataError
from datastork.core.findings import Findings
from datastork.media.modality import KNOWN, modality
from datastork.recipe.bind import check_value
from datastork.testing.trials import trial_table

MANY = 1000  # samples a step may make of one trial sample


def sample_problems(spec: StepSpec, settings: dict[str, Any], values: Sequence[Any]) -> Iterator[str]:
    """Run a step on decoded samples."""
    ran = dropped = 0
    for number, value in enumerate(values):
        at = f"on trial sample {number}"
        before = _content(value)
        try:
            subject = spec.takes.of(value) if spec.kind == "judge" else value  # type: ignore[attr-defined]
            results = [_result(spec, subject, settings) for _ in range(2)]
        except DataError:
            continue  # a sample the step refuses
        except Exception as error:
            yield f"{at} it raised {type(error).__name__}: {error} (raise DataError for a sample that is bad)"
            continue
        ran += 1
        dropped += isinstance(results[0], Drop)
        if _content(value) != before:
            yield f"{at} it changed its input: work on a copy"
        if _content(results[0]) != _content(results[1]):
            yield f"{at} two runs gave different results: take all randomness from a setting `seed: int`"
        yield from (f"{at} {problem}" for problem in _result_problems(spec, value, results[0]))
    if not ran:
        yield "it refused every trial sample: check_step(…, values=[…]) with samples that it works on"
    elif spec.kind == "judge" and not dropped:
        yield "it dropped no trial sample, so its evidence is not checked: check_step(…, values=[…]) with one it drops"


def _content(value: Any) -> bytes:
    """Return what a value is made of as bytes, without what it keeps for later (fields that are no arguments)."""
    if isinstance(value, list):
        return pickle.dumps([_content(one) for one in value])
    if dataclasses.is_dataclass(value):
        return pickle.dumps([getattr(value, part.name) for part in dataclasses.fields(value) if part.init])
    return pickle.dumps(value)


def _result(spec: StepSpec, subject: Any, settings: dict[str, Any]) -> Any:
    found = spec.function(subject, **settings)
    if spec.kind != "many":
        return found
    several = []
    for one in found:
        several.append(one)
        if len(several) > MANY:
            raise ValueError(f"more than {MANY} samples of one")
    return several


def _result_problems(spec: StepSpec, value: Any, result: Any) -> Iterator[str]:
    if spec.kind in ("filter", "judge"):
        if not isinstance(result, Drop | None):
            yield f"it returned {type(result).__name__}, not Drop or None"
        elif spec.kind == "judge" and result is not None and result.evidence is None:
            yield f"it dropped without evidence: Drop({result.reason!r}, the measured value), so thresholds can change"
        return
    if spec.kind == "facts":
        assert spec.gives is not None
        if not isinstance(result, spec.gives):
            yield f"it returned {type(result).__name__}, not {spec.gives.__name__}"
            return
        hints = typing.get_type_hints(spec.gives)
        for field, fact in result._asdict().items():  # type: ignore[attr-defined]
            if problem := check_value(fact, hints[field]):
                yield f"fact {field!r}: {problem}"
        return
    for one in result if spec.kind == "many" else [result]:
        if isinstance(one, Drop) and spec.kind == "media":
            continue  # only steps that say so may: the catalogue looked at their signature
        if not isinstance(one, type(value)):
            yield f"it returned {type(one).__name__}, not {type(value).__name__}"
            continue
        try:
            encoder = next(found for kind in KNOWN if (found := modality(kind)).type is type(one))
            encoder.decode(encoder.encode(one).data)
        except Exception as error:
            yield f"it returned a {type(one).__name__} that cannot be stored: {type(error).__name__}: {error}"


def table_problems(spec: StepSpec, settings: dict[str, Any], values: Sequence[Any]) -> Iterator[str]:
    """Run a step on a small table, twice and in another order."""
    import daft

    table = trial_table(spec, values)
    seen = []
    for order in (table, table, table.take(list(reversed(range(table.num_rows))))):
        try:
            found = spec.function(daft.from_arrow(order), **settings)
            said = ""
            if spec.finds:
                found, findings = found
                said = json.dumps(findings.as_dict(), sort_keys=True)
            if spec.kind == "measure":
                if not isinstance(found, Findings):
                    yield f"it returned {type(found).__name__}, not Findings"
                    return
                seen.append(json.dumps(found.as_dict(), sort_keys=True))
            else:
                rows = found.to_arrow().sort_by("id").to_pylist()
                seen.append(json.dumps([rows, said], sort_keys=True, default=repr))
        except Exception as error:
            yield f"on a table of {table.num_rows} samples it raised {type(error).__name__}: {error}"
            return
    if seen[0] != seen[1]:
        yield "two runs on one table gave different results: take all randomness from a setting `seed: int`"
    elif seen[0] != seen[2]:
        yield "its result depends on the order of rows: sort by `id` first (datastork.store.columns.take does)"
    if spec.mark.corrects and "corrections" not in json.loads(seen[0])[0][0]:
        yield "it must return a column 'corrections'; see datastork.media.row_table.corrections_of"
    if spec.kind == "table" and [row["id"] for row in json.loads(seen[0])[0]] != sorted(table["id"].to_pylist()):
        yield "it added or removed rows: set rows aside by the column drop_reason, and keep `id` as it is"
