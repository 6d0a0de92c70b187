"""The shape of the house: small files, small folders, names that mean something, light imports, quick commands."""

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import click
import pytest

from datastork import catalog
from datastork.cli.main import COMMANDS, stork
from datastork.testing import HEAVY

ROOT = Path(__file__).parents[1]
MODULES = sorted(path.relative_to(ROOT) for top in ("src", "examples", "tools") for path in (ROOT / top).rglob("*.py"))
FOLDERS = sorted({path.parent for path in MODULES if path.is_relative_to("src")})
TESTS = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests").rglob("test_*.py"))}

MOST_LINES, MOST_MODULES, MOST_OF_A_LIST = 300, 15, 24
HELP_SECONDS, CHECK_SECONDS = 0.150, 0.300  # of CPU, where Python itself starts in BARE_SECONDS
BARE_SECONDS = 0.012  # a slower machine, or one with other work, has as much more
TRIES = 4

RECIPE = """
[dataset]
name    = "photos"
license = "CC-BY-4.0"

[[step]]
use   = "collect.files"
path  = "raw/**"
label = "folder"

[[step]]
use = "clean.image.blurry"

[[step]]
use = "clean.near_dup"

[[step]]
use = "label.resolve"

[[step]]
use = "split.grouped"

[[publish]]
use = "publish.folder"
to  = "published"
"""


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_file_is_short(path: Path) -> None:
    lines = len((ROOT / path).read_text(encoding="utf-8").splitlines())

    assert lines <= MOST_LINES, f"{path} has {lines} lines; one file, one idea: divide it"


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_a_folder_holds_few_modules(folder: Path) -> None:
    modules = [path.name for path in (ROOT / folder).glob("*.py") if path.name != "__init__.py"]
    listed = {name.rpartition(".")[0] for name in catalog.own_names()} | {"cli.commands"}
    of_a_list = ".".join(folder.parts[2:]) in listed  # steps and commands: a path is a name, and the list is the point
    most = MOST_OF_A_LIST if of_a_list else MOST_MODULES

    assert len(modules) <= most, f"{folder} holds {len(modules)} modules; group some in a folder"


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_name_says_what_is_inside(path: Path) -> None:
    words = {"util", "utils", "helper", "helpers", "common", "misc", "stuff"}

    assert words.isdisjoint(re.split(r"[/_.]", path.as_posix())), f"{path}: name the idea, or put it with its one user"


@pytest.mark.parametrize("name", catalog.own_names())
def test_a_step_has_a_page(name: str) -> None:
    page = ROOT.joinpath("docs", "steps", *name.split(".")).with_suffix(".md")

    assert page.is_file(), f"no {page.relative_to(ROOT)}; run: make docs"


@pytest.mark.parametrize("name", catalog.own_names())
def test_a_step_has_a_test_of_its_own(name: str) -> None:
    stage = ROOT / "tests" / name.split(".", 1)[0]
    imported = rf"from datastork\.{re.escape(name)} import|datastork\.{re.escape(name)}\b|[\"']{re.escape(name)}[\"']"
    together = rf"from datastork\.{re.escape(name.rpartition('.')[0])} import .*\b{name.rpartition('.')[2]}\b"
    found = [
        path for path, text in TESTS.items() if path.is_relative_to(stage) and re.search(f"{imported}|{together}", text)
    ]

    assert found, f"no file below tests/{stage.name}/ tests {name}"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_has_a_module_and_stands_in_the_reference(command: str) -> None:
    found = stork.get_command(click.Context(stork), command)

    assert found is not None, f"stork --help shows {command!r}, and there is no such command"
    assert f"\n## stork {command}\n" in (ROOT / "docs" / "cli.md").read_text(encoding="utf-8"), "run: make docs"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a dataset with a recipe and no samples."""
    root = tmp_path_factory.mktemp("dataset")
    (root / "raw").mkdir()
    (root / "stork.toml").write_text(RECIPE)
    return root


STORK = "import sys; from datastork.cli.main import main; sys.argv[0] = 'stork'; main()"
LOADED = f"print('loaded:', *sorted(name for name in {HEAVY!r} if name in sys.modules))"


def run(code: str, *arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run Python code in a process of its own."""
    ran = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False, env=env)
    assert ran.returncode == 0, ran.stderr
    return ran


def test_importing_datastork_loads_nothing_heavy() -> None:
    ran = run(f"import sys, datastork; {LOADED}")

    assert ran.stdout == "loaded:\n"


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["check", "DATASET"], ["steps"], ["build", "--help"]], ids=" ".join
)
def test_a_light_command_loads_nothing_heavy(arguments: list[str], dataset: Path) -> None:
    given = [str(dataset) if one == "DATASET" else one for one in arguments]
    ran = run(f"import sys, atexit; atexit.register(lambda: {LOADED}); {STORK}", *given)

    assert ran.stdout.splitlines()[-1] == "loaded:"


def test_importing_every_step_loads_nothing_heavy() -> None:
    ran = run(f"import sys; from datastork import catalog; [catalog.find(n) for n in catalog.own_names()]; {LOADED}")

    assert ran.stdout == "loaded:\n"


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return an environment in which Python keeps what it compiles, as it does for users."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": os.fspath(tmp_path_factory.mktemp("bytecode"))}


def cpu_seconds(code: str, *arguments: str, env: dict[str, str]) -> float:
    """Return the CPU time, user and system, of a run of Python."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(code, *arguments, env=env)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def is_within(seconds: float, env: dict[str, str], *arguments: str) -> None:
    """Fail where `stork` takes more CPU time, at its best, than a machine like this one gives it."""
    spent, bare = [], []
    for _ in range(5 * TRIES):
        spent.append(cpu_seconds(STORK, *arguments, env=env))
        bare.append(cpu_seconds("pass", env=env))
    most = seconds * max(1.0, min(bare) / BARE_SECONDS)
    told = f"stork {arguments[0]} took {1000 * min(spent):.0f} ms of CPU, Python alone {1000 * min(bare):.0f} ms"
    assert min(spent) <= most, told


def test_help_is_quick(compiled: dict[str, str]) -> None:
    is_within(HELP_SECONDS, compiled, "--help")


def test_check_is_quick(compiled: dict[str, str], dataset: Path) -> None:
    is_within(CHECK_SECONDS, compiled, "check", os.fspath(dataset))
