"""What a file of video says by its first bytes, and the limits of what is read."""

from datastork.media.containers import ebml, iso

MAX_PIXELS = 100_000_000  # of a frame
MAX_FRAMES = 20_000_000  # two days at 100 frames a second

TITLES = {"mp4": "MP4", "mov": "MOV", "webm": "WebM", "mkv": "Matroska file", "ts": "MPEG transport stream"}
MIME = {
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "mkv": "video/x-matroska",
    "avi": "video/x-msvideo",
    "ts": "video/mp2t",
    "mpeg": "video/mpeg",
    "flv": "video/x-flv",
    "wmv": "video/x-ms-wmv",
    "ogv": "video/ogg",
}
DEMUXERS = {
    "mp4": "mov",
    "mov": "mov",
    "webm": "matroska",
    "mkv": "matroska",
    "avi": "avi",
    "ts": "mpegts",
    "mpeg": "mpeg",
    "flv": "flv",
    "wmv": "asf",
    "ogv": "ogg",
}
_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_NO_VIDEO = frozenset(
    (b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"M4A ", b"M4B ")
)


def sniff(head: bytes) -> str | None:
    """Return the format of a video that begins with `head` (512 bytes where there are), or None.

    Moving GIF, WebP and PNG are images here.
    """
    if iso.begins(head):
        if head[4:8] == b"ftyp" and head[8:12] in _NO_VIDEO:
            return None
        return "mp4" if head[4:8] == b"ftyp" and head[8:12] != b"qt  " else "mov"
    if head.startswith(ebml.MAGIC):
        return {"webm": "webm", "matroska": "mkv"}.get(ebml.doctype(head))
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "avi"
    if head[:4] == b"OggS":
        return "ogv" if b"\x80theora" in head else None
    if head.startswith(b"\x00\x00\x01\xba"):
        return "mpeg"
    if head.startswith(b"FLV\x01"):
        return "flv"
    if head.startswith(_ASF):
        return "wmv"
    if head[:1] == b"G" and head[188:189] == b"G" and head[376:377] == b"G":
        return "ts"
    return None


def title(name: str) -> str:
    """Return the name of a format as people write it."""
    return TITLES.get(name, name.upper())
