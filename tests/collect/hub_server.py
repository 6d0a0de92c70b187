"""The protocols of the Hugging Face Hub, its dataset viewer and OpenML, spoken on loopback.

The answers of OpenML are the recorded ones that scikit-learn ships for its own tests.
"""

import gzip
import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sklearn.datasets
from tests.collect.loopback import Asked, Reply, Server, ranged, serving

SHA = "c0ffee" * 6 + "0123"
RECORDED = Path(sklearn.datasets.__file__).parent / "tests" / "data" / "openml"


def parquet(columns: dict[str, Any], features: dict[str, Any] | None = None) -> bytes:
    """Return a Parquet file as Hugging Face writes them."""
    table = pa.table(columns)
    if features:
        about = json.dumps({"info": {"features": features}})
        table = table.replace_schema_metadata({"huggingface": about})
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


@dataclass
class HubDataset:
    """A dataset of the Hub: what its card says, and its Parquet files by (config, split, name)."""

    card: dict[str, Any] = field(default_factory=dict)
    files: dict[tuple[str, str, str], bytes] = field(default_factory=dict)
    readme: str = ""
    sha: str = SHA
    viewer: bool = True
    own: bool = True
    private: bool = False
    partial: bool = False
    viewer_sha: str = ""
    stated_size: int | None = None


@dataclass
class Hub:
    """The catalogue behind the server."""

    datasets: dict[str, HubDataset] = field(default_factory=dict)
    records: list[dict[str, Any]] = field(default_factory=list)
    token: str = "hf_secret"

    def answer(self, asked: Asked) -> Reply:
        """Answer as the Hub, its viewer, or OpenML."""
        if asked.path.startswith("/openml/"):
            return openml(asked)
        if asked.path == "/zenodo/records":
            return self._zenodo(asked)
        if asked.path == "/parquet":
            return self._viewer(asked)
        if asked.path == "/rows":
            return self._rows(asked)
        if asked.path == "/api/datasets":
            return self._search(asked)
        for name, one in self.datasets.items():
            if one.private and asked.headers.get("authorization") != f"Bearer {self.token}" and name in asked.path:
                return Reply(b'{"error":"Access is restricted"}', 401)
            if asked.path in (f"/api/datasets/{name}", f"/api/datasets/{name}/revision/{one.sha}"):
                return _json(self._info(name, one))
            if asked.path == f"/datasets/{name}/resolve/{one.sha}/README.md":
                return Reply(one.readme.encode()) if one.readme else Reply(b"", 404)
            for (config, split, file), content in one.files.items():
                etag = f'"{hashlib.sha256(content).hexdigest()}"'
                if asked.path in (
                    f"/datasets/{name}/resolve/refs/convert/parquet/{config}/{split}/{file}",
                    f"/datasets/{name}/resolve/{one.sha}/{config}/{split}-{file}",
                ):
                    return ranged(asked, content, etag)
        return Reply(b'{"error":"Repository not found"}', 404)

    def _info(self, name: str, one: HubDataset) -> dict[str, Any]:
        siblings: list[dict[str, Any]] = [{"rfilename": "README.md", "size": len(one.readme)}]
        for (config, split, file), content in one.files.items() if one.own else ():
            lfs = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 132}
            siblings.append({"rfilename": f"{config}/{split}-{file}", "size": len(content), "blobId": "1", "lfs": lfs})
        return {"id": name, "sha": one.sha, "cardData": one.card, "siblings": siblings, "private": one.private,
                "downloads": 7, "likes": 1, "tags": []}  # fmt: skip

    def _viewer(self, asked: Asked) -> Reply:
        one = self.datasets.get(asked.query.get("dataset", ""))
        if one is None or not one.viewer:
            return Reply(b'{"error":"The dataset does not exist."}', 404)
        files = [
            {
                "dataset": asked.query["dataset"],
                "config": config,
                "split": split,
                "url": f"https://huggingface.co/datasets/{asked.query['dataset']}/resolve/refs%2Fconvert%2Fparquet/"
                f"{config}/{split}/{file}",
                "filename": file,
                "size": len(content) if one.stated_size is None else one.stated_size,
            }
            for (config, split, file), content in one.files.items()
        ]
        reply = _json({"parquet_files": files, "pending": [], "failed": [], "partial": one.partial})
        return reply._replace(headers={"X-Revision": one.viewer_sha or one.sha})

    def _rows(self, asked: Asked) -> Reply:
        one = self.datasets[asked.query["dataset"]]
        found = [c for (config, split, _), c in one.files.items()
                 if (config, split) == (asked.query["config"], asked.query["split"])]  # fmt: skip
        rows = [row for content in found for row in pq.read_table(io.BytesIO(content)).to_pylist()]
        start, length = int(asked.query["offset"]), int(asked.query["length"])
        assert length <= 100
        names = list(rows[0])
        page = [{"row_idx": start + at, "row": row, "truncated_cells": []}
                for at, row in enumerate(rows[start : start + length])]  # fmt: skip
        features = [{"feature_idx": at, "name": name, "type": {"dtype": "string", "_type": "Value"}}
                    for at, name in enumerate(names)]  # fmt: skip
        return _json({"features": features, "rows": page, "num_rows_total": len(rows), "num_rows_per_page": 100,
                      "partial": False})  # fmt: skip

    def _zenodo(self, asked: Asked) -> Reply:
        assert asked.query["type"] == "dataset"
        found = [one for one in self.records if any(word in json.dumps(one) for word in asked.query["q"].split())]
        return _json({"hits": {"hits": found[: int(asked.query["size"])], "total": len(found)}})

    def _search(self, asked: Asked) -> Reply:
        words = parse_qs(urlsplit(asked.raw).query).get("search", [])
        found = [
            {"id": name, "downloads": 1000, "likes": 3, "private": False, "cardData": one.card,
             "tags": [f"license:{one.card.get('license', 'unknown')}", "task_categories:text-classification",
                      "language:en", "size_categories:1K<n<10K"],
             "lastModified": "2026-01-02T03:04:05.000Z", "description": "texts of people"}
            for name, one in self.datasets.items() if all(word in name.lower() for word in words)
        ]  # fmt: skip
        return _json(found[: int(asked.query["limit"])])


