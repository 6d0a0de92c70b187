"""Write one page for each step, docs/steps/<path>.md, from its signature and docstring, and the list of all.

python tools/step_pages.py           writes them, and removes pages of steps that are gone
python tools/step_pages.py --check   says which are not up to date, and fails
"""

import doctest
import inspect
import re
import sys
from pathlib import Path
from typing import Any

from datastork import catalog
from datastork.catalog import Setting, StepSpec
from datastork.recipe.bind import bind, type_words
from datastork.recipe.toml import toml_value

ROOT = Path(__file__).parents[1]
STEPS = ROOT / "docs" / "steps"
STAGE_WORDS = {
    "collect": "bring samples in; nothing is read but names, sizes and tables",
    "clean": "set aside what is bad, and mend what can be mended",
    "generate": "make more samples of those there are",
    "label": "turn votes into labels",
    "split": "decide what is for training and what for testing",
    "measure": "say what the dataset is like; nothing is changed",
    "publish": "write a version where others can use it; in `[[publish]]`, run by `stork publish`",
}
# what the pages show in a recipe, in place of the settings without a default and some others
EXAMPLES: dict[str, dict[str, Any]] = {
    "clean.table.active": {"label": "income", "rules": ["age: 0..120"]},
    "clean.table.mlclean": {"label": "income", "protect": ["sex"], "favourable": ">50K"},
    "collect.api": {"url": "https://example.org/api/posts", "items": "results", "text": "body", "id": "id"},
    "collect.archive.posts": {"path": "twitter-2024-05-01.zip", "hashtags": ["birds"], "label": "hashtag"},
    "collect.archive.reddit": {"path": "dumps/RC_2012-*.zst", "subreddits": ["birding", "gardening"], "min_score": 2},
    "collect.feed": {"url": "https://example.org/feed.xml", "label": "category"},
    "collect.files": {"path": "raw/**/*", "label": "folder"},
    "collect.gutenberg": {"path": "books/*.txt", "pieces": "chapters", "label": "author"},
    "collect.hub": {"dataset": "hf:owner/name", "split": "train", "text": "text", "label": "label"},
    "collect.table": {"path": "messages.csv", "text": "message", "label": "kind"},
    "collect.watch": {"path": "inbox/**/*.jpg", "finished": "settled", "settle": 10.0, "label": "folder"},
    "collect.web": {"start": ["https://example.org/"], "depth": 3, "limit": 5000, "label": "section"},
}
WHAT_FOR: dict[str, Any] = {  # values of settings without a default, for all other steps
    "to": "published",
    "width": 224,
    "height": 224,
    "languages": ["en"],
    "against": ["test.jsonl"],
    "characters": 20_000,
    "label": "income",
}


def pages() -> dict[Path, str]:
    """Return the text of every page, by its path."""
    specs = [catalog.find(name) for name in catalog.own_names()]
    return {STEPS / "README.md": _index(specs), **{page_of(spec.name): _page(spec) for spec in specs}}


def page_of(name: str) -> Path:
    """Return where the page of a step lies."""
    return STEPS.joinpath(*name.split(".")).with_suffix(".md")


def _index(specs: list[StepSpec]) -> str:
    parts = ["# Steps\n\nWritten from the code by `make docs`. In the terminal: `stork steps`, `stork steps NAME`.\n"]
    for stage in catalog.STAGES:
        parts.append(
            f"\n## {stage}\n\n{_sentence(STAGE_WORDS[stage])}\n\n| step | works on | what it does |\n|---|---|---|\n"
        )
        for spec in specs:
            if spec.stage == stage:
                link = page_of(spec.name).relative_to(STEPS).as_posix()
                parts.append(f"| [`{spec.name}`]({link}) | {_works_on(spec)} | {_cell(spec.summary)} |\n")
    return "".join(parts)


def _works_on(spec: StepSpec) -> str:
    what = catalog.WORKS_ON[spec.kind]
    return what.replace("one sample", f"one {spec.modality}") if spec.modality else what


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."


