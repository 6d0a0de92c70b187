"""Pages, their files, and the worker that keeps them for when there is no network."""

from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse, Response

from datastork.app.door import EVERYBODY, OWNERS, REVIEWERS, Call, Door
from datastork.app.files.static import FOREVER, File
from datastork.app.security.answers import not_found
from datastork.app.security.rates import MEDIA

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from datastork.app.service import Service

FRESH = "no-cache"  # asked again each time, and then mostly answered by 304


def sent(request: "Request", file: File, *, tag: str, cache: str, more: dict[str, str] | None = None) -> Response:
    """Return a file, packed where the browser can unpack it."""
    kept = f'"{tag}"'
    headers = {"cache-control": cache, "etag": kept, "vary": "accept-encoding", **(more or {})}
    if kept in (one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers=headers)
    data = file.data
    if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        data = file.packed
        headers["content-encoding"] = "gzip"
    return Response(data, headers=headers, media_type=file.kind)


async def static(service: "Service", call: Call) -> Response:
    """Return a file below `static/`; under the hash of the build it is kept for ever."""
    name = call.part("name")
    first, _, rest = name.partition("/")
    hashed = first == service.static.build
    file = service.static.get(rest if hashed else name)
    if file is None or name.endswith(".html"):
        raise not_found("there is no such file")
    return sent(call.request, file, tag=service.static.build, cache=FOREVER if hashed else FRESH)


def page(name: str, roles: frozenset[str] = EVERYBODY) -> "Callable[[Service, Call], Response]":
    """Return the work of the door of one page; those who may not see it are told so in words."""

    async def work(service: "Service", call: Call) -> Response:
        if roles and (call.caller is None or call.caller.role not in roles):
            status = 401 if call.caller is None else 403
            who = " and the ".join(sorted(roles))
            return PlainTextResponse(f"This page is for the {who}. Open the link you were given.\n", status)
        file = service.static.get(name)
        if file is None:
            raise not_found(f"the page {name} is missing in this installation")
        return sent(call.request, file, tag=f"{service.static.build}-{name}", cache=FRESH)

    return work  # type: ignore[return-value]


async def worker(service: "Service", call: Call) -> Response:
    """Return the service worker; it may act for all pages."""
    file = service.static.get("sw.js")
    if file is None:
        raise not_found("there is no worker in this installation")
    tag = f"{service.static.build}-sw"
    return sent(call.request, file, tag=tag, cache=FRESH, more={"service-worker-allowed": "/"})


async def named(service: "Service", call: Call) -> Response:
    """Return a file that browsers look for at the root."""
    file = service.static.get(call.request.url.path.lstrip("/"))
    if file is None:
        raise not_found("there is no such file")
    return sent(call.request, file, tag=f"{service.static.build}-root", cache=FRESH)


async def files(service: "Service", call: Call) -> dict[str, object]:
    """Return the build and all its files, for the worker to keep."""
    return {"build": service.static.build, "files": sorted(service.static.names)}


async def health(service: "Service", call: Call) -> dict[str, bool]:
    """Say that the app is there; nothing else, for anybody may ask."""
    return {"ok": True}


PAGES = {
    "/": page("label.html"),
    "/join": page("join.html"),
    "/i/{token}": page("join.html"),
    "/withdraw": page("withdraw.html"),
    "/capture": page("capture.html"),
    "/review": page("review.html", REVIEWERS),
    "/owner": page("owner.html", OWNERS),
}
ROOT = ("/manifest.webmanifest", "/favicon.ico", "/icon.svg")
DOORS = (
    *(Door("GET", path, work, EVERYBODY, MEDIA) for path, work in PAGES.items()),
    *(Door("GET", path, named, EVERYBODY, MEDIA) for path in ROOT),
    Door("GET", "/sw.js", worker, EVERYBODY, MEDIA),
    Door("GET", "/api/files", files, EVERYBODY, MEDIA),
    Door("GET", "/api/health", health, EVERYBODY, MEDIA),
    Door("GET", "/static/{name:path}", static, EVERYBODY, MEDIA),
)
