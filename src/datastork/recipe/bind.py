"""Bind settings to a step's signature: every value checked, every default filled in, every problem named."""

import typing
from typing import Any

import msgspec

from datastork.catalog import StepSpec
from datastork.core.nearest import did_you_mean
from datastork.core.settings import Range


def bind(spec: StepSpec, given: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Return the full settings of a step, and (setting, problem) for each that is wrong.

    The settings come back JSON-like and complete, so that equal work has equal settings; a setting `seed` that is
    not given stays out, the engine gives it.
    """
    problems: list[tuple[str, str]] = []
    known = {setting.name: setting for setting in spec.settings}
    for name in given:
        if name not in known:
            suggestion = did_you_mean(name, [*known, "name", "where", "on_error", "use"])
            problems.append((name, f"unknown setting{suggestion or f'; {spec.name} takes {_list(known)}'}"))
    settings: dict[str, Any] = {}
    for setting in spec.settings:
        if setting.name not in given:
            if setting.name == "seed":
                continue
            if setting.required:
                about = f" ({setting.help})" if setting.help else ""
                problems.append((setting.name, f"missing; it must be {type_words(setting.hint)}{about}"))
            else:
                settings[setting.name] = setting.default
            continue
        value = given[setting.name]
        problem = check_value(value, setting.hint)
        if problem:
            problems.append((setting.name, problem))
        else:
            settings[setting.name] = msgspec.convert(value, _plain(setting.hint))
    return {name: _listed(msgspec.to_builtins(value)) for name, value in settings.items()}, problems


def _listed(value: Any) -> Any:
    """Return a tuple as the list that JSON makes of it, so that settings are equal to what a record says of them."""
    return [_listed(one) for one in value] if isinstance(value, list | tuple) else value


def _list(known: typing.Iterable[str]) -> str:
    names = list(known)
    return ", ".join(names) if names else "no settings"


def check_value(value: Any, hint: Any) -> str:
    """Return what is wrong with `value` for a type hint, with the value given, or an empty text."""
    try:
        converted = msgspec.convert(value, _plain(hint))
    except msgspec.ValidationError:
        choices = _choices(hint)
        wrong = [one for one in value if one not in choices] if isinstance(value, list) else [value]
        suggestion = did_you_mean(wrong[0], choices) if choices and wrong and isinstance(wrong[0], str) else ""
        return f"expected {type_words(hint)}, got {value!r}{suggestion}"
    for bound in _ranges(hint):
        if not isinstance(converted, int | float):
            continue
        low = bound.low is not None and (converted <= bound.low if bound.open_low else converted < bound.low)
        high = bound.high is not None and (converted >= bound.high if bound.open_high else converted > bound.high)
        if low or high or converted != converted:
            return f"must be {bound}, got {value!r}"
    return ""


def _plain(hint: Any) -> Any:
    """Return a hint without our own annotations, which msgspec does not know."""
    if typing.get_origin(hint) is typing.Annotated:
        return _plain(typing.get_args(hint)[0])
    return hint


def _ranges(hint: Any) -> list[Range]:
    if typing.get_origin(hint) is typing.Annotated:
        base, *extras = typing.get_args(hint)
        return [*(extra for extra in extras if isinstance(extra, Range)), *_ranges(base)]
    return [bound for part in typing.get_args(hint) for bound in _ranges(part)]


def _choices(hint: Any) -> list[str]:
    hint = _plain(hint)
    if typing.get_origin(hint) is typing.Literal:
        return [value for value in typing.get_args(hint) if isinstance(value, str)]
    return [choice for part in typing.get_args(hint) for choice in _choices(part)]


WORDS: dict[Any, tuple[str, str]] = {
    str: ("a text", "texts"),
    int: ("a whole number", "whole numbers"),
    float: ("a number", "numbers"),
    bool: ("true or false", "true or false"),
    type(None): ("nothing", "nothing"),
    Any: ("anything", "anything"),
}


def type_words(hint: Any, *, many: bool = False) -> str:
    """Return a type hint in words a person would use ("a number ≥ 0 and ≤ 1", "one of 'pad', 'crop'").

    `many` asks for the plural ("whole numbers").
    """
    if typing.get_origin(hint) is typing.Annotated:
        base, *extras = typing.get_args(hint)
        bounds = [str(extra) for extra in extras if isinstance(extra, Range)]
        return " ".join([type_words(base, many=many), *bounds])
    origin: Any = typing.get_origin(hint)
    parts = typing.get_args(hint)
    if origin is typing.Literal:
        return "one of " + ", ".join(repr(part) for part in parts)
    if origin in (list, tuple, set):
        count = f"{len(parts)} " if origin is tuple and ... not in parts else ""
        return ("lists" if many else "a list") + (f" of {count}{type_words(parts[0], many=True)}" if parts else "")
    if origin is dict or hint is dict:
        return "tables" if many else "a table"
    if parts:
        return " or ".join(type_words(part, many=many) for part in parts if part is not type(None))
    name = getattr(hint, "__name__", str(hint))
    return str(WORDS.get(hint, (name, name))[many])
