"""A few tests that fail are run once more; what fails twice, or with many others, has failed."""

import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[1] / "tools" / "run_tests.py"
ONCE = """
from pathlib import Path

def test_at_the_second_try():
    first = Path("first")
    if not first.exists():
        first.touch()
        raise AssertionError("the first try")
"""
NEVER = "def test_never(): assert False\n"
ALWAYS = "def test_always(): pass\n"
MANY = "".join(f"def test_{number}(): assert False\n" for number in range(4))


def run(folder: Path, text: str) -> "subprocess.CompletedProcess[str]":
    Path(folder, "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    Path(folder, "test_it.py").write_text(text, encoding="utf-8")
    return subprocess.run([sys.executable, str(TOOL)], cwd=folder, capture_output=True, text=True, check=False)


def test_what_passes_alone_passes_and_is_named(tmp_path: Path) -> None:
    ran = run(tmp_path, ONCE + ALWAYS)

    assert ran.returncode == 0
    assert "PASSED ALONE ONLY" in ran.stdout
    assert "test_it.py::test_at_the_second_try" in ran.stdout.partition("PASSED ALONE ONLY")[2]
    assert "1 passed" in ran.stdout


@pytest.mark.parametrize(("text", "runs"), [(NEVER + ALWAYS, 2), (ONCE + NEVER, 2), (ONCE + MANY, 1)])
def test_what_fails_twice_or_with_many_fails(tmp_path: Path, text: str, runs: int) -> None:
    ran = run(tmp_path, text)

    assert ran.returncode == 1
    assert ran.stdout.count("test session starts") == runs
    assert "PASSED ALONE ONLY" not in ran.stdout


def test_where_all_pass_nothing_is_run_again(tmp_path: Path) -> None:
    ran = run(tmp_path, ALWAYS)

    assert ran.returncode == 0
    assert ran.stdout.count("test session starts") == 1
