"""Pages and their files: known names only, packed, kept for ever under the hash of the build."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.app.desk import Desk

import datastork.app
from datastork.app.files.static import Static, lean

STATIC = Path(datastork.app.__file__).parent / "static"

Make = Callable[..., Desk]


@pytest.fixture
def app(desk: Make, tmp_path: Path) -> Desk:
    made = desk()
    root = tmp_path / "static"
    (root / "js").mkdir(parents=True)
    (root / "label.html").write_text('<script type="module" src="/static/js/a.js"></script>' + " " * 500)
    (root / "js" / "a.js").write_text("export const a = 1;\n" * 50)
    (root / "sw.js").write_text('const CACHE = "stork-BUILD_HASH", STATIC = "/static/";')
    (root / "icon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (root / "secret.py").write_text("no")
    made.service.static = Static.of(root)
    return made


def test_pages_name_their_files_with_the_hash(app: Desk) -> None:
    build = app.service.static.build
    page = app.ask(None, "GET", "/")
    assert f'src="/static/{build}/js/a.js"' in page.text
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"
    again = app.ask(None, "GET", "/", headers={"if-none-match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert app.good(None, "GET", "/api/files")["build"] == build
    assert app.good("ada", "GET", "/api/me")["build"] == build


def test_under_the_hash_files_are_kept_for_ever(app: Desk) -> None:
    build = app.service.static.build
    hashed = app.ask(None, "GET", f"/static/{build}/js/a.js")
    assert hashed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert hashed.headers["content-type"] == "text/javascript; charset=utf-8"
    plain = app.ask(None, "GET", "/static/js/a.js")
    assert (plain.text, plain.headers["cache-control"]) == (hashed.text, "no-cache")


def test_files_are_packed_once(app: Desk) -> None:
    app.run(app.client.aclose())
    held = app.service.static.get("js/a.js")
    assert held is not None
    assert held.packed is not None
    assert gzip.decompress(held.packed) == held.data
    assert app.service.static.get("js/a.js") is held


def test_the_worker_acts_for_all_pages(app: Desk) -> None:
    found = app.ask(None, "GET", "/sw.js")
    assert found.headers["service-worker-allowed"] == "/"
    assert f"stork-{app.service.static.build}" in found.text
    assert app.ask(None, "GET", "/icon.svg").headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize(
    "path",
    [
        "/static/secret.py",
        "/static/../service.py",
        "/static/%2e%2e/service.py",
        "/static//etc/passwd",
        "/static/js/../../service.py",
        "/static/js",
        "/static/",
        "/static/label.html",
        "/static/js/a.js%00",
        "/favicon.ico",
        "/manifest.webmanifest",
    ],
)
def test_nothing_else_can_be_had(app: Desk, path: str) -> None:
    assert app.ask(None, "GET", path).status_code == 404


def test_another_build_has_another_hash(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    first = Static.of(tmp_path).build
    (tmp_path / "a.js").write_text("2")
    second = Static.of(tmp_path).build
    (tmp_path / "a.js").rename(tmp_path / "b.js")
    assert len({first, second, Static.of(tmp_path).build}) == 3


def test_scripts_are_sent_without_comments_and_indentation() -> None:
    text = "/** What it\n * does. */\nexport function f(a) {\n  // why\n  return a; // it is\n}\n\n/* line */\nf(1);\n"
    assert lean(text) == "export function f(a) {\nreturn a; // it is\n}\nf(1);\n"


def test_no_text_in_a_script_goes_over_several_lines() -> None:
    for name, path in Static.of(STATIC).names.items():
        if path.suffix == ".js":
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                assert line.count("`") % 2 == 0, f"{name}:{number}"
                assert not line.endswith("\\"), f"{name}:{number}"


def test_all_that_annotators_may_ever_load_is_small() -> None:
    static = Static.of(STATIC)
    others = ("js/owner/", "js/review/", "js/capture/", "js/withdraw/", "owner", "review", "capture", "withdraw")
    names = [name for name in static.names if not name.startswith(others)]
    files = [file for name in names if (file := static.get(name))]
    assert len(files) > 50
    assert sum(len(file.packed or file.data) for file in files) <= 180_000  # one kind of question needs half of it
