"""Connections to PostgreSQL are encrypted as their address says, and to nobody but who it names."""

import ssl
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from datastork.core.errors import DataError, StoreError
from datastork.core.votes import CastVote
from datastork.store.home import Home
from datastork.store.votes import open_votes
from datastork.store.votes.encryption import encryption

ENCRYPTED = sa.text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")


@pytest.fixture
def opened(home: Home, vote: Callable[..., CastVote]) -> Callable[[str, str], bool]:
    """Return a function that casts a vote at an address with these options and says whether it went encrypted."""

    def opens(address: str, options: str) -> bool:
        with open_votes(home, f"{address}?schema=test_{uuid.uuid4().hex[:12]}{options}") as store:
            assert store.cast([vote()]) == [True]
            return bool(store.base.write(lambda connection: connection.execute(ENCRYPTED).scalar_one()))

    return opens


@pytest.mark.parametrize(
    ("options", "is_encrypted"),
    [("", True), ("&sslmode=prefer", True), ("&sslmode=require", True), ("&sslmode=disable", False)],
)
def test_a_server_that_offers_encryption(opened, encrypted: str, options: str, is_encrypted: bool) -> None:
    assert opened(encrypted, options) is is_encrypted


@pytest.mark.parametrize("mode", ["verify-ca", "verify-full", "require"])
def test_the_certificate_is_checked_by_the_authority_that_is_named(opened, encrypted: str, authority: Path, mode: str):
    assert opened(encrypted, f"&sslmode={mode}&sslrootcert={authority}") is True


def test_a_certificate_that_nobody_signed_is_refused_and_the_way_out_is_told(opened, encrypted: str) -> None:
    with pytest.raises(StoreError, match=r"self.signed certificate") as caught:
        opened(encrypted, "&sslmode=verify-full")

    assert "sslrootcert" in caught.value.hint


def test_a_certificate_of_another_host_is_refused_by_verify_full_alone(opened, encrypted: str, authority: Path) -> None:
    other = encrypted.replace("localhost", "127.0.0.1")

    with pytest.raises(StoreError, match=r"127\.0\.0\.1"):
        opened(other, f"&sslmode=verify-full&sslrootcert={authority}")

    assert opened(other, f"&sslmode=verify-ca&sslrootcert={authority}") is True


def test_a_server_without_encryption(opened, postgres: str) -> None:
    assert opened(postgres, "&sslmode=prefer") is False
    with pytest.raises(StoreError, match="refuses SSL"):
        opened(postgres, "&sslmode=require")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("sslmode=verify_full", "sslmode of the database is 'verify_full'; did you mean 'verify-full'"),
        ("sslmode=allow", "sslmode of the database is 'allow'"),
        ("sslmode=verify-ca", "needs sslrootcert"),
        ("sslmode=verify-full&sslrootcert=ca.pem", "sslrootcert of the database is 'ca.pem'"),
        ("sslmode=verify-full&sslrootcert=/none/ca.pem", "No such file"),
        ("sslmode=require&sslmode=disable", "sslmode more than once"),
        ("channel_binding=s3cret", "an option 'channel_binding'"),
        ("ssl_mode=require&password=s3cret", "an option 'ssl_mode'; did you mean 'sslmode'"),
    ],
)
def test_what_is_not_understood_is_refused(home: Home, options: str, says: str) -> None:
    with pytest.raises(StoreError, match=says) as caught:
        open_votes(home, f"postgresql://stork:s3cret@127.0.0.1:1/db?{options}")

    assert "s3cret" not in str(caught.value)


def test_a_file_without_certificates_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")

    with pytest.raises(DataError, match="cannot be read"):
        encryption({"sslmode": "verify-full", "sslrootcert": str(tmp_path / "ca.pem")})


def test_without_a_file_the_authorities_of_the_system_are_asked() -> None:
    context = encryption({"sslmode": "verify-full"})

    assert isinstance(context, ssl.SSLContext)
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
