"""What steps are tried on: decoded samples, a table of samples, and made-up settings."""

import types
import typing
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from datastork.catalog import StepSpec
from datastork.core.hashing import content_id
from datastork.core.settings import Range
from datastork.media.modality import KNOWN, modality

if TYPE_CHECKING:
    import pyarrow as pa


def trial_values(modality_name: str | None = None) -> list[Any]:
    """Return small decoded samples of a modality (of all, for None): ordinary ones, and extremes that filters drop."""
    import numpy as np

    from datastork.media.image import Image
    from datastork.media.row import Row

    rng = np.random.default_rng(1)
    coarse = np.kron(rng.integers(0, 255, (9, 12, 3)), np.ones((8, 8, 1)))
    photo = np.clip(coarse + rng.normal(0, 12, coarse.shape), 0, 255).astype(np.uint8)
    ramp = np.tile(np.arange(96, dtype=np.uint8) * 2, (72, 1))
    flat: list[Any] = [np.full((64, 64, 3), level, np.uint8) for level in (0, 127, 255)]
    images = [photo, photo[:, ::-1, ::-1], photo[:40, :40, 0], ramp, photo[:8, :8], photo[:12], *flat]
    rows = [Row({"text": "a robin sings", "count": 3, "weight": 0.5}), Row({"text": "", "count": None}), Row({})]
    rows += _people()
    known: dict[str, list[Any]] = {
        "audio": _sounds(),
        "video": _videos(),
        "image": [Image(np.ascontiguousarray(one)) for one in images],
        "row": rows,
        "text": _texts(),
    }
    missing = KNOWN.keys() - known.keys()
    assert not missing, f"no trial values for {missing}"
    return [value for kind, found in known.items() if modality_name in (None, kind) for value in found]


def _people() -> list[Any]:
    """Return a table of people, with cities that say the state, and with a typo, a unit and a missing value in it."""
    from datastork.media.row import Row

    places = {"Bend": ("OR", "97701"), "Gary": ("IN", "46402"), "Boston": ("MA", "02108")}
    people = []
    for number in range(36):
        city = list(places)[number % 3]
        state, code = places[city]
        age = 20 + 7 * number % 45
        person = {"name": f"person {number}", "age": str(age), "city": city, "state": state, "zip": code}
        person |= {"sex": "fm"[number % 2], "pay": f"{1000 + 30 * age}", "income": "high" if age > 40 else "low"}
        people.append(person)
    people[4]["city"], people[9]["age"], people[13]["pay"] = "Bostn", "31 years", "n/a"
    return [Row(dict(person)) for person in people]


def _texts() -> list[Any]:
    from datastork.media.text import Text

    story = (
        "A robin sat on the garden wall and sang. It was early, and nobody else was awake but the cat, who watched "
        "from the kitchen window.\n\nWhen the sun came over the hill the song ended; the bird flew to the apple tree. "
        "Call 020 7946 0018 or write to robin@example.org, she said, if you have seen it again."
    )
    plain = [
        *(story, story.replace("robin", "wren"), story.upper(), ""),
        *("Buy now! " * 60, "!?.,;: --- *** 1234567890 " * 5),
        "xkq zvbw ptrr lkjh qwrt zzxv bnmw plkj hgfd sdfq wrtp zxcv",
        "Élan naïve caf\u00c3\u00a9 \u200bzero  width\t\ttabs  \n\n\n\nSeven words in all, and more.",
        "Menu\nHome\nAbout us\nCookie policy\n" + story + "\nAll rights reserved",
    ]
    markup = (
        f"<html><head><title>Birds</title></head><body><nav>Home</nav><article><p>{story}</p></article></body></html>"
    )
    return [*(Text(one) for one in plain), Text(markup, "html")]


