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
from contextlib import closing
from pathlib import Path

import pytest
from pg8000.core import CoreConnection
from sqlalchemy.engine import make_url

from datastork.app.security.certificate import certificate
from datastork.core.labelling import LabelPlan
from datastork.core.questions import Question
from datastork.core.votes import CastVote
from datastork.store.home import Home
from datastork.store.votes import Item, VoteStore, open_votes

AT = "2026-01-31T08:00:00.000Z"
SAFE = ("-cfsync=off", "-cfull_page_writes=off")  # programs are killed here, machines are not
PORTS = 5  # tried one after the other: somebody else may take one before the server does


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
    server: subprocess.Popen[bytes] | None = None
    try:
        for _ in range(PORTS):
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            options = [f"-p{port}", "-clisten_addresses=127.0.0.1", f"-cunix_socket_directories={folder}", *SAFE]
            with (folder / "log").open("wb") as log:
                server = subprocess.Popen([*as_user, programs / "postgres", "-D", data, *options], stderr=log, cwd="/")
            if _answers(server, [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]):
                break
        else:
            pytest.fail((folder / "log").read_text())
        yield f"postgresql://stork@127.0.0.1:{port}/postgres"
    finally:
        if server is not None:
            server.send_signal(signal.SIGQUIT)
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _answers(server: "subprocess.Popen[bytes]", ready: list[Path | str]) -> bool:
    """Wait until a server answers; return False where it ends instead."""
    deadline = time.monotonic() + 180
    while subprocess.run(ready, check=False).returncode != 0:
        if server.poll() is not None:
            return False
        assert time.monotonic() < deadline, "PostgreSQL does not answer"
        time.sleep(0.05)
    return server.poll() is None  # and it is not somebody else's server


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a certificate that signed itself, for "localhost" and no other name, and its key."""
    return certificate(tmp_path_factory.mktemp("tls") / "server.pem", ["localhost"])[0]


@pytest.fixture
def encrypted(postgres: str, authority: Path) -> Iterator[str]:
    """Return the URL of that server by the name "localhost", while it offers encryption with that certificate."""
    port = make_url(postgres).port
    with closing(CoreConnection("stork", host="127.0.0.1", port=port, database="postgres")) as owner:

        def put(command: str, now: str) -> None:
            owner.execute_simple(command)
            owner.execute_simple("SELECT pg_reload_conf()")
            deadline = time.monotonic() + 60
            while owner.execute_simple("SHOW ssl").rows != [[now]]:
                assert time.monotonic() < deadline, f"ssl is not {now}"
                time.sleep(0.01)

        ((folder,),) = owner.execute_simple("SHOW data_directory").rows
        held = Path(folder) / "server.pem"
        shutil.copy(authority, held)
        held.chmod(0o600)
        shutil.chown(held, Path(folder).stat().st_uid, Path(folder).stat().st_gid)
        for name in ("cert", "key"):
            owner.execute_simple(f"ALTER SYSTEM SET ssl_{name}_file = 'server.pem'")
        put("ALTER SYSTEM SET ssl = on", "on")
        try:
            yield f"postgresql://stork@localhost:{port}/postgres"
        finally:
            put("ALTER SYSTEM SET ssl = off", "off")


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
