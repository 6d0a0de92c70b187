"""Small releases of real bytes, stored the way a build stores them."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from datastork.core.findings import Findings, Table
from datastork.core.hashing import content_id
from datastork.store.home import Home
from datastork.store.passes import PassTable, base_schema, write_fragment
from datastork.store.release import Release
from datastork.store.samples import sample_schema

Row = dict[str, Any]


def _picture(number: int, form: str = "PNG", *, located: bool = False) -> bytes:
    """Return an image of noise, as a file; `located` ones carry a place and an owner in their EXIF data."""
    pixels = np.random.default_rng(number).integers(0, 255, (24, 32, 3), dtype=np.uint8)
    exif = Image.Exif()
    if located:
        exif[0x013B] = "Jan Novak"
        place = exif.get_ifd(0x8825)
        place[1], place[2] = "N", (50.0, 5.0, 14.25)
        place[3], place[4] = "E", (14.0, 25.0, 16.5)
    sink = io.BytesIO()
    Image.fromarray(pixels).save(sink, form, **({"exif": exif} if located else {}))
    return sink.getvalue()


def _row(data: bytes, label: str | None = None, split: str | None = None, **more: Any) -> Row:
    """Return what one sample needs; `more` are columns of the source, of the sample, or facts."""
    form = "png" if data.startswith(b"\x89PNG") else "json" if data.startswith(b"{") else "jpeg"
    return {"data": data, "label": label, "split": split, "format": form} | more


def stored(root: Path, rows: list[Row], facts: dict[str, Any], record: dict[str, Any] | None = None) -> Release:
    """Store samples under `root` and return them as a release."""
    home = Home(root)
    home.create()
    passes = PassTable(home.pass_table("p"))
    passes.open(pa.schema([]))
    media = [{"input": str(i), "attempt": 0, "part": 0, "media": r["data"]} for i, r in enumerate(rows)]
    passes.commit(write_fragment(passes.path, pa.Table.from_pylist(media, base_schema())))
    samples = pa.Table.from_pylist([_sample(i, r) for i, r in enumerate(rows)], sample_schema())
    own = sorted({key for r in rows for key in r} - {*SOURCE, *sample_schema().names, "data", "format"})
    for name in own:
        samples = samples.append_column(name, pa.array([r.get(name) for r in rows]))
    kept = {"total": len(rows) + 3, "kept": len(rows), "dropped": 2, "quarantined": 1}
    counts = {"in": len(rows) + 2, "out": len(rows), "kept": len(rows), "dropped": 2, "quarantined": 0}
    steps = [{"name": "blurry", "use": "clean.image.blurry", "settings": {"below": 60.0}, **counts}]
    record = {"steps": steps, "samples": kept, "content_hash": "c0ffee", "recipe": "", **(record or {})}
    findings = {
        "balance": Findings(
            title="Balance",
            sentences=("The largest class is 2.5 times the smallest.",),
            warnings=("Few wrens.",),
            numbers={"ratio": 2.5, "missing": float("nan")},
            tables=(Table("Samples by label", ("label", "samples"), (("robin|wren", 3),)),),
        )
    }
    return Release(home, 3, facts, samples, record, findings)


SOURCE = ("uri", "license", "author", "query", "parent")


def _sample(place: int, given: Row) -> Row:
    data = given["data"]
    modality = {"json": "row", "txt": "text", "html": "text"}.get(given["format"], "image")
    known = {key: value for key, value in given.items() if key in sample_schema().names}
    vote = {"annotator": "folder", "value": given["label"], "confidence": None}
    return {
        "id": content_id(data),
        "state": "kept",
        "source": {"uri": f"raw/{place}.png", **{key: given[key] for key in SOURCE if key in given}},
        "votes": [vote] if given["label"] is not None else [],
        "content": content_id(data),
        "media_pass": "p",
        "media_row": place,
        "media_modality": modality,
        "media_format": given["format"],
        "media_size": len(data),
        **known,
    }


FACTS: dict[str, Any] = {
    "name": "Garden birds",
    "task": "image-classification",
    "license": "CC-BY-4.0",
    "labels": ["wren", "robin"],
    "description": "Birds at a table.\n\nSeen from the kitchen.",
    "authors": ["Ada Lovelace"],
    "language": "en",
}


@pytest.fixture
def picture() -> Callable[..., bytes]:
    """Return a function that makes the bytes of an image from a number."""
    return _picture


@pytest.fixture
def row() -> Callable[..., Row]:
    """Return a function that makes what `store` takes for one sample."""
    return _row


@pytest.fixture
def store(tmp_path: Path) -> Callable[..., Release]:
    """Return a function that stores rows (and makes a release of them)."""

    def make(rows: list[Row], facts: dict[str, Any] | None = None, **more: Any) -> Release:
        return stored(tmp_path / "birds", rows, FACTS if facts is None else facts, **more)

    return make


@pytest.fixture
def birds(store: Callable[..., Release]) -> Release:
    """Return twelve images of two classes in three splits; two with a place, one with no label, three authors."""
    rows = []
    for number in range(12):
        located = number in (2, 5)
        data = _picture(number, "JPEG" if number % 2 or located else "PNG", located=located)
        label = None if number == 7 else ("robin", "wren")[number % 3 == 0]
        split = "train" if number < 8 else "validation" if number < 9 else "test"
        more: Row = {
            "uri": f"raw/{label}/IMG {number}.jpg",
            "width": 32,
            "sharpness": number / 3,
            "tags": ["a", "b|c"],
        }
        if number < 3:
            more |= {"author": f"Author <{number}>", "license": "CC-BY-SA-4.0"}
        rows.append(_row(data, label, split, **more))
    return store(rows)


@pytest.fixture
def messages(store: Callable[..., Release]) -> Release:
    """Return twenty texts of two classes in two splits: one right to left, one empty, one with odd characters."""
    rows = []
    for number in range(20):
        content = f"message {number} of some words\nand a second line"
        content = {3: "السلام عليكم", 4: "", 5: 'a "quoted", \u2028 odd </text>\t\U0001f600'}.get(number, content)
        label = None if number == 7 else ("ham", "spam")[number % 3 == 0]
        more: Row = {"uri": f"sms.tsv!/{number}", "characters": len(content), "language": "en", "format": "txt"}
        if number < 3:
            more |= {"author": f"Author {number}", "license": "CC-BY-SA-4.0"}
        rows.append(_row(content.encode(), label, "train" if number < 15 else "test", **more))
    facts = {"name": "Messages", "task": "text-classification", "license": "CC-BY-4.0", "labels": ["ham", "spam"]}
    return store(rows, facts)


@pytest.fixture
def table(store: Callable[..., Release]) -> Release:
    """Return fifty rows of a table, some with values missing, of mixed types, or nested."""
    rows = []
    for number in range(50):
        value: Row = {
            "height": number if number % 2 else number + 0.5,
            "name": f'n,{number}\n"q"',
            "mixed": [1, "x", None][number % 3],
        }
        value |= {"label": "ab"[number % 2], "deep": {"x": number}, "id": number}
        rows.append(
            _row(
                json.dumps(value).encode(),
                "ab"[number % 2],
                ("train", "test")[number % 5 == 0],
                uri=f"t.csv!/{number}",
            )
        )
    return store(rows, {"name": "T", "task": "tabular-classification", "license": "CC0-1.0"})
