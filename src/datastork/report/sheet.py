"""Choosing samples by what is known of them, and showing them: a contact sheet, or one sample, as HTML."""

from typing import TYPE_CHECKING, Any, NamedTuple

from datastork.core.errors import DataError, NotFoundError, RecipeError
from datastork.core.nearest import did_you_mean
from datastork.report.page import render
from datastork.report.pictures import Picture, looks_for_personal_data, media_of, pictures
from datastork.report.rows import flat, spaced
from datastork.report.texts import excerpt
from datastork.store.home import Home
from datastork.store.samples import Samples

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

STATES = ("kept", "dropped", "quarantined")
MOST_PICTURES, MOST_BYTES = 2000, 8 << 20  # of a contact sheet
LARGE = 640  # pixels of the picture of one sample
LONG = 20_000  # characters of the text of one sample


class Chosen(NamedTuple):
    """Samples to show: `rows` (see `report.rows`) out of `matching` that fit, of `total` in the version."""

    name: str
    version: int
    rows: "pa.Table"
    matching: int
    total: int


def choose(
    home: Home,
    *,
    version: int | str | None = None,
    where: str | None = None,
    state: str | None = None,
    split: str | None = None,
    label: str | None = None,
    limit: int | None = None,
) -> Chosen:
    """Return the samples that meet every condition given, at most `limit` of them, evenly spaced.

    `where` is an SQL condition on the columns a step sees, and on `state`, `dropped_by`, `reason` and `error`.
    Raises NotFoundError for a split or label no sample has, RecipeError for a condition that cannot be answered.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    samples = Samples(home)
    number = samples.number_of(version)
    table = samples.table(number)
    rows = flat(table)
    fits = np.ones(rows.num_rows, dtype=bool)
    for column, value in (("state", state), ("split", split), ("label", label)):
        if value is None:
            continue
        known = sorted(name for name in pc.unique(rows[column]).to_pylist() if name is not None)
        if value not in known and column != "state":
            hint = f"there are: {', '.join(known[:20])}" if known else f"no sample has a {column}"
            raise NotFoundError(f"no {column} {value!r}{did_you_mean(value, known)}", hint=hint)
        fits &= np.asarray(pc.fill_null(pc.equal(rows[column], value), False).combine_chunks())
    if where is not None:
        fits &= _matches(table, rows, where)
    found = np.flatnonzero(fits)
    if limit is not None:
        found = found[spaced(len(found), limit)] if len(found) else found
    name = samples.record(number)["dataset"]["name"]
    return Chosen(name, number, rows.take(pa.array(found)), int(fits.sum()), rows.num_rows)


def _matches(table: "pa.Table", rows: "pa.Table", where: str) -> "np.ndarray":
    from datastork.engine.condition import matches
    from datastork.engine.state import frame_columns

    frame = frame_columns(table)
    more = {"state": "state", "dropped_by": "drop_step", "reason": "reason", "error": "error"}
    for name, column in more.items():
        if name not in frame.column_names:
            frame = frame.append_column(name, rows[column])
    try:
        return matches(frame, where, "")
    except RecipeError as error:
        raise NotFoundError(error.problems[0].removeprefix(".where: "), hint=error.hint) from error


def described(rows: "pa.Table") -> list[dict[str, Any]]:
    """Return what is known of samples in a few words each: id, state, label, split, uri, step and reason."""
    import pyarrow.compute as pc

    columns = {name: rows[name] for name in ("id", "state", "label", "split", "uri")}
    columns["step"] = pc.coalesce(rows["drop_step"], rows["error_step"])
    columns["reason"] = pc.coalesce(rows["reason"], rows["error"])
    described: list[dict[str, Any]] = rows.from_pydict(columns).to_pylist()
    return described


def beginnings(home: Home, chosen: Chosen, letters: int) -> dict[str, str]:
    """Return how the texts among samples begin, on one line each, by id; nothing in a dataset of other things."""
    record = Samples(home).record(chosen.version)
    default = record["dataset"]["modality"]
    if default != "text":
        return {}
    ids = chosen.rows["id"].to_pylist()
    bounds = {"letters": letters, "most": MOST_PICTURES, "most_bytes": MOST_BYTES}
    seen = pictures(home, chosen.rows, ids, default, redact=looks_for_personal_data(record), **bounds)
    return {name: " ".join(found.text.split()) for name, found in seen.items() if found.text is not None}


def text_of(home: Home, rows: "pa.Table", version: int, letters: int) -> str | None:
    """Return the one sample in `rows` as text, at most `letters` characters of it; None if it is no text."""
    record = Samples(home).record(version)
    if (rows["media_modality"][0].as_py() or record["dataset"]["modality"]) != "text":
        return None
    data = media_of(home, rows)
    if data is None:
        return None
    redact = looks_for_personal_data(record) and rows["state"][0].as_py() != "kept"
    found = excerpt(data, letters, None, redact=redact)
    more = f"\n… {found.characters:,} characters in all" if found.characters > letters and found.sound else ""
    return found.text + more


def sheet_page(home: Home, chosen: Chosen, title: str) -> bytes:
    """Return a contact sheet as a page that needs nothing else."""
    shown = described(chosen.rows)
    record = Samples(home).record(chosen.version)
    default, redact = record["dataset"]["modality"], looks_for_personal_data(record)
    ids = [row["id"] for row in shown]
    seen = pictures(home, chosen.rows, ids, default, most=MOST_PICTURES, most_bytes=MOST_BYTES, redact=redact)
    return render(
        "contact_sheet.html.j2", chosen=chosen, shown=shown, pictures=seen, title=title, of_texts=default == "text"
    )


def sample_page(home: Home, rows: "pa.Table", life: dict[str, Any], told: str) -> bytes:
    """Return a page about one sample: its picture and its life. `rows` holds that sample alone."""
    record = Samples(home).record(life["version"])
    default = record["dataset"]["modality"]
    seen: dict[str, Picture] = pictures(
        home, rows, [life["id"]], default, side=LARGE, letters=LONG, lines=None, redact=looks_for_personal_data(record)
    )
    return render(
        "sample.html.j2",
        life=life,
        told=told,
        pictures=seen,
        name=record["dataset"]["name"],
        version=life["version"],
        of_texts=default == "text",
    )


def pixels_of(home: Home, rows: "pa.Table", side: int) -> "np.ndarray | None":
    """Return the picture of the one sample in `rows` as pixels (height, width, 3) of at most `side` a side.

    An image, the waveform of a sound, some frames of a video; None for anything else, and for what cannot be decoded.
    """
    import numpy as np

    from datastork.media.modality import modality

    name = rows["media_modality"][0].as_py() or "image"
    data = media_of(home, rows) if name in ("audio", "image", "video") else None
    if data is None:
        return None
    image = modality("image")
    try:
        pixels = image.decode(modality(name).preview(data, side).data).pixels
    except DataError:
        return None  # a sample that is no whole image has a reason to show instead
    return np.asarray(pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2))
