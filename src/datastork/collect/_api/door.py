"""The way to an API: its address with keywords filled in, secrets from the environment, and no way to strangers."""

import os
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from datastork.core.errors import RecipeError, SourceError
from datastork.fetch import Answer, Fetcher, FetchError

MOST_JSON = 64 << 20  # bytes of one page
_SECRET = re.compile(r"authorization|cookie|token|secret|passw|api.?key|^key$|access.?key", re.IGNORECASE)
_ENV = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]{0,99})")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")


class Door:
    """Asks one API. Headers and parameters of the recipe go to its own host only, and into no message or file."""

    def __init__(
        self,
        fetcher: Fetcher,
        url: str,
        *,
        headers: Mapping[str, str],
        params: Mapping[str, str],
        hosts: tuple[str, ...],
    ) -> None:
        self._fetcher = fetcher
        self._home = origin(url)
        self._hosts = {host.lower() for host in hosts}
        self._secrets: list[str] = []
        self._headers = {name: self._filled(value) for name, value in headers.items()}
        self._params = {name: self._filled(value) for name, value in params.items()}

    def json(self, url: str) -> tuple[Any, Answer]:
        """Return a page and its answer. Raises SourceError without telling what is secret."""
        try:
            answer = self.answer(url, {"Accept": "application/json"}, MOST_JSON)
            return answer.checked().json(), answer
        except FetchError as error:
            status = 401 if "answered 401" in error.what else 403 if "answered 403" in error.what else 0
            hint = "does it want a key? headers = {Authorization = 'env:NAME'}" if status else error.hint
            raise SourceError(self.plain(error.message), hint=self.plain(hint)) from None

    def answer(self, url: str, headers: Mapping[str, str], limit: int) -> Answer:
        """Return the answer of an address; our own headers and parameters go along to our own host."""
        ours = origin(url) == self._home
        sent = {**headers, **self._headers} if ours else dict(headers)
        return self._fetcher.get(with_params(url, self._params) if ours else url, sent, limit)

    def follow(self, url: str, link: str) -> str:
        """Return where a link on a page leads, without our secrets. Raises SourceError for another host."""
        try:
            goal = self.bare(urljoin(url, link))
        except ValueError:
            raise SourceError(f"the next page of {self.plain(url)} is no address: {self.plain(link[:200])!r}") from None
        there, here = origin(goal), origin(url)
        same = there == here or there == self._home or there == here.replace("http://", "https://", 1)
        if not same and urlsplit(goal).netloc.lower() not in self._hosts:
            name = urlsplit(goal).netloc or goal
            raise SourceError(
                f"the next page of {self.plain(url)} lies at {self.plain(name)!r}",
                hint="if that is right, allow it: hosts = ['NAME']; what was collected so far is kept",
            )
        return goal

    def bare(self, url: str) -> str:
        """Return an address without the parameters that the recipe adds to each."""
        if not self._params:
            return url
        parts = urlsplit(url)
        kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True)
                if name not in self._params]  # fmt: skip
        return urlunsplit(parts._replace(query=urlencode(kept)))

    def plain(self, text: str) -> str:
        """Return a message without what is secret."""
        for secret in self._secrets:
            for written in (secret, quote(secret, safe=""), quote(secret), secret.removeprefix("Bearer ")):
                text = text.replace(written, "…")
        return text

    def _filled(self, value: str) -> str:
        def from_environment(found: re.Match[str]) -> str:
            given = os.environ.get(found[1], "").strip()
            if not given:
                raise RecipeError([f"the environment has no {found[1]}, which the recipe names as 'env:{found[1]}'"])
            self._secrets.append(given)
            return given

        return _ENV.sub(from_environment, value)


def door_problems(url: str, headers: Mapping[str, str], params: Mapping[str, str], queries: list[str]) -> list[str]:
    """Return what is wrong with the settings that say how to reach the API."""
    problems = []
    parts = urlsplit(url) if url.isprintable() else urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        problems.append(f"url: {url[:80]!r} is no address; write 'https://…'")
    elif "@" in parts.netloc:
        problems.append("url: a password in an address would be kept; write headers = {Authorization = 'env:NAME'}")
    if queries and "{keyword}" not in url:
        problems.append("query: the url has no {keyword} to fill in")
    if "{keyword}" in url and not queries:
        problems.append("url: {keyword} needs the setting query")
    for setting, given in (("headers", headers), ("params", params)):
        for name, value in given.items():
            if setting == "headers" and not (_HEADER.fullmatch(name) and value.isprintable() and value.isascii()):
                problems.append(f"headers: {name[:40]!r} is no header")
            if _SECRET.search(name) and not _ENV.search(value):
                problems.append(f"{setting}: a recipe is no place for a secret; write {name} = 'env:NAME_OF_VARIABLE'")
    for name, value in parse_qsl(parts.query):
        if _SECRET.search(name) and len(value) >= 8:
            problems.append(
                f"url: a recipe is no place for a secret; write params = {{{name} = 'env:NAME_OF_VARIABLE'}}"
            )
    return problems


def filled(url: str, keyword: str | None) -> str:
    """Return an address with a keyword in it.

    Example:
        >>> filled("https://a.org/search?q={keyword}", "red fox & co")
        'https://a.org/search?q=red%20fox%20%26%20co'
    """
    return url if keyword is None else url.replace("{keyword}", quote(keyword, safe=""))


def origin(url: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}"


def with_params(url: str, params: Mapping[str, Any]) -> str:
    """Return an address with these parameters, in place of those of the same name.

    Example:
        >>> with_params("https://a.org/x?page=1&q=a%20b", {"page": 2})
        'https://a.org/x?q=a+b&page=2'
    """
    if not params:
        return url
    parts = urlsplit(url)
    given = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in params]
    return urlunsplit(
        parts._replace(query=urlencode([*given, *((name, str(value)) for name, value in params.items())]))
    )
