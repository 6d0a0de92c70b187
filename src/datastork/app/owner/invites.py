"""Invites: links by which others come in, each with a role, a number of uses and an end."""

from typing import TYPE_CHECKING, Any

from datastork.app.door import OWNERS, Call, Door
from datastork.app.security.answers import Refused, not_found
from datastork.app.security.rates import FEW
from datastork.app.tasks.values import person, text_of, whole

if TYPE_CHECKING:
    from datastork.app.service import Service

DAY = 86_400.0
MOST_DAYS, MOST_USES = 366, 1000


def make(service: "Service", call: Call) -> dict[str, Any]:
    """Make an invite; its link is told this once, for only a hash of it is kept.

    With `name` it is the way back for one annotator who lost the session.
    """
    problems: list[str] = []
    role = call.body.get("role", "annotator")
    if role not in ("annotator", "reviewer", "owner"):
        problems.append("role is annotator, reviewer or owner")
    uses = whole(call.body.get("uses", 1), "uses", 1, MOST_USES, problems)
    days = whole(call.body.get("days", 30), "days", 1, MOST_DAYS, problems)
    if problems or uses is None or days is None:
        raise Refused(422, (problems or ["uses and days are numbers"])[0], problems=problems)
    label = text_of(call.body, "label", 100, default="")
    people = service.store.people
    if call.body.get("name") is not None:
        name = person(call.body["name"])
        found = people.get(name)
        if found is None:
            raise not_found("there is no such annotator")
        role, uses = found.role, 1
        path = f"/t/{people.invite(role, seconds=days * DAY, label=label, name=name, by=call.annotator)}"
    else:
        path = f"/i/{people.invite(role, uses=uses, seconds=days * DAY, label=label, by=call.annotator)}"
    url = service.outside(call.request) + path
    return {"path": path, "url": url, "qr": qr(url), "role": role, "uses": uses, "days": days, "label": label}


def every(service: "Service", call: Call) -> dict[str, Any]:
    """Return the invites that can still be used."""
    return {
        "invites": [
            {
                "id": one.id,
                "name": one.name,
                "role": one.role,
                "label": one.label,
                "uses": one.uses,
                "expires": one.expires,
                "created_at": one.created_at,
                "by": one.by,
            }
            for one in service.store.people.invites()
            if one.uses
        ]
    }


def remove(service: "Service", call: Call) -> dict[str, Any]:
    """Take an invite back."""
    number = call.whole("id", 0, 0, 2**53)
    if not service.store.people.revoke(number):
        raise not_found("there is no such invite")
    return {"id": number}


def qr(text: str) -> list[str] | None:
    """Return a QR code as rows of 0 and 1, to be drawn by the page; None where `segno` is not installed."""
    try:
        import segno
    except ImportError:
        return None
    return ["".join("1" if one else "0" for one in row) for row in segno.make(text, error="l", micro=False).matrix]


DOORS = (
    Door("GET", "/api/owner/invites", every, OWNERS),
    Door("POST", "/api/owner/invites", make, OWNERS, FEW),
    Door("DELETE", "/api/owner/invites", remove, OWNERS),
)
