"""What an uploaded file is, by its first bytes; what its sender called it does not count."""

from datastork.core.errors import DataError

HEAD = 512
MIME = {
    "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "heic": "image/heic",
    "webm": "audio/webm", "ogg": "audio/ogg", "m4a": "audio/mp4", "wav": "audio/wav", "mp3": "audio/mpeg",
}  # fmt: skip
PHOTOS = frozenset({"jpeg", "png", "webp", "heic"})
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1")


def sniff(head: bytes) -> str:
    """Return the format of a photo or recording that begins with `head`: a key of `MIME`. Raises DataError."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"WAVE"):
        return "webp" if head[8:12] == b"WEBP" else "wav"
    if head[4:8] == b"ftyp":
        return "heic" if head[8:12] in _HEIC else "m4a"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm"
    if head.startswith(b"OggS"):
        return "ogg"
    if head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return "mp3"
    raise DataError("the file is no photo and no recording that is known", hint=f"known: {', '.join(MIME)}")
