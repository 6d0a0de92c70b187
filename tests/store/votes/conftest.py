"""A store of votes on each database. PostgreSQL is started once, in a folder of its own, and stopped at the end."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from datastork.core.labelling import LabelPlan
from datastork.core.questions import Question
from datastork.core.votes import CastVote
from datastork.store.home import Home
from datastork.store.votes import Item, VoteStore, open_votes

AT = "2026-01-31T08:00:00.000Z"
SAFE = ("-cfsync=off", "-cfull_page_writes=off")  # programs are killed here, machines are not


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return the URL of a PostgreSQL server of these tests."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    programs = found[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="stork-pg-", dir="/tmp"))
    as_user = ["setpriv", "--pdeathsig", "QUIT"]  # it ends with these tests, however they end
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        as_user += ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
        shutil.chown(folder, "postgres", "postgres")
    data = str(folder / "data")
    made = [programs / "initdb", "-D", data, "-A", "trust", "-U", "stork", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run([*as_user, *made], check=True, stdout=subprocess.DEVNULL, cwd="/")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [f"-p{port}", "-clisten_addresses=127.0.0.1", f"-cunix_socket_directories={folder}", *SAFE]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([*as_user, programs / "postgres", "-D", data, *options], stderr=log, cwd="/")
    try:
        ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        deadline = time.monotonic() + 180
        while subprocess.run(ready, check=False).returncode != 0:
            assert server.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, "PostgreSQL does not answer"
            time.sleep(0.05)
        yield f"postgresql://stork@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str | None:
    """Return where votes are kept: None (a file), or a schema of its own in PostgreSQL."""
    if request.param == "sqlite":
        return None
    return f"{request.getfixturevalue('postgres')}?schema=test_{uuid.uuid4().hex[:12]}"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Return an empty dataset."""
    monkeypatch.delenv("DATASTORK_VOTES", raising=False)
    return Home(tmp_path)


@pytest.fixture
def store(home: Home, url: str | None) -> Iterator[VoteStore]:
    """Return an empty store of votes."""
    with open_votes(home, url) as opened:
        yield opened


@pytest.fixture
def vote() -> Callable[..., CastVote]:
    """Return a function that makes votes."""

    def make(sample: str = "s0", annotator: str = "ada", value: object = "dog", **more: object) -> CastVote:
        given = {"question": "label", "uuid": str(uuid.uuid4()), "created_at": AT, **more}
        return CastVote(sample=sample, annotator=annotator, value=value, **given)  # type: ignore[arg-type]

    return make


@pytest.fixture
def plan() -> Callable[..., LabelPlan]:
    """Return a function that makes plans, without gold and repeats unless asked for."""

    def make(**more: object) -> LabelPlan:
        given = {"questions": (Question("label", "choice"),), "gold": 0.0, "repeat": 0.0, **more}
        return LabelPlan(**given)  # type: ignore[arg-type]

    return make


@pytest.fixture
def items() -> Callable[[int], list[Item]]:
    """Return a function that makes items s0, s1, …"""
    return lambda count: [Item(f"s{at}", at, {"modality": "image", "row": at}) for at in range(count)]
