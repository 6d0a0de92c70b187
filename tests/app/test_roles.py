"""Every door for every role: nobody gets behind one that is not theirs, and nothing leaks in the answer."""

import re
from collections.abc import Callable

import pytest
from tests.app.desk import Desk

from datastork.app.door import Door
from datastork.app.routes import DOORS

Make = Callable[..., Desk]
ROLES = (None, "annotator", "reviewer", "owner")
# answered by helpers, which other tests try; or by pages that say in words whose they are
ELSEWHERE = re.compile(
    r"/api/owner/(progress|agreement|annotators|confusion|pay|pilot)$|/api/adjudicate|/api/leave|/media/|/(owner|review)$"
)


@pytest.fixture
def app(desk: Make) -> Desk:
    made = desk("[label]\noverlap = 2\n")
    for role in ROLES[1:]:
        made.enter(f"the-{role}", role)
    return made


def test_every_door_for_every_role(app: Desk) -> None:
    tried = 0
    for door in DOORS:
        path = re.sub(r"\{[^}]*\}", "sample-00001", door.path)
        for role in ROLES:
            may = not door.roles or role in door.roles
            if may and ELSEWHERE.search(path):
                continue
            body = {} if door.method != "GET" else None
            found = app.ask(None if role is None else f"the-{role}", door.method, path, body)
            tried += 1
            if may:
                assert found.status_code not in (401, 403), (door.method, path, role, found.text)
            else:
                assert found.status_code == (401 if role is None else 403), (door.method, path, role)
                assert set(found.json()) == {"error", "hint"}
                assert "the-" not in found.text
    assert tried > 150


def test_the_owners_doors_are_for_owners(app: Desk) -> None:
    owners = [door for door in DOORS if door.path.startswith("/api/owner/")]
    assert len(owners) > 15
    for door in owners:
        assert "annotator" not in door.roles, door.path
        assert door.roles, door.path


def test_somebody_shut_out_is_out_at_once(app: Desk) -> None:
    assert app.ask("the-annotator", "GET", "/api/me").status_code == 200
    app.good("the-owner", "POST", "/api/owner/annotators/the-annotator", {"disabled": True})
    assert app.ask("the-annotator", "GET", "/api/me").status_code == 401
    app.good("the-owner", "POST", "/api/owner/annotators/the-annotator", {"disabled": False, "role": "reviewer"})
    assert app.good("the-annotator", "GET", "/api/me")["role"] == "reviewer"
    assert app.ask("the-owner", "POST", "/api/owner/annotators/the-owner", {"disabled": True}).status_code == 409
    assert app.ask("the-owner", "POST", "/api/owner/annotators/nobody", {"disabled": True}).status_code == 404
    for body in ({}, {"role": "king"}, {"disabled": 1}):
        assert app.ask("the-owner", "POST", "/api/owner/annotators/the-reviewer", body).status_code == 422


def test_a_cookie_of_nonsense_is_nobody(app: Desk) -> None:
    for value in ("x", "x" * 5000, "%00", "a b"):
        cookie = {"cookie": f"{app.service.cookies.plain}={value}"}
        assert app.ask(None, "GET", "/api/me", headers=cookie).status_code == 401


def test_pages_of_owners_and_reviewers_are_theirs(app: Desk) -> None:
    for path, allowed in (("/owner", {"owner"}), ("/review", {"reviewer", "owner"})):
        for role in ROLES:
            found = app.ask(None if role is None else f"the-{role}", "GET", path)
            if role in allowed:
                assert found.status_code in (200, 404), (path, role)
            else:
                assert found.status_code == (401 if role is None else 403)


def test_no_door_has_a_longer_body_without_a_reason() -> None:
    long = {door.path for door in DOORS if isinstance(door, Door) and door.limit > 64 * 1024}
    assert long == {"/api/votes", "/api/drafts/{item}", "/api/owner/gold"}
