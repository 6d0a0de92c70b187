"""The documentation is true: recipes check, Python runs, commands exist, links lead somewhere, pages are up to date."""

import doctest
import importlib
import re
import runpy
import shlex
import shutil
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from datastork import catalog
from datastork.cli.main import COMMANDS, stork
from datastork.core.errors import RecipeError
from datastork.recipe.check import check
from datastork.testing.trials import trial_values

ROOT = Path(__file__).parents[1]
GENERATED = [ROOT / "docs" / "cli.md", *(ROOT / "docs" / "steps").rglob("*.md")]
PAGES = sorted(
    {ROOT / "README.md", *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")}
)

HEAD = '[dataset]\nname = "part"\nlicense = "CC0-1.0"\n\n'
COLLECT = '[[step]]\nuse = "collect.files"\npath = "raw/**/*"\nlabel = "folder"\n\n'


def name_of(page: Path) -> str:
    """Return the path of a page within the repository."""
    return page.relative_to(ROOT).as_posix()


@dataclass(frozen=True)
class Block:
    """A fenced block of code on a page."""

    page: Path
    line: int
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{name_of(self.page)}:{self.line}"


def blocks(*kinds: str) -> list[Block]:
    """Return the blocks of some kinds. A block that no test can run says why: ```python no-test: needs a cluster."""
    return [block for page in PAGES for block in blocks_of(page) if block.kind in kinds]


def blocks_of(page: Path) -> Iterator[Block]:
    """Yield the blocks of a page."""
    opening = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
    text = page.read_text(encoding="utf-8")
    for match in opening.finditer(text):
        first = match[0].split("\n", 1)[0]
        kind = "untested" if re.search(r"no-test: \w", first) else match[2]
        yield Block(page, text.count("\n", 0, match.start()) + 1, kind, textwrap.dedent(match[3]))


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which examples are run: with pictures in raw/, and two datasets of them."""
    from datastork.media.modality import modality

    for number, value in enumerate(trial_values("image")[:6]):
        place = tmp_path / "raw" / ("robin" if number % 2 else "wren") / f"{number}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(modality("image").encode(value).data)
    for name in ("digits", "garden-birds"):
        shutil.copytree(tmp_path / "raw", tmp_path / name / "raw")
        rest = '[[step]]\nuse = "label.resolve"\n\n[[step]]\nuse = "split.random"\n'
        (tmp_path / name / "stork.toml").write_text(HEAD + COLLECT + rest)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def task_of(text: str) -> str:
    """Return a task whose samples the steps of a recipe work on."""
    kinds = {catalog.find(name).modality for name in re.findall(r'use\s*=\s*"([\w.]+)"', text)} - {None}
    if 'kind = "cells"' in text:
        return "tabular-classification"
    tasks = {None: "image-classification", "text": "text-classification", "row": "tabular-classification"}
    return tasks.get(kinds.pop() if kinds else None, "image-classification")


@pytest.mark.parametrize("block", blocks("toml"), ids=str)
def test_a_recipe_on_a_page_is_right(block: Block, tmp_path: Path) -> None:
    text = block.text
    if "[project" in text or "[build-system]" in text:
        pytest.skip("the pyproject.toml of a plugin")
    if "collect." not in text:
        text = COLLECT + text
    if "[dataset]" not in text:
        text = HEAD.replace("\n", f'\ntask = "{task_of(text)}"\n', 1) + text
    recipe = tmp_path / "stork.toml"
    recipe.write_text(text)
    problems: list[str] = []
    try:
        check(recipe)
    except RecipeError as error:
        problems = [problem for problem in error.problems if "no such file" not in problem]
    assert problems == []


PYTHON = ("python", "pycon")


@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(b.kind in PYTHON for b in blocks_of(page))], ids=name_of
)
def test_python_on_a_page_runs(page: Path, workplace: Path) -> None:
    """Each block is a module that knows what the blocks above it made, as if typed one after another."""
    stem = "page_" + re.sub(r"\W", "_", name_of(page))
    above: list[str] = []
    for block in blocks_of(page):
        if block.kind not in PYTHON:
            continue
        if ">>>" in block.text:
            test = doctest.DocTestParser().get_doctest(block.text, {}, str(block), str(block.page), block.line)
            told: list[str] = []
            doctest.DocTestRunner(verbose=False).run(test, out=told.append)
            assert not told, "".join(told)
            continue
        module = f"{stem}_{block.line}"
        (workplace / f"{module}.py").write_text("".join(f"from {one} import *\n" for one in above) + block.text)
        try:
            importlib.import_module(module)
        except Exception as error:
            error.add_note(f"in the block at {block}")
            raise
        above.append(module)


def commands() -> list[tuple[str, str]]:
    """Return (where, command line) of each `stork` or `make` command in a console block."""
    found = []
    for block in blocks("console", "sh", "bash", "shell"):
        for line in block.text.splitlines():
            line = line.strip().removeprefix("$ ")
            for part in re.split(r"\s{3,}|&&|;", line):
                if re.match(r"(stork|make)\b", part.strip()):
                    found.append((str(block), part.strip()))
    return found


@pytest.mark.parametrize(("where", "line"), commands(), ids=lambda text: text)
def test_a_command_on_a_page_exists(where: str, line: str) -> None:
    tool, *words = shlex.split(line, comments=True)
    if tool == "make":
        targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        assert {word for word in words if "=" not in word} <= set(targets), f"{where}: {line}"
        return
    if not words or words[0].startswith("-"):
        return
    assert words[0] in COMMANDS, f"{where}: there is no command {words[0]!r}"
    command = stork.get_command(click.Context(stork), words[0])
    assert command is not None
    if isinstance(command, click.Group) and words[1:]:
        assert words[1] in command.commands, f"{where}: stork {words[0]} has no command {words[1]!r}"
        command, words = command.commands[words[1]], words[1:]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    given = {word.split("=", 1)[0] for word in words[1:] if re.match(r"--?[a-zA-Z]", word)}
    assert given <= known | {"--help", "-h"}, f"{where}: {line}"


def links() -> list[tuple[str, Path, str]]:
    """Return (page, folder, target) of each link to a file of ours."""
    found = []
    for page in PAGES:
        text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        targets = re.findall(r"\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|(?:src|srcset|href)=\"([^\"]+)\"", text)
        for target in (one or other for one, other in targets):
            if not re.match(r"[a-z]+:", target):
                found.append((name_of(page), page, target))
    return found


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    for _, here, target in (link for link in links() if link[1] == page):
        path, _, anchor = target.partition("#")
        goal = (here.parent / path).resolve() if path else here
        assert goal.exists(), f"{target} leads nowhere"
        if anchor and goal.suffix == ".md":
            assert anchor in anchors(goal), f"{target}: no such heading; there are {sorted(anchors(goal))}"


def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings of a page, as GitHub makes them."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ +(.*?) *#*$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("tool", ["step_pages", "cli_page"])
def test_generated_pages_are_up_to_date(tool: str, capsys: pytest.CaptureFixture[str]) -> None:
    main = runpy.run_path(str(ROOT / "tools" / f"{tool}.py"))["main"]

    assert main(["--check"]) == 0, capsys.readouterr().out


def test_the_pages_that_a_reader_looks_for_are_there() -> None:
    wanted = ["README.md", "CONTRIBUTING.md", "docs/why.md", "docs/glossary.md", "docs/architecture.md", "docs/cli.md"]

    assert [name for name in wanted if not (ROOT / name).is_file()] == []


def test_the_readme_names_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert "make demo" in text
    assert "make test" in text
