"""List the benchmarks with their commands: every file in benchmarks/ that can be run, and what it measures."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]


def benchmarks() -> list[tuple[str, str]]:
    """Return (command, what it measures) for each file with a main part."""
    found = []
    for path in sorted((ROOT / "benchmarks").glob("**/*.py")):
        text = path.read_text(encoding="utf-8")
        if '__name__ == "__main__"' in text:
            what = (ast.get_docstring(ast.parse(text)) or "").split("\n", 1)[0]
            found.append((f".venv/bin/python {path.relative_to(ROOT)}", what))
    return found


if __name__ == "__main__":
    for command, what in benchmarks() or [("no benchmark yet", "")]:
        print(f"{command}\n    {what}")
