"""Values as TOML text, for recipes that are shown or begun."""

import json
from typing import Any


def toml_value(value: Any) -> str:
    """Return a setting as it would stand in a recipe. Raises TypeError for what TOML cannot say."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml_value(part) for part in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml_value(part)}" for key, part in value.items()) + "}"
    raise TypeError(f"TOML has no word for {value!r}")