def _page(spec: StepSpec) -> str:
    about, example = _prose(inspect.getdoc(spec.function) or "", {one.name for one in spec.settings})
    table = "publish" if spec.kind == "publish" else "step"
    up = "../" * (len(spec.name.split(".")) - 1)
    parts = [
        f"# {spec.name}\n\n{about[0]}\n",
        f"\nWorks on {_works_on(spec)}.\n",
        *(f"\n{paragraph}\n" for paragraph in about[1:]),
        f"\n## In a recipe\n\n```toml\n[[{table}]]\n{_toml(spec)}```\n",
        _settings(spec),
    ]
    if example:
        line = _imports(spec, example)
        parts.append(f"\n## In Python\n\n```python\n>>> {line}\n{example}\n```\n")
    source = f"src/datastork/{spec.name.replace('.', '/')}.py"
    parts.append(f"\n[All steps]({up}README.md) · [source]({up}../../{source})\n")
    return "".join(parts)


def _imports(spec: StepSpec, example: str) -> str:
    """Return the line that imports what an example uses: the step, and the type of its data."""
    names = [spec.takes.__name__] if re.search(rf"\b{spec.takes.__name__}\b", example) else []
    return f"from {spec.function.__module__} import {', '.join([*names, spec.function.__name__])}"


def _prose(document: str, settings: set[str]) -> tuple[list[str], str]:
    """Return the paragraphs of a docstring without the lines about settings, and its examples."""
    examples = doctest.DocTestParser().get_examples(document)
    taken = {line for one in examples for line in range(one.lineno, one.lineno + (one.source + one.want).count("\n"))}
    lines = []
    skipping = -1
    for number, line in enumerate(document.splitlines()):
        indent = len(line) - len(line.lstrip())
        word = re.match(r"\s*`?([a-z_][a-z0-9_]*)`?\s*:\s+\S", line)
        if word and word[1] in settings:
            skipping = indent
        elif number in taken or line.strip() in ("Settings:", "Example:", "Examples:"):
            skipping = -1
        elif not (skipping >= 0 and line.strip() and indent > skipping):
            lines.append(line)
            skipping = -1
    paragraphs = [part.strip("\n") for part in re.split(r"\n\s*\n", "\n".join(lines)) if part.strip()]
    shown = (f">>> {one.source.rstrip().replace(chr(10), chr(10) + '... ')}\n{one.want}" for one in examples)
    return paragraphs, "".join(shown).rstrip()


def _toml(spec: StepSpec) -> str:
    shown = EXAMPLES.get(spec.name) or _shown(spec)
    wrong = bind(spec, shown)[1]
    if wrong:
        raise ValueError(f"the example of {spec.name} is wrong: {wrong}")
    lines = {"use": spec.name} | shown
    width = max(map(len, lines))
    return "".join(f"{name:<{width}} = {toml_value(value)}\n" for name, value in lines.items())


def _shown(spec: StepSpec) -> dict[str, Any]:
    """Return all settings without a default, and some that have one."""
    shown = {one.name: WHAT_FOR.get(one.name) for one in spec.settings if one.required}
    for one in spec.settings:
        if not one.required and one.default is not None and len(shown) < 3 and one.name != "seed":
            shown[one.name] = _listed(one.default)
    return shown


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _settings(spec: StepSpec) -> str:
    if not spec.settings:
        return "\nIt has no settings of its own; `name`, `where` and `on_error` work on every step.\n"
    cells = ((one.name, type_words(one.hint), _default(one), one.help) for one in spec.settings)
    rows = "".join(f"| `{name}` | {_cell(kind)} | {default} | {_cell(text)} |\n" for name, kind, default, text in cells)
    return f"\n## Settings\n\n| setting | type | default | meaning |\n|---|---|---|---|\n{rows}"


def _default(setting: Setting) -> str:
    if setting.required:
        return "must be given"
    if setting.default is None:
        return "none"
    return f"`{_cell(toml_value(setting.default))}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main(arguments: list[str]) -> int:
    """Write the pages, or say which are not up to date."""
    wanted = pages()
    there = {path: path.read_text(encoding="utf-8") for path in STEPS.glob("**/*.md")}
    stale = sorted(path for path in wanted.keys() | there.keys() if wanted.get(path) != there.get(path))
    for path in stale:
        if "--check" in arguments:
            print(f"not up to date: {path.relative_to(ROOT)}; run: make docs")
        elif path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
        else:
            path.unlink()
    if "--check" not in arguments:
        print(f"docs/steps: {len(wanted)} pages, {len(stale)} changed")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
