"""What is to be collected from the web, and within which bounds."""

from dataclasses import asdict, dataclass
from fnmatch import translate
from functools import cached_property
from re import Pattern
from re import compile as compiled
from typing import Any, Literal

from datastork.core.hashing import key_of
from datastork.fetch import Policy
from datastork.fetch.policy import product

MEDIA = ("image/", "audio/", "video/", "font/")


@dataclass(frozen=True)
class Plan:
    """The settings of one crawl; see `collect.web` for what they mean.

    `start` are (address, keyword) pairs, `urls` addresses named one by one. `timeout` is in seconds for a page,
    `max_bytes` bounds one page. `warc_bytes` is when a new WARC file begins.
    """

    start: tuple[tuple[str, str | None], ...] = ()
    sitemap: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    depth: int | None = None
    hosts: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    limit: int | None = None
    types: tuple[str, ...] = ("text/html", "application/xhtml+xml", "text/plain")
    rate: float | None = 1.0
    host_bytes: int | None = None
    agent: str = ""
    allow: tuple[str, ...] = ()
    timeout: float = 20.0
    max_bytes: int = 8 << 20
    retries: int = 2
    recrawl: Literal["never", "changed"] = "never"
    warc_bytes: int = 1 << 30

    @property
    def folder_key(self) -> str:
        """What one folder of answers belongs to. Pages asked for under other bounds can be used again."""
        return key_of("collect.web", 1, product(self.agent), sorted(self.types), self.max_bytes)

    @property
    def result_key(self) -> str:
        """What the rows of a finished crawl belong to: all that says which pages are wanted."""
        told = asdict(self)
        for name in ("rate", "timeout", "retries", "warc_bytes", "agent"):
            del told[name]
        return key_of("collect.web rows", 1, self.folder_key, told)

    @property
    def policy(self) -> Policy:
        """How pages are fetched. Waiting between tries is for the queue of the host, not for the fetcher."""
        return Policy(
            allow=self.allow, timeout=self.timeout, max_bytes=self.max_bytes, retries=0, agent=self.agent, rate=None
        )

    @cached_property
    def patterns(self) -> "tuple[list[Pattern[str]], list[Pattern[str]]]":
        """The patterns of `include` and `exclude`."""
        return [compiled(translate(one)) for one in self.include], [compiled(translate(one)) for one in self.exclude]

    def wants(self, url: str) -> bool:
        """Say whether a link is within `include` and `exclude`."""
        include, exclude = self.patterns
        return (not include or any(one.match(url) for one in include)) and not any(one.match(url) for one in exclude)

    def takes(self, content_type: str) -> bool:
        """Say whether pages of this Content-Type are wanted; where there is none, the page will tell."""
        kind = content_type.partition(";")[0].strip().lower()
        return not kind or kind in self.types

    @classmethod
    def of_json(cls, told: dict[str, Any]) -> "Plan":
        """Return the plan that `asdict` gave, back from JSON, where tuples are lists."""
        plain: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in told.items()
        }
        plain["start"] = tuple((url, keyword) for url, keyword in told["start"])
        return cls(**plain)


def is_page_name(path: str) -> bool:
    """Say whether the end of a path may be a page: not `photo.jpg`, `song.mp3` or `data.zip`.

    >>> is_page_name("/a/b.html"), is_page_name("/a/b"), is_page_name("/v1.2"), is_page_name("/a/b.jpg")
    (True, True, True, False)
    """
    name = path.partition("?")[0].rpartition("/")[2]
    if "." not in name:
        return True
    end = name.rpartition(".")[2].lower()
    kind = _TYPES.get(end, "")
    return not (kind.startswith(MEDIA) or kind == "binary")


_TYPES = {
    **dict.fromkeys(
        ["jpg", "jpeg", "png", "gif", "webp", "avif", "svg", "ico", "bmp", "tif", "tiff", "heic", "psd"], "image/"
    ),
    **dict.fromkeys(["mp3", "wav", "ogg", "oga", "flac", "m4a", "aac", "mid", "midi", "opus"], "audio/"),
    **dict.fromkeys(["mp4", "m4v", "mov", "avi", "mkv", "webm", "mpg", "mpeg", "wmv", "flv"], "video/"),
    **dict.fromkeys(["woff", "woff2", "ttf", "otf", "eot"], "font/"),
    **dict.fromkeys(
        [
            "zip",
            "gz",
            "tgz",
            "bz2",
            "xz",
            "zst",
            "7z",
            "rar",
            "tar",
            "dmg",
            "iso",
            "exe",
            "msi",
            "deb",
            "rpm",
            "apk",
            "jar",
            "whl",
            "bin",
        ],
        "binary",
    ),
    **dict.fromkeys(
        [
            "pdf",
            "doc",
            "docx",
            "xls",
            "xlsx",
            "ppt",
            "pptx",
            "odt",
            "ods",
            "odp",
            "epub",
            "mobi",
            "css",
            "js",
            "mjs",
            "wasm",
            "map",
        ],
        "binary",
    ),
}
