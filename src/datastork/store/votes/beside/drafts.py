"""Drafts: answers begun and not yet submitted. A cast removes the draft of its annotator and sample."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from datastork.core.errors import TooLargeError
from datastork.store.votes.engine import Base

LONGEST = 16 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """What an annotator has begun: answers by question, and when that was."""

    answers: Mapping[str, Any]
    at: str


class Drafts:
    """The part of the store that keeps drafts."""

    def __init__(self, base: Base) -> None:
        self.base = base

    def put(self, annotator: str, sample: str, answers: Mapping[str, Any], at: str) -> bool:
        """Keep a draft; False: a newer one is there. Empty answers remove it. `at` is ISO 8601, UTC."""
        text = json.dumps(dict(answers), ensure_ascii=False)
        if len(text.encode()) > LONGEST:
            raise TooLargeError(f"a draft of {len(text):,} characters", hint=f"at most {LONGEST:,} bytes")
        row = {"annotator": annotator, "sample": sample, "answers": text, "at": at}
        if not answers:
            self.remove(annotator, sample)
            return True
        again = (
            "ON CONFLICT (annotator, sample) DO UPDATE SET answers = excluded.answers, at = excluded.at "
            "WHERE excluded.at >= drafts.at RETURNING at"
        )
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        query = sa.text(f"INSERT INTO drafts ({names}) VALUES ({marks}) {again}")
        return self.base.write(lambda connection: connection.execute(query, row).first() is not None)

    def get(self, annotator: str, sample: str) -> Draft | None:
        """Return a draft, or None."""
        query = sa.text("SELECT answers, at FROM drafts WHERE annotator = :annotator AND sample = :sample")
        with self.base.read() as connection:
            row = connection.execute(query, {"annotator": annotator, "sample": sample}).one_or_none()
        return None if row is None else Draft(json.loads(row[0]), row[1])

    def remove(self, annotator: str, sample: str) -> None:
        """Remove a draft."""
        query = sa.text("DELETE FROM drafts WHERE annotator = :annotator AND sample = :sample")
        given = {"annotator": annotator, "sample": sample}
        self.base.write(lambda connection: connection.execute(query, given))
