"""What a file of sound says by its first bytes, and the limits of what is read."""

from datastork.media.containers import ebml, iso

MAX_SECONDS = 24 * 3600
MAX_VALUES = 1 << 33  # samples of all channels read through: a day of stereo at 48 kHz
MAX_CHANNELS = 64
MAX_RATE = 1_000_000  # Hz; ultrasound is recorded at up to 500 kHz
MAX_HELD = 1 << 28  # samples of all channels held in memory at once, 1 GiB as float32

TITLES = {"ogg": "Ogg file", "wma": "WMA file", "m4a": "MP4", "webm": "WebM", "mka": "Matroska file"}
MIME = {
    "wav": "audio/wav",
    "flac": "audio/flac",
    "ogg": "audio/ogg",
    "mp3": "audio/mpeg",
    "aiff": "audio/aiff",
    "m4a": "audio/mp4",
    "webm": "audio/webm",
    "mka": "audio/x-matroska",
    "aac": "audio/aac",
    "amr": "audio/amr",
    "au": "audio/basic",
    "caf": "audio/x-caf",
    "wma": "audio/x-ms-wma",
}
DEMUXERS = {"m4a": "mov", "webm": "matroska", "mka": "matroska", "aac": "aac", "amr": "amr", "wma": "asf"}
_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_IMAGE_BRANDS = frozenset((b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))


def sniff(head: bytes) -> str | None:
    """Return the format of sound that begins with `head` (64 bytes and more), or None.

    MP4, WebM and Ogg may hold pictures as well; what is in them is seen when they are read.
    """
    if head[:4] in (b"RIFF", b"RF64", b"BW64", b"RIFX") and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    if head[:4] == b"OggS":
        return None if b"\x80theora" in head[:64] else "ogg"
    if head.startswith(ebml.MAGIC):
        return {"webm": "webm", "matroska": "mka"}.get(ebml.doctype(head))
    if iso.begins(head):
        return None if head[8:12] in _IMAGE_BRANDS and head[4:8] == b"ftyp" else "m4a"
    for start, name in _STARTS:
        if head.startswith(start):
            return name
    if head[:1] == b"\xff" and len(head) >= 4:
        if head[1] & 0xF6 == 0xF0:
            return "aac"
        return "mp3" if mpeg_frame(head[:4]) else None
    return None


_STARTS = (
    (b"fLaC", "flac"),
    (b"ID3", "mp3"),
    (b".snd", "au"),
    (b"caff", "caf"),
    (b"#!AMR", "amr"),
    (_ASF, "wma"),
)


def title(name: str) -> str:
    """Return the name of a format as people write it."""
    return TITLES.get(name, name.upper())


_KBITS = {
    (3, 1): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (3, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
}
_KBITS_LOW = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES = (44100, 48000, 32000)


def mpeg_frame(head: bytes) -> tuple[int, int, int] | None:
    """Return (bytes, samples, rate) of the MPEG audio frame whose header `head` is, or None where it is none.

    Layers II and III of MPEG-1, MPEG-2 and MPEG-2.5; ISO/IEC 11172-3 and 13818-3. Free format has no size: None.
    """
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3  # 3: MPEG-1, 2: MPEG-2, 0: MPEG-2.5; 1: III, 2: II
    kbits, rate, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer not in (1, 2) or kbits in (0, 15) or rate == 3:
        return None
    hertz = _RATES[rate] >> {3: 0, 2: 1, 0: 2}[version]
    bits = 1000 * _KBITS.get((version, layer), _KBITS_LOW)[kbits - 1]
    samples = 576 if layer == 1 and version != 3 else 1152
    return samples // 8 * bits // hertz + padding, samples, hertz
