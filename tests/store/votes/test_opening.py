"""Opening a store of votes: made once, refused with a reason, copied while in use."""

import builtins
import json
import os
import re
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from datastork.core.errors import MissingExtraError, StoreError
from datastork.core.votes import CastVote
from datastork.store.home import Home
from datastork.store.votes import VoteStore, open_votes
from datastork.store.votes.address import locate

Make = Callable[..., CastVote]


def test_the_file_lies_with_the_dataset(home: Home) -> None:
    with open_votes(home) as store:
        assert store.name == str(home.root / ".stork" / "votes.sqlite")
        assert home.votes.is_file()


def test_votes_are_there_when_opened_again(home: Home, url: str | None, vote: Make) -> None:
    with open_votes(home, url) as store:
        store.cast([vote()])
    with open_votes(home, url) as store:
        assert store.read.last() == 1


def test_the_environment_says_where(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATASTORK_VOTES", f"sqlite:///{tmp_path}/elsewhere/v.sqlite")

    with open_votes(home):
        assert (tmp_path / "elsewhere" / "v.sqlite").is_file()


def test_many_open_a_new_store_at_once(home: Home, url: str | None) -> None:
    problems: list[BaseException] = []

    def work() -> None:
        try:
            open_votes(home, url).close()
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert problems == []


def test_a_newer_form_is_refused(store: VoteStore, home: Home, url: str | None) -> None:
    store.base.write(lambda c: c.execute(sa.text("UPDATE meta SET value = '99' WHERE key = 'schema'")))

    with pytest.raises(StoreError, match=r"newer datastork \(form 99") as caught:
        open_votes(home, url)

    assert caught.value.hint == "pip install --upgrade datastork"


def test_a_damaged_file_is_said_to_be(home: Home, vote: Make) -> None:
    with open_votes(home) as store:
        store.cast([vote(f"s{at}", value="x" * 2_000) for at in range(500)])
    data = bytearray(home.votes.read_bytes())
    data[20_000:400_000] = b"\xff" * 380_000
    home.votes.write_bytes(data)

    with pytest.raises(StoreError, match="is damaged") as caught, open_votes(home) as store:
        list(store.read.current())

    assert "recover" in caught.value.hint


def test_a_file_that_is_no_database_is_said_to_be(home: Home) -> None:
    home.store.mkdir()
    home.votes.write_bytes(b"label,vote\n" * 1_000)

    with pytest.raises(StoreError, match="is damaged"):
        open_votes(home)


def test_another_database_is_left_alone(home: Home) -> None:
    home.store.mkdir()
    raw = sqlite3.connect(home.votes)
    raw.execute("CREATE TABLE votes (a)")
    raw.close()

    with pytest.raises(StoreError, match="is no file of votes"):
        open_votes(home)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://host/db", "cannot be kept in mysql"),
        ("no url", "cannot be read"),
        ("sqlite://", "kept in a file"),
        ("postgresql://host/db?schema=a%22b", "cannot name a schema"),
        ("postgresql://stork:secret@127.0.0.1:1/db", "cannot reach the votes"),
    ],
)
def test_an_address_that_leads_nowhere(home: Home, url: str, says: str) -> None:
    with pytest.raises(StoreError, match=says) as caught:
        open_votes(home, url)

    assert "secret" not in str(caught.value)


def test_postgresql_without_its_package_names_the_command(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *given: Any, **more: Any) -> Any:
        if name == "pg8000":
            raise ImportError(name)
        return real(name, *given, **more)

    monkeypatch.setattr(builtins, "__import__", without)

    with pytest.raises(MissingExtraError, match=r"pip install 'datastork\[postgres\]'"):
        open_votes(home, "postgresql://host/db")


def test_every_dataset_has_a_schema_of_its_own(tmp_path: Path) -> None:
    names = ["garden_birds", "Garden Birds", "garden-birds", "x" * 99, "x" * 98, "鳥", "犬", "a; DROP", 'a"b']
    schemas = [locate("postgresql://h/d", tmp_path, name).schema for name in names]

    assert schemas[0] == "stork_garden_birds"
    assert len(set(schemas)) == len(names)
    assert all(re.fullmatch("[a-z0-9_]{7,63}", one) for one in schemas)


def test_two_datasets_share_a_database_and_nothing_else(postgres: str, tmp_path: Path, vote: Make) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "stork.toml").write_text(f'[dataset]\nname = "{name}-{tmp_path.name}"\n')
    with open_votes(Home(tmp_path / "one"), postgres) as one, open_votes(Home(tmp_path / "two"), postgres) as two:
        one.cast([vote()])

        assert (one.read.last(), two.read.last()) == (1, 0)


def test_a_copy_holds_everything(store: VoteStore, vote: Make, tmp_path: Path) -> None:
    store.cast([vote(f"s{at}", value="ünï") for at in range(20)])
    copy = tmp_path / "copy"

    store.backup(copy)

    if store.base.postgres:
        rows = [json.loads(line) for line in copy.read_text().splitlines()]
        assert [one["row"]["value"] for one in rows if one["table"] == "votes"] == ['"ünï"'] * 20
    else:
        with open_votes(Home(tmp_path / "other"), f"sqlite:///{copy}") as opened:
            assert opened.read.last() == 20
            assert opened.audit() == []
    with pytest.raises(StoreError, match="is there already"):
        store.backup(copy)


def test_the_audit_finds_what_was_miscounted(store: VoteStore, vote: Make, items: Any) -> None:
    store.queue.sync(items(3), 1)
    store.cast([vote("s0"), vote("s1")])
    for change in (
        "UPDATE items SET answered = 5, free = 1 WHERE sample = 's0'",
        "UPDATE annotators SET answered = 9",
        "UPDATE desk SET total = 1",
        "DELETE FROM answers WHERE sample = 's1'",
        "INSERT INTO stale VALUES (1, 2)",
    ):
        store.base.write(lambda connection, change=change: connection.execute(sa.text(change)))  # type: ignore[misc]

    problems = "\n".join(store.audit())

    for part in ("answered of s0 is 1, stored: 5", "free of s0", "ada answered 2", "total is 3, stored: 1"):
        assert part in problems
    assert "answers to s1" in problems
    assert "vote 1 is revised by None, stored: 2" in problems


def test_who_said_what_is_for_the_eyes_of_the_owner_alone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    before = os.umask(0o022)
    try:
        with open_votes(home) as store:
            store.settings.put("one", 1)
            store.backup(tmp_path / "copy.sqlite")
            files = [*home.store.glob("votes.sqlite*"), tmp_path / "copy.sqlite"]
            assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o600"}
        home.votes.chmod(0o660)
        with open_votes(home):
            assert home.votes.stat().st_mode & 0o777 == 0o660, "what a team gave itself stays"
    finally:
        os.umask(before)


@pytest.mark.parametrize("what", ["cast", "left"])
def test_after_the_server_was_gone_for_a_moment_all_goes_on(postgres: str, home: Home, vote: Make, what: str) -> None:
    ended = sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :name")
    name = f"gone-{home.root.name}"[-60:]

    with open_votes(home, postgres) as other, open_votes(home, f"{postgres}?application_name={name}") as store:

        def work() -> None:
            store.cast([vote()]) if what == "cast" else store.queue.left("ada")

        work()
        with other.base.read() as connection:
            assert connection.execute(ended, {"name": name}).rowcount
        with pytest.raises(StoreError, match=r"cannot be used|cannot reach"):
            work()
        work()

        assert other.audit() == []
