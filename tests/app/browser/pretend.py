"""A server that speaks the API of the app from memory, and fails when told to, as a real one does not at will."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from tests.app.ports import bound

import datastork.app

STATIC = Path(datastork.app.__file__).parent / "static"
KINDS = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; font-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
BUILD = "pretended"


def classes(*names: str, **guides: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"id": name, "name": name, "parents": [], **guides.get(name, {})} for name in names]


def question(kind: str, **settings: Any) -> dict[str, Any]:
    return {
        "name": "label", "kind": kind, "ask": "What is it?", "classes": [], "multiple": False, "low": 1, "high": 5,
        "points": [], "links": [], "required": True, "when": {}, "version": 1, **settings,
    }  # fmt: skip


class Pretend:
    """What the server knows, and what is wrong with it."""

    def __init__(self, questions: list[dict[str, Any]], tasks: list[dict[str, Any]], **plan: Any) -> None:
        self.plan = {
            "questions": questions,
            "also_ask": [],
            "skips": ["broken", "unclear"],
            "instructions": "",
            "blind": True,
            "pilot": None,
            "guideline_version": 1,
            "hold": 60,  # ms before an answer is sent; a second where nothing is said
            **plan,
        }
        self.tasks = {
            task["item"]: {"sample": task["item"], "repeat": 0, "suggestions": {}, "comments": 0, "draft": None, **task}
            for task in tasks
        }
        self.order = list(self.tasks)
        self.media: dict[str, tuple[bytes, str]] = {}
        self.votes: dict[str, dict[str, Any]] = {}  # by uuid, in order
        self.taken_back: dict[str, str] = {}
        self.comments: dict[str, dict[str, Any]] = {}
        self.drafts: dict[str, Any] = {}
        self.requests: list[str] = []
        self.given: list[str] = []  # items given out, in order
        self.sent: list[str] = []  # uuids as they arrived, repeated ones too
        self.gold: dict[str, Any] = {}
        self.classes: list[dict[str, Any]] = []
        self.signed_out = False
        self.annotator = "anna"
        self.gate: tuple[int, bytes] | None = None  # something on the way answers in our place
        self.refuses: Callable[[dict[str, Any]], list[str]] = lambda submission: []
        self.fails: Callable[[str], int] = lambda path: 0  # status by path
        self.rejects: Callable[[list[dict[str, Any]]], int] = lambda submissions: 0  # status of a whole request
        self.swallow = False  # votes are taken, the answer is not sent: the connection breaks
        self.lock = threading.Lock()

    @property
    def answered(self) -> dict[str, Any]:
        """The current answers: item → value of the main question, or the reason of a skip."""
        gone = set(self.taken_back.values()) | {one["replaces"] for one in self.votes.values()}
        main = self.plan["questions"][0]["name"]
        return {
            one["item"]: one["skipped"] or one["answers"].get(main, {}).get("value")
            for one in self.votes.values()
            if one["uuid"] not in gone
        }  # fmt: skip

    def left(self) -> dict[str, int]:
        mine = len(self.answered)
        return {"todo": len(self.tasks) - mine, "mine": mine, "total": len(self.tasks), "done": mine}

    def task(self, item: str) -> dict[str, Any]:
        until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 600))
        return {**self.tasks[item], "lease": until}

    async def page(self, request: Request) -> Response:
        name = {"/": "label.html", "/sw.js": "sw.js"}.get(
            request.url.path, request.path_params.get("name", "join.html")
        )
        name = name.removeprefix(f"{BUILD}/")
        path = STATIC / name
        if request.url.path in ("/icon.svg", "/manifest.webmanifest"):
            path = STATIC / request.url.path[1:]
        if not path.is_file():
            return Response("nothing here", 404)
        data = path.read_bytes()
        if path.suffix == ".html" or name == "sw.js":
            data = data.replace(b"/static/", f"/static/{BUILD}/".encode()).replace(b"BUILD_HASH", BUILD.encode())
        return Response(data, media_type=KINDS[path.suffix])

    async def api(self, request: Request) -> Response:
        path = request.url.path
        self.requests.append(f"{request.method} {path}")
        if self.gate:
            return Response(self.gate[1], self.gate[0], media_type="text/html")
        if status := self.fails(path):
            return JSONResponse({"error": "told to fail", "hint": ""}, status)
        if self.signed_out and path != "/api/files":
            return JSONResponse({"error": "your session has ended", "hint": "open your link again"}, 401)
        if request.method != "GET" and request.headers.get("x-stork") != "1":
            return JSONResponse({"error": "the header X-Stork is missing", "hint": ""}, 403)
        if request.headers.get("x-stork-as", self.annotator) != self.annotator:
            return JSONResponse({"error": "somebody else is signed in here now", "hint": ""}, 401)
        body = await request.json() if request.method in ("POST", "PUT") else None
        if path == "/api/votes" and (status := self.rejects(body["submissions"])):
            return JSONResponse({"error": "too much", "hint": ""}, status)
        with self.lock:
            found = self.answer(request, path, body)
        if found is None:
            return Response(b"{", media_type="application/json")
        return JSONResponse(found)

    def answer(self, request: Request, path: str, body: Any) -> Any:
        if path == "/api/me":
            return {
                "annotator": self.annotator,
                "role": "annotator",
                "dataset": {"name": "pretended", "title": "Pretended things", "task": "other", "license": "CC0-1.0"},
                "plan": self.plan,
                "build": BUILD,
                "preparing": False,
            }
        if path == "/api/files":
            return {
                "build": BUILD,
                "files": sorted(file.relative_to(STATIC).as_posix() for file in STATIC.rglob("*") if file.is_file()),
            }
        if path.startswith("/api/classes/"):
            return {"classes": self.classes}
        if path == "/api/next":
            free = [item for item in self.order if item not in self.answered and item not in body["have"]][
                : body["count"]
            ]
            self.given += free
            why = None if free or len(self.answered) < len(self.tasks) else "all answered"
            return {"tasks": [self.task(item) for item in free], "left": self.left(), "why": why}
        if path == "/api/votes":
            return self.cast(body["submissions"])
        if path == "/api/undo":
            self.taken_back[body["uuid"]] = body["of"]
            return {"task": self.task(self.votes[body["of"]]["item"])}
        if path == "/api/comments" and request.method == "POST":
            self.comments[body["uuid"]] = body
            return {"uuid": body["uuid"], "new": True}
        if path.startswith("/api/drafts/"):
            self.drafts[path.rsplit("/", 1)[1]] = body
            return {}
        if path == "/api/mine":
            return {"submissions": [*self.votes.values()][::-1], "before": None}
        if path.startswith("/api/tasks/"):
            item = path.rsplit("/", 1)[1]
            mine = next(one for one in reversed(self.votes.values()) if one["item"] == item)
            return {**self.task(item), "answers": {name: one["value"] for name, one in mine["answers"].items()}}
        return {}

    def cast(self, submissions: list[dict[str, Any]]) -> Any:
        saved, known, refused, feedback = [], [], [], {}
        for one in submissions:
            self.sent.append(one["uuid"])
            if problems := self.refuses(one):
                refused.append({"uuid": one["uuid"], "error": "this answer cannot be", "problems": problems})
            elif one["uuid"] in self.votes:
                known.append(one["uuid"])
            else:
                self.votes[one["uuid"]] = json.loads(json.dumps(one))
                saved.append(one["uuid"])
            if one["item"] in self.gold and not one["skipped"]:
                name, given = next(iter(one["answers"].items()))
                expected = self.gold[one["item"]]
                feedback[one["uuid"]] = {
                    "question": name,
                    "right": given["value"] == expected,
                    "expected": expected,
                    "says": "Look at the ears.",
                }
        if self.swallow:
            return None
        return {"saved": saved, "known": known, "refused": refused, "feedback": feedback, "left": self.left()}

    async def file(self, request: Request) -> Response:
        data, kind = self.media[request.path_params["item"]]
        return Response(data, media_type=kind, headers={"cache-control": "private, max-age=31536000, immutable"})

    def app(self) -> Starlette:
        pages = ("/", "/sw.js", "/icon.svg", "/manifest.webmanifest", "/join", "/i/{token}", "/static/{name:path}")
        routes = [
            *(Route(path, self.page) for path in pages),
            *(Route(path, self.file) for path in ("/media/{item}", "/media/{item}/thumb")),
            Route("/api/{rest:path}", self.api, methods=["GET", "POST", "PUT", "DELETE"]),
        ]
        return Starlette(routes=routes)


class Serving:
    """The pretended server on a port of its own; it can be stopped and started again on the same one."""

    def __init__(self, state: Pretend) -> None:
        self.state = state
        self.socket: socket.socket | None = bound()  # kept from here on: nobody else gets the port
        self.port = self.socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.server: uvicorn.Server | None = None

    def start(self) -> None:
        app = self.state.app()

        async def guarded(scope: Any, receive: Any, send: Any) -> None:
            async def with_policy(message: Any) -> None:
                if message["type"] == "http.response.start":
                    message["headers"] = [*message["headers"], (b"content-security-policy", POLICY.encode())]
                await send(message)

            await app(scope, receive, with_policy)

        settings = uvicorn.Config(guarded, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        self.server = uvicorn.Server(settings)
        taken, self.socket = self.socket or bound(self.port), None
        self.thread = threading.Thread(target=self.server.run, args=([taken],), daemon=True)
        self.thread.start()
        deadline = time.monotonic() + 60
        while not self.server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        assert self.server.started

    def stop(self) -> None:
        assert self.server is not None
        self.server.force_exit = True
        self.server.should_exit = True
        self.thread.join(60)
        assert not self.thread.is_alive()


@contextmanager
def pretending(state: Pretend) -> Iterator[Serving]:
    serving = Serving(state)
    serving.start()
    try:
        yield serving
    finally:
        serving.stop()
