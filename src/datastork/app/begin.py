"""Begin to label: everything between the command and the first request."""

import asyncio
import getpass
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from datastork.app.plan import read_plan
from datastork.app.security.hosts import Hosts, machine_addresses, machine_names
from datastork.app.serve import listen, serve
from datastork.app.service import Service
from datastork.core.errors import NotFoundError, StoreError
from datastork.recipe.read import read
from datastork.store.home import find_home
from datastork.store.samples import Samples
from datastork.store.votes import open_votes

PORT = "port"  # setting: where the app listened last time
CAPTURED = "collect.captured"  # with this step a dataset may begin with what annotators record
LINK_SECONDS = 12 * 3600.0  # the owner's link
INVITE_SECONDS = 30 * 86_400.0


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the app is, and the links that let people in."""

    dataset: str
    owner: str
    url: str
    link: str
    phone: str = ""
    fingerprint: str = ""
    invites: list[tuple[str, int, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return it for machines."""
        told: dict[str, Any] = {name: getattr(self, name) for name in ("dataset", "owner", "url", "link")}
        told["phone"] = self.phone or None
        told["fingerprint"] = self.fingerprint or None
        told["invites"] = [{"role": role, "uses": uses, "link": link} for role, uses, link in self.invites]
        return told | {"pid": os.getpid()}


def begin(
    folder: str,
    *,
    port: int | None,
    lan: bool,
    https: bool,
    hosts: Sequence[str],
    behind_proxy: bool,
    owner: str | None,
    invites: Sequence[tuple[str, int]],
    ready: Callable[[Begun], None],
    tell: Callable[[str], None],
) -> None:
    """Label the dataset in `folder` until SIGINT or SIGTERM. `ready` is called once the app answers.

    Raises NotFoundError where there is no dataset, or it was never built and does not begin with recordings;
    RecipeError, StoreError, MissingExtraError.
    """
    home = find_home(folder)
    facts, plan = read_plan(home)
    if not Samples(home).exists and not any(use.use == CAPTURED for use in read(home.recipe).steps):
        raise NotFoundError(f"{home.root} was never built", hint=f"build it with: stork build {home.root}")
    store = open_votes(home, plan.store)
    name = owner or user_name()
    listener = listen(port, before=_port(store), lan=lan)
    try:
        certificate, fingerprint = None, ""
        names = ["localhost", "127.0.0.1", "::1"]
        if lan:
            names += [*machine_names(), *machine_addresses()]
        if https:
            from datastork.app.security.certificate import certificate as certify

            certificate, fingerprint = certify(home.store / "https.pem", [*names, *(h for h in hosts if "*" not in h)])
        at = int(listener.getsockname()[1])
        store.settings.put(PORT, at)
        scheme = "https" if https else "http"
        url = f"{scheme}://127.0.0.1:{at}"
        if store.people.ensure(name, "owner").role != "owner":
            store.people.set_role(name, "owner")  # whoever runs this can do everything anyway

        def owners() -> str:
            return store.people.invite("owner", seconds=LINK_SECONDS, label="stork label", name=name)

        begun = Begun(
            facts.name,
            name,
            url,
            f"{url}/t/{owners()}",
            fingerprint=fingerprint,
        )
        reached = next(iter(machine_addresses()), "") if lan else ""
        outside = f"{scheme}://{f'[{reached}]' if ':' in reached else reached}:{at}" if reached else url
        begun = Begun(
            begun.dataset,
            begun.owner,
            begun.url,
            begun.link,
            f"{outside}/t/{owners()}" if reached else "",
            fingerprint,
            [
                (role, uses, f"{outside}/i/{store.people.invite(role, uses=uses, seconds=INVITE_SECONDS)}")
                for role, uses in invites
            ],
        )
        service = Service(
            home,
            facts,
            plan,
            store,
            Hosts(hosts, lan=lan),
            behind_proxy=behind_proxy,
            elsewhere=outside if reached else "",
            tell=tell,
        )
        asyncio.run(serve(service, listener, certificate=certificate, ready=lambda: ready(begun)))
    finally:
        listener.close()
        store.close()


def user_name() -> str:
    """Return the name of whoever runs this, for the owner of the votes."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without names
        return "owner"


def _port(store: Any) -> int | None:
    try:
        found = store.settings.get(PORT)
    except StoreError:
        return None
    return found if isinstance(found, int) and 0 < found < 65_536 else None
