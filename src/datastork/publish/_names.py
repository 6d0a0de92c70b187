"""Names of files and folders: readable, unique, and allowed on every file system."""

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from urllib.parse import urlsplit

LONGEST = 80  # bytes of UTF-8; leaves room for ids, extensions and what sync programs append
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$)(\..*)?", re.IGNORECASE)
# words by which `load_dataset` takes a file or folder for a part of a split
KEYWORD = re.compile(
    r"(?<![^-._ 0-9])(train|training|validation|valid|dev|val|test|testing|eval|evaluation)(?![^-._ 0-9])",
    re.IGNORECASE,
)
SPLIT = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*")
MOST = 10_000  # entries of one folder, the limit of the Hugging Face Hub
PER_FOLDER = MOST - 2  # the list of the split may lie beside them


def digest(text: str, length: int = 8) -> str:
    """Return a short hash of a text, as hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def safe(text: str) -> str:
    """Return `text` without anything some file system, shell or loader stumbles over; may be empty.

    Letters and digits of every script stay, and spaces, dots, hyphens and underscores inside. No result
    begins with a dot, a hyphen or an underscore (hidden, an option, ignored by loaders) or ends with a dot
    or a space; a word that names a split gets an x before it.
    """
    plain = unicodedata.normalize("NFC", text)
    kept = "".join(c if c.isalnum() or c in " .-_" or unicodedata.category(c) in {"Mn", "Mc"} else "_" for c in plain)
    kept = re.sub(r"\.{2,}", "_", kept)
    kept = KEYWORD.sub(r"x\1", kept.strip(" ._-"))
    kept = kept.encode()[: LONGEST - 1].decode(errors="ignore").strip(" ._-")
    kept = KEYWORD.sub(r"x\1", kept)  # what was cut may end in one
    # an accent with no letter before it is no name
    return "" if RESERVED.fullmatch(kept) or (kept and unicodedata.category(kept[0]).startswith("M")) else kept


def folders_of(labels: Iterable[str]) -> dict[str, str]:
    """Return a folder name for each label; no two share one, whatever the file system makes of case.

    A name that is not the label itself carries a hash of it, so that it stays when other labels come.
    """
    labels = sorted(set(labels))
    folded = Counter(_folded(safe(label)) for label in labels)
    names = {label: label for label in labels if label and safe(label) == label and folded[_folded(label)] == 1}
    taken = {_folded(name) for name in names.values()}
    for label in labels:
        for length in (8, 16, 64):
            if label in names:
                break
            name = f"{safe(label) or 'label'}-{digest(label, length)}"
            if _folded(name) not in taken:
                names[label] = name
                taken.add(_folded(name))
    return names


def _folded(name: str) -> str:
    """Return what a file system that ignores case and the form of accents compares."""
    return unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name).casefold())


def stem_of(uri: str | None) -> str:
    """Return the readable part of where a sample came from: the file name without folders and extension.

    Example:
        >>> stem_of("photos.zip!/garden/IMG 1.JPG")
        'IMG 1'
    """
    path = uri or ""
    if re.match(r"[a-z][a-z0-9+.-]+://", path, re.IGNORECASE):
        path = urlsplit(path).path
    last = re.split(r"[/\\]", path.rstrip("/\\"))[-1]
    stem, dot, _ = last.rpartition(".")
    return safe(stem if dot and stem else last)


class FileNames:
    """Gives each sample a path below its folder; never the same twice, and never too many in one folder."""

    def __init__(self) -> None:
        self._taken: dict[str, set[str]] = defaultdict(set)

    def path(self, folder: str, uri: str | None, sample: str, extension: str, *, crowded: bool) -> str:
        """Return the path of one sample. `crowded` folders are divided into `0000`, `0001`, …"""
        taken = self._taken[folder]
        stem = stem_of(uri)
        short = sample[:8] if re.fullmatch(r"[0-9a-z]{8}.*", sample, re.DOTALL) else digest(sample)
        name = f"{stem}-{short}" if stem else short
        if _folded(name) in taken:
            name = f"{name}-{digest(sample, 16)}"
        number = len(taken)
        taken.add(_folded(name))
        part = f"{number // PER_FOLDER:04d}/" if crowded else ""
        return f"{folder}/{part}{name}.{extension}"
