"""Coming in: the owner's link works once, invites have a role and an end, names are one's own, leaving is leaving."""

import time
from collections.abc import Callable

import pytest
from tests.app.desk import Desk

Make = Callable[..., Desk]


def cookie_of(answer: object) -> str:
    found: str = answer.headers["set-cookie"]  # type: ignore[attr-defined]
    return found


def test_a_link_works_once_and_gives_a_session(desk: Make) -> None:
    app = desk()
    token = app.store.people.invite("owner", name="ann")
    first = app.ask(None, "GET", f"/t/{token}")
    assert (first.status_code, first.headers["location"]) == (303, "/")
    cookie = cookie_of(first)
    assert cookie.startswith(f"{app.service.cookies.plain}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    app.cookies["ann"] = cookie.partition("=")[2].partition(";")[0]
    assert app.good("ann", "GET", "/api/me")["role"] == "owner"
    again = app.ask(None, "GET", f"/t/{token}")
    assert again.status_code == 410
    assert "set-cookie" not in again.headers
    assert app.ask("ann", "GET", f"/t/{token}").status_code == 303  # who is in stays in


def test_a_preview_of_a_link_does_not_use_it(desk: Make) -> None:
    app = desk()
    token = app.store.people.invite("owner", name="ann")
    assert app.ask(None, "HEAD", f"/t/{token}").status_code == 204
    for agent in ("Slackbot-LinkExpanding 1.0", "TelegramBot (like TwitterBot)", "WhatsApp/2.23.20.0 A"):
        assert app.ask(None, "GET", f"/t/{token}", headers={"user-agent": agent}).status_code == 204
    phone = "Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36"
    assert app.ask(None, "GET", f"/t/{token}", headers={"user-agent": phone}).status_code == 303


def test_links_run_out(desk: Make) -> None:
    app = desk()
    old = app.store.people.invite("owner", name="ann", seconds=10, now=time.time() - 20)
    assert app.ask(None, "GET", f"/t/{old}").status_code == 410
    assert app.ask(None, "POST", "/api/join", {"token": old, "name": "ann"}).status_code == 404
    assert app.ask(None, "GET", "/t/" + "x" * 1000).status_code == 410


def test_an_invite_lets_in_as_many_as_it_says(desk: Make) -> None:
    app = desk()
    app.enter("ann", "owner")
    made = app.good("ann", "POST", "/api/owner/invites", {"role": "reviewer", "uses": 2, "label": "the team"})
    assert made["url"] == f"http://127.0.0.1:8787{made['path']}"
    assert set("".join(made["qr"])) == {"0", "1"}
    token = made["path"].removeprefix("/i/")
    assert app.good(None, "POST", "/api/invited", {"token": token})["role"] == "reviewer"
    for name in ("Bob", "  Carla   B "):
        joined = app.ask(None, "POST", "/api/join", {"token": token, "name": name})
        assert joined.json() == {"me": " ".join(name.split()), "role": "reviewer"}
        assert "HttpOnly" in cookie_of(joined)
    assert app.ask(None, "POST", "/api/join", {"token": token, "name": "Dan"}).status_code == 404
    assert app.ask(None, "POST", "/api/invited", {"token": token}).status_code == 404
    assert token not in str(app.good("ann", "GET", "/api/owner/invites"))


def test_an_invite_can_be_taken_back(desk: Make) -> None:
    app = desk()
    app.enter("ann", "owner")
    made = app.good("ann", "POST", "/api/owner/invites", {"label": "for eve"})
    [held] = [one for one in app.good("ann", "GET", "/api/owner/invites")["invites"] if one["label"] == "for eve"]
    app.good("ann", "DELETE", f"/api/owner/invites?id={held['id']}")
    token = made["path"].removeprefix("/i/")
    assert app.ask(None, "POST", "/api/join", {"token": token, "name": "eve"}).status_code == 404
    assert app.ask("ann", "DELETE", "/api/owner/invites?id=9999").status_code == 404


@pytest.mark.parametrize(
    "name", ["", " ", "a" * 81, "a\x00b", "x\u202ey", "folder", "File Name", "table:labels.csv", 7, None]
)
def test_a_name_is_one_that_can_be_read(desk: Make, name: object) -> None:
    app = desk()
    token = app.store.people.invite("annotator", uses=5)
    found = app.ask(None, "POST", "/api/join", {"token": token, "name": name})
    assert found.status_code in (409, 422)
    assert "set-cookie" not in found.headers


def test_a_name_that_is_taken_is_somebody_elses(desk: Make) -> None:
    app = desk()
    app.enter("ada")
    token = app.store.people.invite("annotator", uses=5)
    found = app.ask(None, "POST", "/api/join", {"token": token, "name": "ada"})
    assert found.status_code == 409
    assert "choose another name" in found.json()["hint"]


def test_who_lost_the_session_comes_back_by_a_link_of_the_owner(desk: Make) -> None:
    app = desk()
    app.enter("ann", "owner")
    app.enter("ada")
    made = app.good("ann", "POST", "/api/owner/invites", {"name": "ada"})
    back = app.ask(None, "GET", made["path"])
    assert back.status_code == 303
    app.cookies["ada again"] = cookie_of(back).partition("=")[2].partition(";")[0]
    assert app.good("ada again", "GET", "/api/me")["annotator"] == "ada"
    assert app.ask("ann", "POST", "/api/owner/invites", {"name": "nobody"}).status_code == 404


def test_leaving_ends_the_session(desk: Make) -> None:
    app = desk()
    app.enter("ada")
    assert app.good("ada", "GET", "/api/me")["annotator"] == "ada"
    assert app.good("ada", "POST", "/api/leave") == {"left": True}
    assert app.ask("ada", "GET", "/api/me").status_code == 401


def test_over_https_the_cookie_is_bound_to_the_host(desk: Make) -> None:
    app = desk(behind_proxy=True)
    token = app.store.people.invite("owner", name="ann")
    found = app.ask(None, "GET", f"/t/{token}", headers={"x-forwarded-proto": "https"})
    assert cookie_of(found).startswith("__Host-stork-")
    assert "Secure" in cookie_of(found)


def test_two_datasets_have_two_cookies(desk: Make) -> None:
    assert desk().service.cookies.plain != desk().service.cookies.plain


@pytest.mark.parametrize("body", [{"role": "king"}, {"uses": 0}, {"uses": 10_000}, {"days": "x"}, {"label": 5}])
def test_invites_that_cannot_be(desk: Make, body: dict[str, object]) -> None:
    app = desk()
    app.enter("ann", "owner")
    assert app.ask("ann", "POST", "/api/owner/invites", body).status_code == 422
