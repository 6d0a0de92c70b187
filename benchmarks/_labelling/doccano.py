"""doccano: gunicorn and celery with the settings of its own commands, which would listen on all addresses."""

import json
import os
import subprocess
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from _labelling.processes import end, free_port, until

PROJECT = {
    "name": "messages",
    "description": "messages",
    "guideline": "",
    "project_type": "DocumentClassification",
    "resourcetype": "TextClassificationProject",
    "random_order": False,
    "collaborative_annotation": False,
    "single_class_classification": True,
    "is_text_project": True,
    "can_define_label": True,
    "can_define_category": True,
    "can_define_relation": False,
    "can_define_span": False,
    "allow_member_to_create_label_type": False,
    "grapheme_mode": False,
    "use_relation": False,
    "allow_overlapping": False,
    "tags": [],
}
READ = {"format": "JSONL", "task": "DocumentClassification", "column_data": "message", "column_label": "label"}
PASSWORD = "passw0rd-of-bench"


@dataclass
class Annotator:
    """Somebody who labels, by token; the calls are those of its page."""

    url: str
    project: int
    label: int
    token: str

    def client(self) -> httpx.Client:
        """Return a client that is let in."""
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Token {self.token}"}, timeout=600)

    def next(self, client: httpx.Client) -> Any:
        """Return the first sample without an answer of ours, with its labels; or None."""
        base = f"/v1/projects/{self.project}/examples"
        found = client.get(f"{base}?limit=1&offset=0&confirmed=false&q=").raise_for_status().json()["results"]
        if not found:
            return None
        client.get(f"{base}/{found[0]['id']}/categories").raise_for_status()
        return found[0]

    def submit(self, client: httpx.Client, task: Any) -> None:
        """Set the label, and that we are done with the sample."""
        base = f"/v1/projects/{self.project}/examples/{task['id']}"
        client.post(f"{base}/categories", json={"label": self.label}).raise_for_status()
        client.post(f"{base}/states", json={}).raise_for_status()


class Doccano:
    """doccano in an environment of its own, with SQLite."""

    name = "doccano"

    def __init__(self, place: Path, data: Path) -> None:
        self.place, self.data, self.port = place, data, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.base = next(place.glob("lib/python3*/site-packages/backend"))
        data.mkdir(parents=True)
        self.environment = {
            **os.environ,
            "DOCCANO_HOME": str(data),
            "STANDALONE": "True",
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "DATABASE_URL": f"sqlite:///{data}/db.sqlite3",
            "MEDIA_ROOT": str(data / "media"),
        }
        self.processes: list[subprocess.Popen[str]] = []
        self.project = self.label = 0
        self.owner = httpx.Client(base_url=self.url, timeout=600)

    @property
    def roots(self) -> list[int]:
        """gunicorn and celery."""
        return [one.pid for one in self.processes]

    def start(self) -> None:
        """Start both; at first make the database and the owner."""
        if not (self.data / "db.sqlite3").exists():
            for command in (["init"], ["createuser", "--username", "owner", "--password", PASSWORD]):
                self._run(["doccano", *command]).wait()
        workers = 2 * (os.cpu_count() or 1) + 1
        self.processes = [
            self._run(["gunicorn", "-b", f"127.0.0.1:{self.port}", "-w", str(workers), "config.wsgi"]),
            self._run(["celery", "--app=config", "worker", "--loglevel=info", "--concurrency=2"]),
        ]

        def answers() -> bool:
            try:
                return self.owner.get("/v1/health/").status_code in (200, 500)  # 500: no mail, no disk to spare …
            except httpx.TransportError:
                return False

        until(answers, 300)

    def fill(self, texts: Path) -> None:
        """Make a project and upload the texts, as its page does."""
        self.owner.headers["Authorization"] = f"Token {self._login('owner')}"
        self.project = self._post("/v1/projects", PROJECT)["id"]
        base = f"/v1/projects/{self.project}"
        colours = {"prefixKey": None, "backgroundColor": "#00aa00", "textColor": "#ffffff"}
        for name in ("ham", "spam"):
            made = self._post(f"{base}/category-types", {"text": name, "suffixKey": name[0], **colours})
            self.label = self.label or made["id"]
        lines = (json.dumps({**json.loads(line), "label": []}) for line in texts.open())  # it wants the column
        files = {"filepond": ("texts.jsonl", "\n".join(lines).encode(), "application/octet-stream")}
        data = {"filepond": "{}"}
        uploaded = self.owner.post("/v1/fp/process/", data=data, files=files).raise_for_status().text.strip('"')
        self._wait(self._post(f"{base}/upload", {**READ, "uploadIds": [uploaded], "encoding": "utf_8"})["task_id"])

    def people(self, names: list[str]) -> list[Any]:
        """Make accounts, and members of the project of them."""
        role = next(one["id"] for one in self.owner.get("/v1/roles").json() if one["name"] == "annotator")
        found = []
        for name in names:
            self._post("/v1/users/create", {"username": name, "password1": PASSWORD, "password2": PASSWORD})
            user = next(one["id"] for one in self.owner.get(f"/v1/users?q={name}").json() if one["username"] == name)
            self._post(f"/v1/projects/{self.project}/members", {"user": user, "role": role})
            found.append(Annotator(self.url, self.project, self.label, self._login(name)))
        return found

    def export(self, to: Path) -> int:
        """Export all samples as JSON lines; there is a file for each person."""
        base = f"/v1/projects/{self.project}/download"
        task = self._post(base, {"format": "JSONL", "exportApproved": False})["task_id"]
        self._wait(task)
        to.write_bytes(self.owner.get(f"{base}?taskId={task}").raise_for_status().content)
        with zipfile.ZipFile(to) as packed:
            return sum(len(packed.read(name).splitlines()) for name in packed.namelist())

    def stop(self) -> None:
        """End both."""
        for one in self.processes:
            end(one)
        self.processes = []

    def _run(self, command: list[str]) -> "subprocess.Popen[str]":
        program, *more = command
        with (self.data / "log").open("a") as log:
            return subprocess.Popen(
                [str(self.place / "bin" / program), *more],
                env=self.environment, cwd=self.base, stdout=log, stderr=log, text=True,
            )  # fmt: skip

    def _login(self, name: str) -> str:
        form = {"username": name, "password": PASSWORD}  # not by the owner's client, which would keep the session
        return str(httpx.post(f"{self.url}/v1/auth/login/", json=form).raise_for_status().json()["key"])

    def _post(self, path: str, body: Any) -> Any:
        answer = self.owner.post(path, json=body)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text[:300]}"
        return answer.json()

    def _wait(self, task: str) -> None:
        while not (told := self.owner.get(f"/v1/tasks/status/{task}").json()).get("ready"):
            time.sleep(0.1)
        result = told.get("result") or {}
        assert not (isinstance(result, dict) and result.get("error")), json.dumps(told)[:300]
