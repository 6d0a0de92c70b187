"""The votes of people and models: an append-only record in SQL, with queue, leases and comments beside it."""

from datastork.store.votes.beside.captures import Capture
from datastork.store.votes.records import (
    Annotator,
    ConflictError,
    Counts,
    Item,
    ItemState,
    Lease,
    Left,
    Recorded,
    SyncCount,
)
from datastork.store.votes.store import VoteStore, open_votes

__all__ = [
    "Annotator",
    "Capture",
    "ConflictError",
    "Counts",
    "Item",
    "ItemState",
    "Lease",
    "Left",
    "Recorded",
    "SyncCount",
    "VoteStore",
    "open_votes",
]
