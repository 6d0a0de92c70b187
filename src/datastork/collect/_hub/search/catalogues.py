"""How each catalogue is asked for words, and what it answers.

https://huggingface.co/docs/hub/api, https://www.openml.org/apis, https://developers.zenodo.org
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from datastork.collect._hub import ends, openml
from datastork.collect._hub.search.hit import Hit, words_of
from datastork.collect._hub.shipped import SHIPPED
from datastork.collect._spdx import spdx
from datastork.fetch import Fetcher, FetchError

MOST_NAMES, MOST_TEXTS = 6, 5  # requests for one question to OpenML and to the Hub
ZENODO_PAGE = 25  # records that guests get at once
EXPAND = ("cardData", "description", "disabled", "downloads", "lastModified", "mainSize", "tags", "usedStorage")
_TAG = re.compile(r"<[^<>]{0,500}>")


def hugging_face(fetcher: Fetcher, words: str, limit: int) -> list[Hit]:
    """Ask the Hugging Face Hub, which looks for texts as they stand: all words, the words joined, each by itself."""
    parts = words_of(words)
    found: dict[str, dict[str, Any]] = {}
    for texts in list(dict.fromkeys([tuple(parts), ("-".join(parts),), *((part,) for part in parts)]))[:MOST_TEXTS]:
        query: dict[str, Any] = {"search": texts, "limit": limit, "sort": "downloads", "expand": EXPAND}
        url = f"{ends.hf_endpoint()}/api/datasets?{urlencode(query, doseq=True)}"
        for one in _dicts(_asked(fetcher, url, ends.token())):
            if isinstance(one.get("id"), str) and not one.get("disabled"):
                found.setdefault(one["id"], one)
    return [_of_hub(one) for one in found.values()]


def _of_hub(one: dict[str, Any]) -> Hit:
    tags: dict[str, list[str]] = {}
    for tag in one.get("tags") or ():
        if isinstance(tag, str):
            key, _, value = tag.partition(":")
            tags.setdefault(key, []).append(value)
    card = one["cardData"] if isinstance(one.get("cardData"), dict) else {}
    licence = next(iter(tags.get("license", ())), None)
    size = one.get("mainSize") or one.get("usedStorage")
    name = f"hf:{one['id']}"
    return Hit(
        source="hf",
        name=name,
        title=str(card.get("pretty_name") or one["id"]),
        link=f"https://huggingface.co/datasets/{one['id']}",
        line=f'dataset = "{name}"',
        license=spdx(licence) or licence,
        size=size if isinstance(size, int) else None,
        rows=_most(tags.get("size_categories") or []),
        downloads=_whole(one.get("downloads")),
        updated=_day(one.get("lastModified")),
        tasks=tuple((tags.get("task_categories") or [])[:4]),
        languages=tuple((tags.get("language") or [])[:6]),
        about=str(one.get("description") or "")[:2000],
    )


def open_ml(fetcher: Fetcher, words: str, limit: int) -> list[Hit]:
    """Ask OpenML, which knows datasets by their whole name only: the words joined, and each by itself."""
    parts = words_of(words)
    names = dict.fromkeys([words.strip(), *(mark.join(parts) for mark in "-_"), *parts])
    found: dict[str, dict[str, Any]] = {}
    for name in [one for one in names if one][:MOST_NAMES]:
        for row in openml.listed(fetcher, f"data_name/{quote(name, safe='')}", limit):
            found.setdefault(str(row["did"]), row)
    return [_of_openml(row) for row in found.values()]


def _of_openml(row: dict[str, Any]) -> Hit:
    quality = {str(one.get("name")): one.get("value") for one in _dicts(row.get("quality"))}
    rows = quality.get("NumberOfInstances")
    classes = str(quality.get("NumberOfClasses") or "0")
    name = f"openml:{row['did']}"
    numbers = re.fullmatch(r"\d{1,12}(?:\.0)?", str(rows or ""))
    return Hit(
        source="openml",
        name=name,
        title=f"{row.get('name')} (version {row.get('version')})",
        link=f"https://www.openml.org/d/{row['did']}",
        line=f'dataset = "{name}"',
        rows=int(float(str(rows))) if numbers else None,
        tasks=("tabular-classification",) if classes not in ("0", "0.0", "-1.0") else ("tabular-regression",),
    )


def zenodo(fetcher: Fetcher, words: str, limit: int) -> list[Hit]:
    """Ask Zenodo for records of the type dataset, the best match first."""
    query = {"q": words, "type": "dataset", "size": min(limit, ZENODO_PAGE), "sort": "bestmatch"}
    found = _asked(fetcher, f"{ends.zenodo_endpoint()}/records?{urlencode(query)}")
    hits = found.get("hits", {}) if isinstance(found, dict) else {}
    return [_of_zenodo(one) for one in _dicts(hits.get("hits") if isinstance(hits, dict) else None)]


def _of_zenodo(one: dict[str, Any]) -> Hit:
    about = one["metadata"] if isinstance(one.get("metadata"), dict) else {}
    stats = one["stats"] if isinstance(one.get("stats"), dict) else {}
    links = one["links"] if isinstance(one.get("links"), dict) else {}
    licence = about.get("license")
    given = str(licence.get("id") or "") if isinstance(licence, dict) else ""
    sizes = [size for file in _dicts(one.get("files")) if (size := _whole(file.get("size"))) is not None]
    return Hit(
        source="zenodo",
        name=f"zenodo:{one.get('id')}",
        title=str(about.get("title") or one.get("title") or "without a title"),
        link=str(links.get("self_html") or links.get("html") or f"https://zenodo.org/records/{one.get('id')}"),
        license=spdx(given) or given or None,
        size=sum(sizes) if sizes else None,
        downloads=_whole(stats.get("downloads")),
        updated=_day(about.get("publication_date")),
        languages=(str(about["language"]),) if about.get("language") else (),
        about=_TAG.sub(" ", str(about.get("description") or "")[:4000]),
    )


def scikit_learn(fetcher: Fetcher | None, words: str, limit: int) -> list[Hit]:
    """Look among the datasets that scikit-learn ships; no network is needed."""
    found = []
    for name, (title, rows, task, link) in SHIPPED.items():
        known = set(words_of(f"{name} {title} {task}"))
        if any(
            word in known or any(one.startswith(word) and len(word) > 3 for one in known) for word in words_of(words)
        ):
            line = f'dataset = "sklearn:{name}"'
            found.append(Hit("sklearn", f"sklearn:{name}", title, link, line, rows=rows, tasks=(task,)))
    return found[:limit]


CATALOGUES: dict[str, Callable[[Fetcher, str, int], list[Hit]]] = {
    "hf": hugging_face,
    "openml": open_ml,
    "sklearn": scikit_learn,
    "zenodo": zenodo,
}


def _asked(fetcher: Fetcher, url: str, headers: dict[str, str] | None = None) -> Any:
    answer = fetcher.get(url, {"Accept": "application/json", **(headers or {})}, ends.MOST_JSON)
    if answer.status == 429:
        raise FetchError(url, "the server asks us to wait (429)")
    return answer.checked().json()


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _whole(value: Any) -> int | None:
    number = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**63
    return int(value) if number else None


def _day(value: Any) -> str | None:
    text = str(value or "")[:10]
    return text if re.fullmatch(r"\d{4}(?:-\d\d(?:-\d\d)?)?", text) else None


def _most(categories: list[str]) -> int | None:
    """Return the number of rows that a size category of the Hub ends with: 10000 for "1K<n<10K"."""
    ends_with = re.search(r"<(\d{1,4})([KMBT]?)$", categories[0]) if categories else None
    if not ends_with:
        return None
    return int(ends_with[1]) * {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}[ends_with[2]]
