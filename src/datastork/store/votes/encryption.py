"""How a connection to PostgreSQL is encrypted: `sslmode` and `sslrootcert`, as they stand in its address.

| sslmode | encrypted | who the server is |
|---|---|---|
| disable | no | not checked |
| prefer, and where none is given | where the server offers it | not checked |
| require | yes, or there is no connection | not checked; with sslrootcert as verify-ca |
| verify-ca | yes | its certificate is signed by sslrootcert |
| verify-full | yes | the same (without sslrootcert: by an authority the system trusts), and names the host |

As in PostgreSQL's own clients (https://www.postgresql.org/docs/current/libpq-ssl.html), but for two things: no file is
taken that nobody named (~/.postgresql/root.crt), and `prefer` does not try again in the clear where an encrypted
connection fails.
"""

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from datastork.core.errors import DataError
from datastork.core.nearest import did_you_mean

if TYPE_CHECKING:
    import ssl

MODES = ("disable", "prefer", "require", "verify-ca", "verify-full")
OPTIONS = ("sslmode", "sslrootcert")
SYSTEM = "system"  # sslrootcert: the authorities that the system trusts


def encryption(options: Mapping[str, Any], others: Iterable[str] = ()) -> "ssl.SSLContext | bool | None":
    """Return what pg8000 wants as `ssl_context` for the options of an address: None tries, True insists, False forbids.

    `others` are further options that the address may have. Raises DataError for an option that is not known, a value
    that cannot be, or a file that holds no certificate; it never tells a value that may be a secret.
    """
    known = (*OPTIONS, *others)
    for name, value in options.items():
        if name not in known:
            raise DataError(
                f"the address of the database has an option {name!r}{did_you_mean(name, known)}",
                hint=f"known are {', '.join(known)}; leave others out",
            )
        if not isinstance(value, str):
            raise DataError(f"the address of the database has {name} more than once", hint="leave one")
    mode, authority = options.get("sslmode", "prefer"), options.get("sslrootcert")
    if mode not in MODES:
        raise DataError(f"sslmode of the database is {mode!r}{did_you_mean(mode, MODES)}", hint=f"{', '.join(MODES)}")
    if mode == "disable":
        return False
    if mode == "require" and authority is not None:
        mode = "verify-ca"
    if mode == "verify-ca" and authority in (None, SYSTEM):
        raise DataError(
            "sslmode=verify-ca needs sslrootcert=/folder/authority.pem",
            hint="or take verify-full, which trusts the authorities of the system and checks the name of the host",
        )
    if mode in ("verify-ca", "verify-full"):
        return _checked(authority, mode == "verify-full")
    return True if mode == "require" else None


def _checked(authority: str | None, host: bool) -> "ssl.SSLContext":
    """Return a context that refuses servers whose certificate is not signed by `authority`, a file or the system's."""
    import ssl

    if authority in (None, SYSTEM):
        return ssl.create_default_context()
    assert authority is not None
    if not os.path.isabs(authority):
        raise DataError(f"sslrootcert of the database is {authority!r}", hint="write the whole path: /folder/ca.pem")
    try:
        context = ssl.create_default_context(cafile=authority)
    except OSError as error:  # also where it holds no certificate
        raise DataError(
            f"sslrootcert of the database, {authority}, cannot be read: {error.strerror or error}",
            hint="name a file of certificates in PEM form",
        ) from error
    context.check_hostname = host
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # Python 3.13 on; PostgreSQL's own clients are not so strict
    return context
