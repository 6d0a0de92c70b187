"""Label Studio, started as its documentation says, with people who signed up and have sessions."""

import json
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from _labelling.processes import end, free_port, until

CONFIG = (
    '<View><Text name="text" value="$message"/><Choices name="label" toName="text" choice="single">'
    '<Choice value="ham"/><Choice value="spam"/></Choices></View>'
)
TOKEN = "abcdef0123456789abcdef0123456789abcdef01"
QUIET = {
    "COLLECT_ANALYTICS": "false",
    "LATEST_VERSION_CHECK": "false",
    "SENTRY_DSN": "",
    "FRONTEND_SENTRY_DSN": "",
    "LABEL_STUDIO_HOST": "",
    "LABEL_STUDIO_USERNAME": "owner@example.com",
    "LABEL_STUDIO_PASSWORD": "passw0rd123",
    "LABEL_STUDIO_USER_TOKEN": TOKEN,
    "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
}
BATCH = 5000  # tasks in one request of an import


@dataclass
class Annotator:
    """Somebody who labels, with a session."""

    url: str
    project: int
    cookies: dict[str, str]

    def client(self) -> httpx.Client:
        """Return a client with the session."""
        headers = {"X-CSRFToken": self.cookies.get("csrftoken", ""), "Referer": self.url}
        return httpx.Client(base_url=self.url, headers=headers, cookies=self.cookies, timeout=600)

    def next(self, client: httpx.Client) -> Any:
        """Return a task, or None."""
        answer = client.get(f"/api/projects/{self.project}/next")
        return None if answer.status_code == 404 else answer.raise_for_status().json()

    def submit(self, client: httpx.Client, task: Any) -> None:
        """Answer a task."""
        choice = {"from_name": "label", "to_name": "text", "type": "choices", "value": {"choices": ["ham"]}}
        path = f"/api/tasks/{task['id']}/annotations/?project={self.project}"
        client.post(path, json={"result": [choice], "lead_time": 2.0}).raise_for_status()


class LabelStudio:
    """Label Studio in an environment of its own, with SQLite (what it takes where nothing is said) or PostgreSQL."""

    def __init__(
        self,
        place: Path,
        data: Path,
        template: Path | None = None,
        postgres: int | None = None,
        others: list[int] | None = None,
    ) -> None:
        self.name = "Label Studio, PostgreSQL" if postgres else "Label Studio"
        self.place, self.data, self.others = place, data, others or []
        self.port, self.project = free_port(), 0
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[str] | None = None
        self.template = None if postgres else template
        if self.template and self.template.exists():
            shutil.copytree(self.template, data)
        data.mkdir(parents=True, exist_ok=True)
        self.environment = {**os.environ, **QUIET, "LABEL_STUDIO_BASE_DATA_DIR": str(data)}
        if postgres:
            database = {"USER": "bench", "PASSWORD": "", "NAME": "postgres", "HOST": "127.0.0.1", "PORT": str(postgres)}
            self.environment |= {"DJANGO_DB": "default", **{f"POSTGRE_{k}": v for k, v in database.items()}}
        self.owner = httpx.Client(base_url=self.url, headers={"Authorization": f"Token {TOKEN}"}, timeout=1200)

    @property
    def roots(self) -> list[int]:
        """The server and its database."""
        return [*self.others, *([self.process.pid] if self.process else [])]

    def start(self) -> None:
        """Start the server; returns once it answers."""
        command = [str(self.place / "bin" / "label-studio"), "start", "--no-browser", "--internal-host", "127.0.0.1"]
        with (self.data / "log").open("a") as log:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port), "--log-level", "WARNING"],
                env=self.environment, cwd=self.data, stdout=log, stderr=log, text=True,
            )  # fmt: skip

        def answers() -> bool:
            try:
                return self.owner.get("/health").status_code == 200
            except httpx.TransportError:
                return False

        until(answers, 600)
        if self.template and not self.template.exists():  # as it is after its migrations, for the next time
            end(self.process)
            shutil.copytree(self.data, self.template)
            self.start()

    def fill(self, texts: Path) -> None:
        """Import the texts by the HTTP API."""
        asked = {"title": "messages", "label_config": CONFIG, "sampling": "Sequential sampling"}
        self.project = self.owner.post("/api/projects/", json=asked).raise_for_status().json()["id"]
        tasks = [json.loads(line) for line in texts.open()]
        for start in range(0, len(tasks), BATCH):
            path = f"/api/projects/{self.project}/import"
            self.owner.post(path, json=tasks[start : start + BATCH]).raise_for_status()

    def people(self, names: list[str]) -> list[Any]:
        """Let annotators sign up."""
        found = []
        for name in names:
            with httpx.Client(base_url=self.url, headers={"Referer": self.url}, timeout=600) as client:
                client.get("/user/signup/").raise_for_status()
                form = {"email": f"{name}@example.com", "password": "passw0rd123", "allow_newsletters": ""}
                form["csrfmiddlewaretoken"] = client.cookies.get("csrftoken") or ""
                client.post("/user/signup/", data=form)
                assert client.get("/api/current-user/whoami").status_code == 200
                found.append(Annotator(self.url, self.project, dict(client.cookies)))
        return found

    def export(self, to: Path) -> int:
        """Export all tasks as JSON, by the HTTP API."""
        path = f"/api/projects/{self.project}/export?exportType=JSON&download_all_tasks=true"
        with self.owner.stream("GET", path) as answer, to.open("wb") as file:
            answer.raise_for_status()
            for part in answer.iter_bytes():
                file.write(part)
        return len(json.loads(to.read_bytes()))

    def stop(self) -> None:
        """End it."""
        if self.process is not None:
            end(self.process)
            self.process = None
            time.sleep(0.5)
