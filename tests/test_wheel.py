"""`pip install datastork` alone: the wheel in an empty environment does a small job with the network off."""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from datastork.media.modality import modality
from datastork.testing.trials import trial_values

ROOT = Path(__file__).parents[1]

RECIPE = """
[dataset]
name    = "three"
license = "CC0-1.0"

[[step]]
use   = "collect.files"
path  = "raw/**"
label = "folder"

[[step]]
use    = "clean.image.resize"
width  = 32
height = 32

[[step]]
use = "clean.near_dup"

[[step]]
use = "label.resolve"

[[step]]
use = "split.random"

[[step]]
use = "measure.summary"

[[publish]]
use = "publish.huggingface"
to  = "published"
"""

# Put first on the path where the kernel does not let us take the network away.
NO_NETWORK = """
import socket

def refuse(*arguments, **settings):
    raise OSError("the network is off in this test")

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
"""

Stork = Callable[..., subprocess.CompletedProcess[str]]


def run(*command: str | Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command; what it said is shown where it fails."""
    ran = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, env=env)
    assert ran.returncode == 0, f"{' '.join(map(str, command))}\n{ran.stdout}\n{ran.stderr}"
    return ran


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the files git would take, so that nothing of this checkout leaks in."""
    place = tmp_path_factory.mktemp("wheel")
    names = run("git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (place / "source" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, place / "source" / name)
    if shutil.which("uv"):
        run("uv", "build", "--quiet", "--wheel", "--out-dir", place, place / "source")
    else:
        run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", place, place / "source")
    [built] = place.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel, and what it needs, into an empty environment."""
    place = tmp_path_factory.mktemp("environment") / "venv"
    if shutil.which("uv"):
        run("uv", "venv", "--quiet", "--python", sys.executable, place)
        run("uv", "pip", "install", "--quiet", "--python", place / "bin" / "python", wheel)
    else:
        run(sys.executable, "-m", "venv", place)
        run(place / "bin" / "python", "-m", "pip", "install", "--quiet", wheel)
    return place


@pytest.fixture(scope="module")
def stork(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Stork:
    """Return a function that runs the installed `stork`, cut off from the network and from everything else."""
    home = tmp_path_factory.mktemp("home")
    env = {
        "PATH": f"{environment / 'bin'}:/usr/bin:/bin",
        "HOME": str(home),
        "PYTHONNOUSERSITE": "1",
        "LANG": "C.UTF-8",
    }
    alone = ["unshare", "--map-root-user", "--net"]
    cut_off = "unshare"
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        alone, cut_off = [], "sitecustomize"
        (home / "sitecustomize.py").write_text(NO_NETWORK)
        env["PYTHONPATH"] = str(home)
    connect = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=5)"
    probe = subprocess.run(
        [*alone, environment / "bin" / "python", "-c", connect], capture_output=True, text=True, check=False, env=env
    )
    assert "unreachable" in probe.stderr or "the network is off" in probe.stderr, f"{cut_off}: the network is still on"
    sys.stdout.write(f"network off by {cut_off}\n")

    def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return run(*alone, environment / "bin" / "stork", *arguments, env=env)

    return command


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a dataset of three pictures."""
    root = tmp_path_factory.mktemp("three")
    for number, value in enumerate(trial_values("image")[:3]):
        place = root / "raw" / "ab"[number % 2] / f"{number}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(modality("image").encode(value).data)
    (root / "stork.toml").write_text(RECIPE)
    return root


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert {name.split("/", 1)[0] for name in names} == {"datastork", "datastork-0.1.0.dist-info"}
    assert "datastork/py.typed" in names
    assert "datastork/publish/templates/card.md.jinja" in names
    assert {"datastork/examples/digits/stork.toml", "datastork/examples/digits/make_digits.py"} <= set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)


@pytest.mark.slow
def test_the_wheel_alone_does_a_small_job_without_network(stork: Stork, dataset: Path) -> None:
    assert "is right" in stork("check", dataset).stdout
    assert "version 1 is new" in stork("build", dataset).stdout

    status = json.loads(stork("status", "--json", dataset).stdout)
    assert status["samples"] == {"total": 3, "kept": 3, "dropped": 0, "quarantined": 0}

    stork("report", dataset)
    assert (dataset / "report.html").stat().st_size > 1000
    assert json.loads((dataset / "report.json").read_text())

    stork("publish", "--in", dataset)
    assert list((dataset / "published" / "data").glob("*.parquet"))


@pytest.mark.slow
def test_a_missing_extra_is_named_with_its_command(environment: Path, tmp_path: Path) -> None:
    ran = subprocess.run(
        [environment / "bin" / "stork", "demo", tmp_path / "demo"], capture_output=True, text=True, check=False
    )

    assert (ran.returncode, ran.stderr) == (2, "stork: stork demo needs scikit-learn: pip install 'datastork[demo]'\n")
    assert not (tmp_path / "demo").exists()


@pytest.mark.slow
def test_the_base_install_is_as_small_as_the_readme_says(environment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [site] = environment.glob("lib/python*/site-packages")
    packages = sorted(path.name for path in site.glob("*.dist-info") if not path.name.startswith("pip-"))
    files = (file for file in site.rglob("*") if file.suffix != ".pyc")  # pip compiles all of it, uv what was used
    size = sum(file.stat().st_size for file in files if file.is_file() and not file.is_symlink())
    megabytes = size / 1e6
    with capsys.disabled():
        sys.stdout.write(f"\nbase install: {len(packages)} packages, {megabytes:.0f} MB\n")

    said = re.search(r"(\d+) packages\D{0,40}?([\d,]+) MB", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert said, f'README.md must say how large the base install is: "{len(packages)} packages, {megabytes:.0f} MB"'
    assert abs(len(packages) - int(said[1])) <= 3, f"README.md says {said[1]} packages"
    assert abs(megabytes / int(said[2].replace(",", "")) - 1) <= 0.1, f"README.md says {said[2]} MB"
