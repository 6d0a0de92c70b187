"""The files of the pages: scripts, styles, icons. All names are known at the start; nothing else can be asked for.

A page says `/static/js/shell.js`; it is sent with `/static/<build>/js/shell.js` in its place, where <build> is a hash
of all the files. What lies under the hash never changes and is kept by browsers for ever; modules refer to one another
by relative paths and so stay together.
"""

import gzip
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

KINDS = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
}
PACKED = frozenset({".js", ".css", ".html", ".svg", ".json", ".webmanifest"})
LEAN = frozenset({".js", ".css"})
FOREVER = "public, max-age=31536000, immutable"
PREFIX = "/static/"
LONGEST_FILE = 4 * 1024 * 1024


def lean(text: str) -> str:
    """Return a script or a style sheet without whole lines of comment and without indentation: a tenth less on the way.

    Lines stay lines, so nothing means anything else; no text of ours goes over several lines (a test looks).
    """
    kept, inside = [], False
    for line in text.split("\n"):
        line = line.strip()
        if inside:
            inside = "*/" not in line
            continue
        if line.startswith("/*"):
            inside = "*/" not in line
            if inside or line.endswith("*/"):
                continue
        if line and not line.startswith("//"):
            kept.append(line)
    return "\n".join(kept) + "\n"


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is sent: its bytes, packed where that is smaller, and what they are."""

    data: bytes
    packed: bytes | None
    kind: str


@dataclass(slots=True)
class Static:
    """The files below a folder."""

    root: Path
    build: str = ""
    names: dict[str, Path] = field(default_factory=dict)
    _read: dict[str, File] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @classmethod
    def of(cls, root: Path) -> "Static":
        """Return the files below `root`, with a hash of all of them."""
        found = {
            path.relative_to(root).as_posix(): path
            for path in sorted(root.rglob("*"))
            if path.suffix in KINDS and path.is_file() and path.stat().st_size <= LONGEST_FILE
        }
        sink = hashlib.sha256()
        for name, path in found.items():
            sink.update(f"{name}\x00".encode() + path.read_bytes() + b"\x00")
        return cls(root, sink.hexdigest()[:12], found)

    def get(self, name: str) -> File | None:
        """Return a file by its path below the folder, or None. Pages and workers get the hash into their paths."""
        path = self.names.get(name)
        if path is None:
            return None
        with self._lock:
            held = self._read.get(name)
            if held is None:
                data = path.read_bytes()
                if path.suffix in (".html", ".webmanifest") or name == "sw.js":
                    data = data.replace(PREFIX.encode(), f"{PREFIX}{self.build}/".encode())
                    data = data.replace(b"BUILD_HASH", self.build.encode())
                if path.suffix in LEAN:
                    data = lean(data.decode("utf-8")).encode()
                packed = gzip.compress(data, 9, mtime=0) if path.suffix in PACKED else None
                if packed is not None and len(packed) >= len(data):
                    packed = None
                held = self._read[name] = File(data, packed, KINDS[path.suffix])
            return held
