"""The headers of every answer. No script, style, picture or frame but our own; nothing is guessed from content."""

CONTENT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; font-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
MEDIA = "default-src 'none'; sandbox"  # what samples hold never acts, not even opened on its own

ALWAYS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    # "no-referrer" would make browsers send `Origin: null` with our own requests
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (
        b"permissions-policy",
        b"camera=(self), microphone=(self), geolocation=(), payment=(), usb=(), interest-cohort=()",
    ),
)
DEFAULTS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", CONTENT.encode()),
    (b"cache-control", b"no-store"),
)


def complete(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer with those that every answer has."""
    have = {name.lower() for name, _ in headers}
    return [*headers, *ALWAYS, *(pair for pair in DEFAULTS if pair[0] not in have)]