def _sounds() -> list[Any]:
    """Return a voice-like sound, in stereo and at telephone quality too, a short, a loud and a silent one."""
    import numpy as np

    from datastork.media.audio import Audio

    rate = 16_000
    at = np.arange(rate) / rate
    rng = np.random.default_rng(2)
    glide = np.cumsum(110 + 30 * np.sin(5 * at)) / rate
    voiced = sum(np.sin(2 * np.pi * k * glide) / k for k in range(1, 12)) * (0.6 + 0.4 * np.sin(25 * at))
    voice = (0.2 * voiced + 0.005 * rng.standard_normal(rate)).astype(np.float32)
    loud = np.clip(20 * voice, -1, 1)
    return [
        *(Audio(voice, rate), Audio(np.column_stack([voice, voice[::-1] / 2]), rate), Audio(voice[::2], rate // 2)),
        *(Audio(voice[:160], rate), Audio(loud, rate), Audio(np.zeros(rate, np.float32), rate)),
        Audio(rng.standard_normal(rate).astype(np.float32) * np.float32(0.1), rate, bits=24),
    ]


@cache
def _videos() -> list[Any]:
    """Return a ball that rolls and a black video; none where the package that makes them is not installed."""
    import io

    import numpy as np

    from datastork.media.modality import modality

    try:
        import av
    except ImportError:
        return []
    across = np.arange(64)
    found = []
    for level in (255, 0):
        file = io.BytesIO()
        with av.open(file, "w", format="mp4") as out:
            stream = out.add_stream("mpeg4", rate=10, width=64, height=48, pix_fmt="yuv420p")
            for number in range(12):
                ball = (across[:48, None] - 24) ** 2 + (across - 5 * number) ** 2 < 100
                pixels = np.repeat((ball * level).astype(np.uint8)[:, :, None], 3, axis=2)
                out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
            out.mux(stream.encode(None))
        found.append(modality("video").decode(file.getvalue()))
    return found


def trial_table(spec: StepSpec, values: Sequence[Any]) -> "pa.Table":
    """Return a table of samples as a whole-table step sees it, some of them copies, with the facts it needs."""
    import pyarrow as pa

    from datastork.store.samples import sample_schema

    kinds = {"text": "text", "audio": "audio", "sound": "audio", "music": "audio", "video": "video", "table": "row"}
    found = modality(next((kinds[part] for part in spec.name.split(".") if part in kinds), "image"))
    mine = [value for value in values if isinstance(value, found.type)]
    rows = []
    for number, value in enumerate([*mine, *mine[:4]]):
        data = found.encode(value).data
        row: dict[str, Any] = found.describe(value)._asdict()
        for group in spec.mark.needs:
            row |= group.of(value)._asdict()  # type: ignore[attr-defined]
        label = "ab"[number % 2]
        vote = {"annotator": "folder", "value": label, "confidence": 1.0}
        rows.append(
            row
            | {"id": f"{content_id(data)}-{number:02}", "uri": f"raw/{label}/{number}.png", "content": content_id(data)}
            | {"votes": [vote], "label": label, "group": f"group {number // 3}", "media_size": len(data)}
            | {"media_modality": found.name, "media_format": found.encode(value).format}
            | {f"{name}_before": None for name in spec.mark.remembers}
            | {"split": ("train", "test")[number % 3 == 0]}
            | dict.fromkeys(("license", "author", "cluster"))
        )
    table = pa.Table.from_pylist(rows)
    for at, field in enumerate(table.schema):
        if pa.types.is_null(field.type):
            table = table.set_column(at, field.name, table[field.name].cast(pa.string()))
        elif field.name == "votes":
            table = table.set_column(at, "votes", table["votes"].cast(sample_schema().field("votes").type))
    return table


SETTINGS: dict[str, Any] = {"languages": ["en"], "label": "income", "protect": ["sex"], "favourable": "high"}


def trial_settings(spec: StepSpec) -> dict[str, Any]:
    """Return a value for each setting that has no default, where one can be made up from its type."""
    made = {one.name: _file(one.hint) if one.is_file else _example(one.hint) for one in spec.settings if one.required}
    made |= {name: SETTINGS[name] for name in made.keys() & SETTINGS.keys()}
    return {name: value for name, value in made.items() if value is not None}


@cache
def _folder() -> "TemporaryDirectory[str]":
    return TemporaryDirectory(prefix="datastork-trial-")  # goes when the process ends


def _file(hint: Any) -> Any:
    """Return a file to read, or a list of one."""
    path = Path(_folder().name) / "trial.txt"
    path.write_text("A robin sat on the garden wall and sang, and nobody else was awake but the cat.\n", "utf-8")
    return [str(path)] if "list" in str(hint) else str(path)


def _example(hint: Any) -> Any:
    number = 16.0
    if typing.get_origin(hint) is typing.Annotated:
        hint, *extras = typing.get_args(hint)
        for bound in extras:
            if isinstance(bound, Range):
                number = min(max(number, bound.low or 0.0), number if bound.high is None else bound.high)
    if typing.get_origin(hint) is typing.Literal:
        return typing.get_args(hint)[0]
    if typing.get_origin(hint) is list:
        return [_example(typing.get_args(hint)[0])]
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return next((made for part in typing.get_args(hint) if (made := _example(part)) is not None), None)
    return {int: int(number), float: number, bool: False, str: "trial"}.get(hint)
