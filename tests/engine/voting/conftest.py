"""Votes on small datasets."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

import pytest

from datastork.core.votes import CastVote
from datastork.store.home import Home
from datastork.store.votes.store import open_votes

AT = "2026-11-21T10:00:00+00:00"


def vote(sample: str, annotator: str, value: Any, *, question: str = "label", **more: Any) -> CastVote:
    """Return a vote with an identity of its own."""
    given = {"uuid": str(uuid4()), "created_at": AT, **more}
    return CastVote(sample=sample, question=question, annotator=annotator, value=value, **given)


@pytest.fixture
def cast() -> Callable[[Home, Iterable[CastVote]], list[bool]]:
    """Return a function that casts votes on a dataset."""

    def put(home: Home, votes: Iterable[CastVote]) -> list[bool]:
        with open_votes(home) as store:
            return store.cast(list(votes))

    return put
