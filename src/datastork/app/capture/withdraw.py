"""Taking a recording back, with its code alone: the files go at once, the sample with the next version."""

import re
from typing import TYPE_CHECKING, Any

from datastork.app.door import EVERYBODY, Call, Door
from datastork.app.security.answers import not_found
from datastork.app.security.rates import TOKEN
from datastork.app.tasks.values import text_of

if TYPE_CHECKING:
    from datastork.app.service import Service


def withdraw(service: "Service", call: Call) -> dict[str, Any]:
    """Remove the files of the recording with this code and mark it as taken back; works without a session."""
    given = re.sub(r"[^A-Z0-9]", "", text_of(call.body, "code", 100).upper())
    code = "-".join(given[at : at + 4] for at in range(0, len(given), 4))
    found = service.store.captures.withdraw(code) if code else None
    if found is None:
        raise not_found("no recording has this code", "a code looks like ABCD-EFGH-JKMN-PQRS")
    for path in (service.home.captured / found.file, service.home.captured / "originals" / found.file):
        path.unlink(missing_ok=True)
    return {"withdrawn": True, "uuid": found.uuid, "at": found.withdrawn_at}


DOORS = (Door("POST", "/api/capture/withdraw", withdraw, EVERYBODY, TOKEN),)
