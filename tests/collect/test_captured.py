"""`collect.captured` lists what annotators made, with consent, until they take it back."""

from pathlib import Path

import pytest

from datastork.collect.captured import captured
from datastork.store.home import Home
from datastork.store.listing import Listing
from datastork.store.votes import Capture, VoteStore, open_votes
from datastork.store.votes.beside.captures import hash_of


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "stork.toml").write_text('[dataset]\nname = "pets"\n')
    return Home(tmp_path)


def add(home: Home, votes: VoteStore, number: int, kind: str = "photo") -> None:
    home.captured.mkdir(parents=True, exist_ok=True)
    (home.captured / f"{number}.jpeg").write_bytes(b"x" * number)
    votes.captures.add(
        Capture(
            uuid=f"capture-{number}",
            annotator="ada",
            class_="dog",
            kind=kind,
            consent="I agree.",
            code_hash=hash_of(f"CODE-{number}"),
            file=f"{number}.jpeg",
            content=f"content-{number}",
            mime="image/jpeg",
            seconds=None,
            device="phone",
            created_at="2026-01-31T08:00:00.000Z",
        )
    )


def test_captures_come_with_the_class_as_a_vote_and_consent(home: Home) -> None:
    with open_votes(home) as votes:
        add(home, votes, 3)
        add(home, votes, 4)
    found = captured(Listing.empty(home.root), license="CC-BY-4.0")
    rows = found.table.to_pylist()
    assert [row["uri"] for row in rows] == [".stork/captured/3.jpeg", ".stork/captured/4.jpeg"]
    assert rows[0]["size"] == 3
    vote = rows[0]["votes"][0]
    assert (vote["annotator"], vote["value"], vote["confidence"]) == ("ada", "dog", 1.0)
    assert rows[0]["group"] == rows[0]["author"] == "ada"
    assert rows[0]["license"] == "CC-BY-4.0"
    assert rows[0]["consent"] == "I agree."
    assert rows[0]["captured_at"].isoformat() == "2026-01-31T08:00:00+00:00"


def test_what_was_taken_back_is_listed_no_longer(home: Home) -> None:
    with open_votes(home) as votes:
        add(home, votes, 3)
        add(home, votes, 4)
        votes.captures.withdraw("CODE-3")
    assert captured(Listing.empty(home.root)).table["uri"].to_pylist() == [".stork/captured/4.jpeg"]


def test_a_kind_can_be_chosen_and_nothing_is_told(home: Home) -> None:
    with open_votes(home) as votes:
        add(home, votes, 3)
    found = captured(Listing.empty(home.root), kind="sound")
    assert found.table.num_rows == 0
    assert found.notes == ("collect.captured: nothing of this kind was captured yet",)


def test_without_votes_nothing_is_made(home: Home) -> None:
    found = captured(Listing.empty(home.root))
    assert found.table.num_rows == 0
    assert "stork label" in found.notes[0]
    assert not home.votes.exists()


def test_a_missing_file_is_a_problem_of_its_sample(home: Home) -> None:
    with open_votes(home) as votes:
        add(home, votes, 3)
    (home.captured / "3.jpeg").unlink()
    assert captured(Listing.empty(home.root)).table["problem"].to_pylist() == ["no such file"]
