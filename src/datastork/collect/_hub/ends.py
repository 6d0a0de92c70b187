"""The addresses of the catalogues, which a setting of the environment can put elsewhere, and asking them."""

import os
from typing import Any
from urllib.parse import urlsplit

from datastork.core.errors import NotFoundError, SourceError
from datastork.fetch import Fetcher, FetchError, Policy

MOST_JSON = 32 << 20  # bytes of one answer
CLOSED = "it may be private or gated: accept its terms on its page and set HF_TOKEN in the environment"


def hf_endpoint() -> str:
    """Return the address of the Hugging Face Hub: DATASTORK_HF_ENDPOINT, HF_ENDPOINT, or the public one."""
    given = os.environ.get("DATASTORK_HF_ENDPOINT") or os.environ.get("HF_ENDPOINT") or "https://huggingface.co"
    return given.rstrip("/")


def viewer_endpoint() -> str:
    """Return the address of the dataset viewer: DATASTORK_HF_VIEWER, or the public one, or that of a Hub elsewhere."""
    given = os.environ.get("DATASTORK_HF_VIEWER", "")
    if not given:
        own = hf_endpoint() != "https://huggingface.co"
        given = hf_endpoint() if own else "https://datasets-server.huggingface.co"
    return given.rstrip("/")


def openml_endpoint() -> str:
    """Return the address of OpenML: DATASTORK_OPENML_ENDPOINT, or the public one."""
    return (os.environ.get("DATASTORK_OPENML_ENDPOINT") or "https://www.openml.org/api/v1").rstrip("/")


def zenodo_endpoint() -> str:
    """Return the address of Zenodo: DATASTORK_ZENODO_ENDPOINT, or the public one."""
    return (os.environ.get("DATASTORK_ZENODO_ENDPOINT") or "https://zenodo.org/api").rstrip("/")


def policy(*, timeout: float = 120.0, retries: int = 3) -> Policy:
    """Return what fetching from the catalogues may do. The hosts that the environment names may be private."""
    named = ("DATASTORK_HF_ENDPOINT", "HF_ENDPOINT", "DATASTORK_HF_VIEWER", "DATASTORK_OPENML_ENDPOINT")
    given = [os.environ.get(name, "") for name in (*named, "DATASTORK_ZENODO_ENDPOINT")]
    allow = tuple(dict.fromkeys(urlsplit(one).netloc.rpartition("@")[2] for one in given if "://" in one))
    return Policy(allow=allow, timeout=timeout, retries=retries, max_bytes=MOST_JSON)


def token() -> dict[str, str]:
    """Return the header that opens private and gated datasets: HF_TOKEN of the environment, never stored."""
    given = os.environ.get("HF_TOKEN", "").strip()
    return {"Authorization": f"Bearer {given}"} if given else {}


def asked(fetcher: Fetcher, url: str, name: str, *, headers: dict[str, str] | None = None) -> Any:
    """Return the JSON at `url`. Raises NotFoundError where the catalogue has no `name`, SourceError for other ills."""
    try:
        answer = fetcher.get(url, {"Accept": "application/json", **(headers or {})}, MOST_JSON)
        if answer.status in (401, 403):
            raise SourceError(f"{name}: the server answered {answer.status}", hint=CLOSED)
        if answer.status == 404:
            raise NotFoundError(f"there is no dataset {name}", hint="look for one with: stork search WORDS")
        return answer.checked().json()
    except FetchError as error:
        raise unreachable(name, error) from error


def unreachable(name: str, error: FetchError) -> SourceError:
    """Return the error of a collecting step whose source does not answer."""
    hint = error.hint or "what was collected so far is kept; try again"
    return SourceError(f"{name}: {error.message}", hint=CLOSED if "answered 40" in error.what else hint)
