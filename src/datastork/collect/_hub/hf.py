"""Datasets of the Hugging Face Hub: its API, the Parquet files of the dataset viewer, and the rows of the viewer.

https://huggingface.co/docs/hub/api, https://huggingface.co/docs/dataset-viewer/parquet
"""

import fnmatch
import re
from typing import Any
from urllib.parse import quote, urlsplit

from datastork.collect._hub import ends
from datastork.collect._hub.bibtex import bibtex_of
from datastork.collect._hub.origin import Origin, Part
from datastork.core.errors import DatastorkError, RecipeError, SourceError
from datastork.core.nearest import did_you_mean
from datastork.fetch import Fetcher, FetchError

README_BYTES = 512 << 10
FEW_ROWS, LARGE = 1000, 64 << 20  # so few rows of files so large are asked for row by row
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(?:/[\w.-]{1,96})?", re.ASCII)
_SHARD = re.compile(r"(?:^|/)(?P<split>[A-Za-z][\w.]*?)-\d{5}-of-\d{5}(?:-[0-9a-f]+)?\.parquet$")
_KEYWORD = re.compile(r"(?:^|[^A-Za-z0-9])(train|training|validation|valid|val|dev|test|testing|eval|evaluation)"
                      r"(?=[^A-Za-z0-9]|$)", re.IGNORECASE)  # fmt: skip
_SAME = {"training": "train", "valid": "validation", "val": "validation", "dev": "validation", "testing": "test",
         "eval": "test", "evaluation": "test"}  # fmt: skip


def find(
    fetcher: Fetcher, name: str, *, config: str | None, split: list[str], revision: str | None, limit: int | None
) -> tuple[Origin, list[Part]]:
    """Return what the Hub says of "owner/name", and the files of one config and some splits (all where none is named).

    With a `revision` they are the dataset's own Parquet files in it, else those of the viewer, else its own.
    """
    info = info_of(fetcher, name, revision)
    sha, given = str(info.get("sha") or ""), name
    if isinstance(info.get("id"), str) and _NAME.fullmatch(info["id"]):
        name = info["id"]  # what a dataset that has moved is called now
    parts: list[Part] = []
    notes: list[str] = []
    lack = ""
    if revision is None:
        parts, lack = _of_viewer(fetcher, name, sha, notes)
    if not parts or lack:
        own = _own_files(info, name, sha)
        if lack and not own:
            notes.append(f"hf:{name}: {lack}, and it has no Parquet files itself")
        parts = own or parts
    if not parts:
        hint = "only datasets with Parquet files can be collected; download its files and use collect.files"
        raise SourceError(f"hf:{given} has no Parquet files, and the dataset viewer has none of it", hint=hint)
    chosen = choose(parts, f"hf:{given}", config, split)
    first = chosen[0].size or 0
    if limit is not None and limit <= FEW_ROWS and first > LARGE and revision is None:
        chosen = _by_rows(chosen, name)
    return _origin(fetcher, name, info, sha, notes), chosen


def info_of(fetcher: Fetcher, name: str, revision: str | None) -> dict[str, Any]:
    """Return what the API says of a dataset, its files with their sizes among it."""
    if not _NAME.fullmatch(name) or ".." in name:
        raise RecipeError([f"dataset: 'hf:{name}' is no dataset; write 'hf:owner/name'"])
    state = f"/revision/{quote(revision, safe='')}" if revision is not None else ""
    url = f"{ends.hf_endpoint()}/api/datasets/{name}{state}?blobs=true"
    info = ends.asked(fetcher, url, f"hf:{name}" + (f" at {revision}" if revision else ""), headers=ends.token())
    if not isinstance(info, dict):
        raise SourceError(f"hf:{name}: the Hub answered with something else than a dataset")
    return info


def choose(parts: list[Part], name: str, config: str | None, split: list[str]) -> list[Part]:
    """Return the parts of one config and of some splits. Raises RecipeError with the names there are."""
    configs = list(dict.fromkeys(part.config for part in parts))
    if config is None:
        config = configs[0] if len(configs) == 1 else next((one for one in configs if one == "default"), None)
    if config is None or config not in configs:
        there = ", ".join(repr(one) for one in configs[:20]) + (", …" if len(configs) > 20 else "")
        what = "it has several: give one" if config is None else f"it has no {config!r}{did_you_mean(config, configs)}"
        raise RecipeError([f"config: {name}: {what} of {there}"])
    parts = [part for part in parts if part.config == config]
    splits = list(dict.fromkeys(part.split for part in parts))
    wrong = [one for one in split if one not in splits]
    if wrong:
        raise RecipeError(
            [f"split: {name} has no {one!r}{did_you_mean(one, splits)}; it has {', '.join(splits)}" for one in wrong]
        )
    return [part for part in parts if not split or part.split in split]


