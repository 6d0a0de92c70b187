"""A certificate of the app's own making, for `--https`: microphones and cameras need it on phones.

Nobody vouches for it, so browsers warn once. It is kept in `.stork/https.pem` (readable by its owner alone), so that
they warn once and not every day; it is made anew when it runs out or the machine's addresses changed.
"""

import ipaddress
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from datastork.core.errors import MissingExtraError, StoreError

if TYPE_CHECKING:
    from cryptography import x509

DAYS = 397  # the longest that Apple's browsers accept
LEFT = timedelta(days=7)


def certificate(path: Path, names: Sequence[str]) -> tuple[Path, str]:
    """Return the file with key and certificate for `names`, and the SHA-256 fingerprint people can compare.

    Raises MissingExtraError without `cryptography`, StoreError where the file cannot be written.
    """
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
    except ImportError as error:
        raise MissingExtraError("stork label --https", "cryptography", "app") from error
    found: x509.Certificate | None = None
    if path.is_file():
        try:
            found = x509.load_pem_x509_certificate(path.read_bytes())
        except ValueError:  # damaged: it is made again
            found = None
    if found is None or found.not_valid_after_utc - datetime.now(UTC) < LEFT or not set(names) <= _names(found):
        found = _make(path, names)
    os.chmod(path, 0o600)
    digest = found.fingerprint(hashes.SHA256()).hex().upper()
    return path, ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))


def _names(certificate: "x509.Certificate") -> set[str]:
    from cryptography import x509

    held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(name) for name in (*held.get_values_for_type(x509.DNSName), *held.get_values_for_type(x509.IPAddress))}


def _make(path: Path, names: Sequence[str]) -> "x509.Certificate":
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stork label")])
    held: list[x509.GeneralName] = []
    for one in dict.fromkeys(names):
        try:
            held.append(x509.IPAddress(ipaddress.ip_address(one)))
        except ValueError:
            held.append(x509.DNSName(one))
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName(held), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    data = private + made.public_bytes(serialization.Encoding.PEM)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        partial.replace(path)
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror}", hint="check space and permissions") from error
    return made
