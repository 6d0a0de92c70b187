"""Collect what annotators photographed or recorded in the labelling app."""

import os
from datetime import datetime
from typing import Any, Literal

from datastork.core import step
from datastork.store.home import Home
from datastork.store.listing import Listing
from datastork.store.sources import stat_of
from datastork.store.votes import open_votes


@step
def captured(
    found: Listing,
    *,
    kind: Literal["all", "photo", "sound"] = "all",
    license: str | None = None,  # noqa: A002
    store: str | None = None,
) -> Listing:
    """List the photos and recordings that annotators made with their phones, under `stork label`, at /capture.

    Each comes with the class it was made for as a vote of its maker, the maker as author and as group (a split then
    keeps all of one person together), and the columns `consent` (the text that was agreed to, as shown), `captured_at`
    and `device`. What is listed are the copies without place and device data; the bytes as they came stay in
    `.stork/captured/originals/` and are never published.

    What was taken back is listed no longer: its samples leave the dataset with the next build, their files are gone
    already.

    Settings:
    kind: "photo", "sound", or "all" of both
    license: the licence under which they are published, as an SPDX id; the consent text names the dataset's
    store: where votes are kept, where that is not `.stork/votes.sqlite` (as `store` in the recipe's [label] table)

    Example: `use = "collect.captured"`, `kind = "photo"`, `license = "CC-BY-4.0"`.

    Raises StoreError where the votes cannot be read.
    """
    home = Home(found.root)
    if store is None and "DATASTORK_VOTES" not in os.environ and not home.votes.exists():
        return found.add_rows(
            [], ("collect.captured: nothing was captured yet; begin with: stork label --lan --https",)
        )
    with open_votes(home, store) as votes:
        captures = [one for one in votes.captures.list() if kind in ("all", one.kind)]
    folder = home.captured.relative_to(home.root).as_posix()
    rows: list[dict[str, Any]] = []
    for one in captures:
        uri = f"{folder}/{one.file}"
        seen = stat_of(found.root, uri)
        rows.append(
            {
                "uri": uri,
                "size": seen.size,
                "stamp": seen.stamp,
                "problem": seen.problem,
                "votes": [{"annotator": one.annotator, "value": one.class_, "confidence": 1.0}],
                "group": one.annotator,
                "author": one.annotator,
                "license": license,
                "consent": one.consent,
                "captured_at": datetime.fromisoformat(one.created_at),
                "device": one.device,
            }
        )
    note = () if rows else ("collect.captured: nothing of this kind was captured yet",)
    return found.add_rows(rows, note)