def _of_viewer(fetcher: Fetcher, name: str, sha: str, notes: list[str]) -> tuple[list[Part], str]:
    """Return the Parquet files the viewer has (none where it does not know the dataset), and what they lack."""
    url = f"{ends.viewer_endpoint()}/parquet?dataset={quote(name, safe='')}"
    try:
        answer = fetcher.get(url, {"Accept": "application/json", **ends.token()}, ends.MOST_JSON)
        if not answer.ok:
            return [], ""
        found = answer.json()
    except FetchError as error:
        notes.append(f"the dataset viewer could not be asked, so hf:{name} was taken from its own files: {error.what}")
        return [], ""
    files = found.get("parquet_files") if isinstance(found, dict) else None
    lack = ""
    if isinstance(found, dict):
        made_of = answer.headers.get("x-revision", "")
        if found.get("partial"):
            lack = "the dataset viewer holds only its first part"
        elif found.get("pending") or found.get("failed"):
            lack = "the dataset viewer has not converted all of it"
        elif made_of and sha and made_of != sha:
            lack = f"the dataset viewer holds an older revision, {made_of[:40]}"
    parts = []
    for one in files if isinstance(files, list) else ():
        if not isinstance(one, dict) or not all(isinstance(one.get(key), str) for key in ("url", "config", "split")):
            raise SourceError(f"hf:{name}: the list of Parquet files is not as documented")
        size = one.get("size")
        address, secret = _ours(one["url"])
        parts.append(
            Part(
                "parquet", address, size if isinstance(size, int) else None,
                config=one["config"], split=one["split"], secret=secret,
            )
        )  # fmt: skip
    return parts, lack


def _ours(url: str) -> tuple[str, bool]:
    """Return an address of the public Hub as one of the Hub in use, and whether it is of that Hub."""
    endpoint = ends.hf_endpoint()
    if url.startswith("https://huggingface.co/"):
        url = endpoint + url.removeprefix("https://huggingface.co")
    same = urlsplit(url)[:2] == urlsplit(endpoint)[:2]
    return url, same


def _own_files(info: dict[str, Any], name: str, sha: str) -> list[Part]:
    files = {}
    for one in info.get("siblings") or ():
        path = one.get("rfilename") if isinstance(one, dict) else None
        if isinstance(path, str) and path.endswith(".parquet") and ".." not in path.split("/"):
            files[path] = one
    parts = []
    for config, split, path in _named(info, sorted(files)):
        lfs = files[path].get("lfs")
        digest = f"sha256:{lfs['sha256']}" if isinstance(lfs, dict) and isinstance(lfs.get("sha256"), str) else ""
        size = files[path].get("size")
        url = f"{ends.hf_endpoint()}/datasets/{name}/resolve/{quote(sha or 'main', safe='')}/{quote(path)}"
        given = size if isinstance(size, int) else None
        parts.append(Part("parquet", url, given, digest, config=config, split=split, secret=True))
    return parts


def _named(info: dict[str, Any], paths: list[str]) -> list[tuple[str, str, str]]:
    """Return (config, split, path): as the card declares them, else by the names of the files."""
    card = info.get("cardData")
    declared = card.get("configs") if isinstance(card, dict) else None
    found = []
    for one in declared if isinstance(declared, list) else ():
        config = str(one.get("config_name", "default")) if isinstance(one, dict) else "default"
        data = one.get("data_files") if isinstance(one, dict) else None
        for entry in data if isinstance(data, list) else [data]:
            split = str(entry.get("split", "train")) if isinstance(entry, dict) else "train"
            globs = entry.get("path") if isinstance(entry, dict) else entry
            for pattern in globs if isinstance(globs, list) else [globs]:
                if isinstance(pattern, str):
                    matched = [path for path in paths if fnmatch.fnmatchcase(path, pattern.removeprefix("./"))]
                    found += [(config, split, path) for path in matched]
    if found:
        return list(dict.fromkeys(found))
    return [("default", _split_by_name(path), path) for path in paths]


def _split_by_name(path: str) -> str:
    shard = _SHARD.search(path)
    if shard:
        return shard["split"]
    words = _KEYWORD.findall(path)
    return _SAME.get(words[-1].lower(), words[-1].lower()) if words else "train"


def _by_rows(parts: list[Part], name: str) -> list[Part]:
    """Return the splits of these files, to be asked for row by row."""
    query = f"dataset={quote(name, safe='')}"
    places = dict.fromkeys((part.config, part.split) for part in parts)
    return [
        Part(
            "rows",
            f"{ends.viewer_endpoint()}/rows?{query}&config={quote(config, safe='')}&split={quote(split, safe='')}",
            config=config,
            split=split,
            secret=True,
        )
        for config, split in places
    ]


def _origin(fetcher: Fetcher, name: str, info: dict[str, Any], sha: str, notes: list[str]) -> Origin:
    card = info.get("cardData") if isinstance(info.get("cardData"), dict) else {}
    assert isinstance(card, dict)
    given = card.get("license")
    licences = [str(one) for one in given] if isinstance(given, list) else [str(given)] if given else []
    if licences in (["other"], ["unknown"]):
        licences = [str(card["license_name"])] if card.get("license_name") else []
        if card.get("license_link"):
            notes = [*notes, f"hf:{name}: the text of its licence: {card['license_link']}"]
    if len(licences) > 1:
        notes = [
            *notes,
            f"hf:{name} names several licences: {', '.join(licences)}; its page says which part has which",
        ]
    citation = info.get("citation")
    return Origin(
        name=f"hf:{name}",
        revision=sha,
        title=str(card.get("pretty_name") or ""),
        licence=" AND ".join(licences) or None,
        citation=citation.strip() if isinstance(citation, str) and citation.strip() else _cited(fetcher, name, sha),
        homepage=f"https://huggingface.co/datasets/{name}",
        notes=tuple(notes),
    )


def _cited(fetcher: Fetcher, name: str, sha: str) -> str:
    """Return the citation in the README, or nothing where there is none to be had."""
    url = f"{ends.hf_endpoint()}/datasets/{name}/resolve/{quote(sha or 'main', safe='')}/README.md"
    try:
        answer = fetcher.get(url, ends.token(), README_BYTES)
    except DatastorkError:
        return ""
    return bibtex_of(answer.body.decode(errors="replace")) if answer.ok else ""