def openml(asked: Asked) -> Reply:
    """Answer with what OpenML answered when it was recorded; its files are at this server."""
    parts = asked.path.removeprefix("/openml/").split("/")
    if parts[:2] == ["json", "data"] and parts[2:3] != ["list"]:
        path = RECORDED / f"id_{parts[2]}" / f"api-v1-jd-{parts[2]}.json.gz"
        if not path.is_file():
            return Reply(b'{"error":{"code":"111","message":"Unknown dataset"}}', 412)
        found = json.loads(gzip.decompress(path.read_bytes()))
        host = asked.headers["host"]
        about = found["data_set_description"]
        about["url"] = about["url"].replace("https://www.openml.org", f"http://{host}/openml")
        about["url"] = about["url"].replace("http://www.openml.org", f"http://{host}/openml")
        about.pop("parquet_url", None)
        return _json(found)
    if parts[:4] == ["json", "data", "list", "data_name"]:
        found = []
        for path in sorted(RECORDED.glob(f"id_*/api-v1-jdl-dn-{parts[4]}-l-2-s-act-*.json.gz")):
            rows = json.loads(gzip.decompress(path.read_bytes()))
            found += rows.get("data", {}).get("dataset", [])
        if not found:
            return Reply(b'{"error":{"code":"372","message":"No results"}}', 412)
        return _json({"data": {"dataset": found}})
    if parts[:3] == ["data", "v1", "download"]:
        path = next(RECORDED.glob(f"id_*/data-v1-dl-{parts[3]}.arff.gz"))
        content = gzip.decompress(path.read_bytes())
        return ranged(asked, content, f'"{parts[3]}"')
    return Reply(b'{"error":{"code":"372","message":"No results"}}', 412)


def _json(value: Any) -> Reply:
    return Reply(json.dumps(value).encode(), 200, {"Content-Type": "application/json"})


@contextmanager
def hub_serving(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Run the catalogues, and point the environment at them."""
    with serving(hub.answer) as server:
        for name, path in (("HF", ""), ("OPENML", "/openml"), ("ZENODO", "/zenodo")):
            monkeypatch.setenv(f"DATASTORK_{name}_ENDPOINT", server.address + path)
        monkeypatch.delenv("HF_TOKEN", raising=False)
        monkeypatch.delenv("DATASTORK_HF_VIEWER", raising=False)
        yield server
