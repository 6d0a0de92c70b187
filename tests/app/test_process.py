"""The app as a process: it starts light, ends clean, keeps its port, and loses no vote to kill -9."""

import os
import random
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.app.conftest import Served, images, texts
from tests.app.desk import new_uuid, submission
from tests.engine.conftest import write_picture

from datastork.app.serve import listen
from datastork.core.errors import StoreError
from datastork.dataset import open as open_dataset
from datastork.store.home import Home
from datastork.store.votes import open_votes

Serve = Callable[..., Served]
KILLS = 5
MEMORY = 80_000_000


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a dataset of texts; each test may label in it."""
    label = "\n[label]\ngold = 0.0\nrepeat = 0.0\noverlap = 50\n"
    return texts(tmp_path_factory.mktemp("process") / "messages", [f"message {n}" for n in range(400)], label=label)


def until(what: Callable[[], Any], seconds: float = 180.0) -> Any:
    """Ask until the answer is true."""
    deadline = time.monotonic() + seconds
    while True:
        found = what()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {seconds:g} s"
        time.sleep(0.02)


def first_task(client: httpx.Client) -> Any:
    return until(lambda: client.post("/api/next", json={"count": 1}).json()["tasks"])[0]


def resident(pid: int) -> int:
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return int(next(line for line in file if line.startswith("VmRSS")).split()[1]) * 1024


def test_from_the_link_to_a_vote_and_a_clean_end(messages: Path, serve: Serve) -> None:
    served = serve(messages)
    with closing(served.owner()) as owner, closing(served.person(owner, "first ada")) as ada:
        task = first_task(ada)
        assert task["media"]["text"].startswith("message")
        saved = ada.post("/api/votes", json={"submissions": [submission(task["item"], "ham")]}).json()
        assert len(saved["saved"]) == 1
        assert owner.get("/api/owner/progress").json()["answers"] >= 1
    assert resident(served.pid) < MEMORY
    began = time.monotonic()
    assert served.stop(signal.SIGINT) == 0
    assert time.monotonic() - began < 20  # ten times what it takes
    with open_votes(Home(messages)) as store:
        assert [vote.value for vote in store.read.current(annotator="first ada")] == ["ham"]
        assert store.audit() == []


def test_the_light_process_loads_nothing_heavy(messages: Path, serve: Serve) -> None:
    served = serve(messages)
    with closing(served.owner()) as owner:
        first_task(owner)
        owner.get("/api/owner/agreement")
        with open(f"/proc/{served.pid}/maps", encoding="utf-8", errors="replace") as file:
            mapped = file.read()
    for name in ("/numpy/", "/pyarrow/", "/lance/", "/cv2/", "/daft/", "/scipy/"):
        assert name not in mapped, name


def test_its_helpers_end_with_it(messages: Path, serve: Serve) -> None:
    served = serve(messages)
    with closing(served.owner()) as owner:
        first_task(owner)
        owner.get("/api/owner/agreement")

    def children() -> list[int]:
        found = []
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    with open(f"/proc/{entry}/cmdline", "rb") as file:
                        command = file.read()
                except OSError:
                    continue
                if b"datastork.app.aside" in command and str(messages).encode() in command:
                    found.append(int(entry))
        return found

    assert children()
    served.stop(signal.SIGKILL)
    until(lambda: not children())


def test_port_and_session_survive_so_that_unsent_answers_find_the_way(messages: Path, serve: Serve) -> None:
    first = serve(messages)
    with closing(first.owner()) as owner:
        name = owner.get("/api/me").json()["annotator"]
        first.stop(signal.SIGKILL)
        with open_votes(Home(messages)) as store:
            assert first.url.endswith(f":{store.settings.get('port')}")
        again = serve(messages, "--port", first.url.rpartition(":")[2])
        assert again.url == first.url
        assert owner.get("/api/me").json()["annotator"] == name


def test_the_port_of_the_last_time_is_taken_if_it_is_free() -> None:
    with closing(listen(0, before=None, lan=False)) as first:
        port = first.getsockname()[1]
        with closing(listen(None, before=port, lan=False)) as other:
            assert other.getsockname()[1] != port
        with pytest.raises(StoreError, match=f"cannot listen on port {port}"):
            listen(port, before=None, lan=False)
    with closing(listen(None, before=port, lan=False)) as again:
        assert again.getsockname() == ("127.0.0.1", port)
        assert again.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_https_with_a_certificate_of_its_own(messages: Path, serve: Serve) -> None:
    served = serve(messages, "--https")
    assert served.url.startswith("https://127.0.0.1:")
    assert served.told["fingerprint"].count(":") == 31
    pem = messages / ".stork" / "https.pem"
    assert pem.stat().st_mode & 0o777 == 0o600
    import ssl

    trusting = ssl.create_default_context(cafile=str(pem))
    with httpx.Client(base_url=served.url, headers={"X-Stork": "1"}, verify=trusting, timeout=120) as client:
        entered = client.get(served.link)
        assert entered.headers["set-cookie"].startswith("__Host-stork-")
        assert "Secure" in entered.headers["set-cookie"]
        assert client.get("/api/me").json()["role"] == "owner"


def test_no_token_is_ever_written_down(messages: Path, serve: Serve) -> None:
    served = serve(messages)
    token = served.link.rpartition("/")[2]
    served.owner().close()
    served.stop()
    for path in (messages / ".stork").rglob("*"):
        if path.is_file() and path.stat().st_size < 50_000_000:
            assert token.encode() not in path.read_bytes(), path


def test_a_new_version_brings_new_samples_while_it_runs(tmp_path: Path, serve: Serve) -> None:
    root = images(tmp_path / "pets", 3)
    served = serve(root)
    with closing(served.owner()) as owner:

        def total() -> int:
            found: int = owner.post("/api/next", json={"count": 0}).json()["left"]["total"]
            return found

        until(lambda: total() == 3)
        write_picture(root / "raw" / "cat" / "new.png", 99)
        open_dataset(root).build(workers=1)
        until(lambda: total() == 4)


class Storm:
    """Annotators who answer as fast as they can, send again what was not acknowledged, and note what was."""

    def __init__(self, served: Served, names: list[str], owner: httpx.Client) -> None:
        self.acknowledged: set[str] = set()
        self.sent: set[str] = set()
        self.over = threading.Event()
        self.clients = [served.person(owner, name) for name in names]
        self.threads = [threading.Thread(target=self._work, args=(client,)) for client in self.clients]

    def __enter__(self) -> "Storm":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(60)
        for client in self.clients:
            client.close()

    def _work(self, client: httpx.Client) -> None:
        waiting: dict[str, Any] | None = None
        while not self.over.is_set():
            try:
                if waiting is None:
                    tasks = client.post("/api/next", json={"count": 1}).json()["tasks"]
                    if not tasks:
                        return
                    waiting = submission(tasks[0]["item"], "spam", uuid=new_uuid())
                self.sent.add(waiting["uuid"])
                told = client.post("/api/votes", json={"submissions": [waiting]}).json()
                assert told["saved"] + told["known"] == [waiting["uuid"]], told
                self.acknowledged.add(waiting["uuid"])
                waiting = None
            except httpx.TransportError:  # it was killed; the answer waits, as it does in a browser
                self.over.wait(0.02)


def test_no_acknowledged_vote_is_missing_after_kill_9(messages: Path, serve: Serve) -> None:
    served = serve(messages)
    port = served.url.rpartition(":")[2]
    with closing(served.owner()) as owner:
        first_task(owner)
        chance = random.Random(4)
        with Storm(served, [f"storm {number}" for number in range(3)], owner) as storm:
            for _ in range(KILLS):
                before = len(storm.acknowledged)
                until(lambda before=before: len(storm.acknowledged) > before + 3)
                time.sleep(chance.uniform(0, 0.05))
                served.stop(signal.SIGKILL)
                served = serve(messages, "--port", port)
            before = len(storm.acknowledged)
            until(lambda: len(storm.acknowledged) > before + 3)
    served.stop()
    with sqlite3.connect(Home(messages).votes) as database:
        uuids = [row[0] for row in database.execute("SELECT uuid FROM votes WHERE annotator LIKE 'storm %'")]
    database.close()
    there = {uuid.partition(":")[0] for uuid in uuids}
    assert len(uuids) == len(there), "a vote is there twice"
    assert storm.acknowledged <= there, "an acknowledged vote is missing"
    assert there <= storm.sent
    with open_votes(Home(messages)) as store:
        assert store.audit() == []


def test_a_dataset_may_begin_with_recordings(tmp_path: Path, serve: Serve) -> None:
    (tmp_path / "stork.toml").write_text(
        '[dataset]\nname = "mine"\ntask = "image-classification"\nlicense = "CC0-1.0"\nlabels = ["cat"]\n\n'
        '[[step]]\nuse = "collect.captured"\n',
        encoding="utf-8",
    )
    served = serve(tmp_path)
    owner = served.owner()
    assert owner.get("/capture").status_code == 200
    assert owner.get("/api/capture").json()["prompts"][0]["class"] == "cat"
    owner.close()
    assert served.stop() == 0
