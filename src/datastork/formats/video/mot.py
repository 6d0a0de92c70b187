"""MOT Challenge: one line for each box of each frame, in a folder for each video.

A line is `frame,id,x,y,width,height,considered,class,visibility`; frames and pixels count from 1. Classes are numbers
into `labels.txt` (as CVAT writes it), else into the table of MOT16; the ten columns of older sets have none. Every
line is a keyframe; where lines of a track are missing, it is not there. A visibility under one half is occlusion.
Source: Milan et al., MOT16, arXiv:1603.00831; https://motchallenge.net/instructions/
"""

import configparser
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from datastork.core.errors import DataError
from datastork.core.questions import LabelClass, Question
from datastork.formats.casting import Caster, number, sound_regions, whole
from datastork.formats.choosing import Chooser
from datastork.formats.declared import to_classes
from datastork.formats.format import READING, WRITING, Format, Options, Refused, Written
from datastork.formats.record import Annotated
from datastork.formats.source import lines, text_of
from datastork.formats.target import new_folder, safe_name

MOT16 = (
    "pedestrian", "person on vehicle", "car", "bicycle", "motorbike", "non motorized vehicle", "static person",
    "distractor", "occluder", "occluder on the ground", "occluder full", "reflection",
)  # fmt: skip
_FILES = ("gt/gt.txt", "gt.txt")
_GENERAL = frozenset({"gt", "det", "test", "train"})


def read(path: Path, questions: Sequence[Question] | None, options: Options) -> Iterator[Annotated | Refused]:
    """Yield one sample for each video."""
    cast = Caster("mot", path, questions, options)
    question = cast.question("tracks")
    for name, file in _files(path):
        yield from _one(name, file, question, cast)
    yield from cast.unused()


def classes(path: Path, options: Options) -> list[LabelClass]:
    """Return the classes of labels.txt, else those of MOT16."""
    return to_classes(next((_names(file) for _, file in _files(path)), list(MOT16)))


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    if path.is_file():
        folder = path.parent.parent if path.parent.name == "gt" else path.parent
        yield (folder.name if path.stem in _GENERAL else path.stem), path
        return
    own = next((path / one for one in _FILES if (path / one).is_file()), None)
    if own is not None:
        yield path.name, own
        return
    for file in sorted(path.rglob("gt.txt")):
        folder = file.parent.parent if file.parent.name == "gt" else file.parent
        yield folder.relative_to(path).as_posix(), file


def _names(file: Path) -> list[str]:
    for place in (file.parent / "labels.txt", file.parent.parent / "labels.txt"):
        if place.is_file():
            return [line.strip() for line in text_of(place).splitlines() if line.strip()]
    return list(MOT16)


def _info(file: Path) -> Mapping[str, str]:
    parser = configparser.ConfigParser(interpolation=None)
    for place in (file.parent / "seqinfo.ini", file.parent.parent / "seqinfo.ini"):
        if place.is_file():
            try:
                parser.read_string(text_of(place))
            except configparser.Error as error:
                raise DataError(f"{place.name} is no table of settings: {error}".splitlines()[0]) from error
    return parser["Sequence"] if parser.has_section("Sequence") else {}


def _one(name: str, file: Path, question: Question | None, cast: Caster) -> Iterator[Annotated | Refused]:
    base = 1 if cast.options.base is None else cast.options.base
    names, known = _names(file), {}
    try:
        info = _info(file)
        for field, key in (("frames", "seqLength"), ("width", "imWidth"), ("height", "imHeight")):
            known[field] = whole(info[key], key) if key in info else None
        rate = number(info["frameRate"], "frameRate") if "frameRate" in info else cast.options.fps
    except DataError as error:
        yield Refused(name, "seqinfo.ini", error.message)
        return
    found: dict[int, dict[int, dict[str, Any]]] = {}
    labels: dict[int, str] = {}
    spoiled: list[Refused] = []
    for at, _, line in lines(file):
        try:
            if isinstance(line, DataError):
                raise line
            if line.strip():
                _row(line, base, names, question, found, labels)
        except DataError as error:
            spoiled.append(Refused(name, f"{file.name}, line {at}", error.message))
            yield spoiled[-1]
    votes: tuple[Any, ...] = ()
    if question is not None:
        tracks = [
            (f"track {one}", _track(one, labels[one], rows, known["frames"], rate, cast, question))
            for one, rows in sorted(found.items())
        ]
        good, bad = sound_regions("tracks", tracks, name)
        yield from bad
        votes = cast.marks(name, question, good, bad if good else [*bad, *spoiled])
    seconds = known["frames"] / rate if known["frames"] and rate else None
    yield Annotated(name, votes, **known, seconds=seconds, fps=rate, split=cast.options.split)  # type: ignore[arg-type]


def _row(
    line: str, base: int, names: Sequence[str], question: Question | None, found: Any, labels: dict[int, str]
) -> None:
    cells = line.split(",")
    if len(cells) < 6:
        raise DataError(f"{len(cells)} cells; frame, id, x, y, width and height are needed")
    frame, track = whole(cells[0], "a frame number") - 1, whole(cells[1], "the id of a track")
    if track < 0:
        raise DataError("a detection that belongs to no track (id -1)")
    x, y, width, height = (number(cell, "pixels") for cell in cells[2:6])
    if width < 0 or height < 0:
        raise DataError(f"width {width:g} and height {height:g} may not be negative")
    if frame in found.get(track, {}):
        raise DataError(f"track {track} has two boxes in frame {frame + 1}")
    at = whole(cells[7], "the number of a class") if len(cells) == 9 else 0
    if at > len(names):
        raise DataError(f"class {at} is not among the {len(names)} classes")
    only = question.class_ids[0] if question is not None and len(question.class_ids) == 1 else MOT16[0]
    label = names[at - 1] if at > 0 else only
    if labels.setdefault(track, label) != label:
        raise DataError(f"track {track} is a {labels[track]} and a {label}")
    seen = number(cells[8], "visibility") if len(cells) == 9 else 1.0
    ignored = len(cells) >= 7 and number(cells[6]) == 0
    found.setdefault(track, {})[frame] = {
        "x": x - base, "y": y - base, "width": width, "height": height, "occluded": 0 <= seen < 0.5, "ignored": ignored,
    }  # fmt: skip


def _track(
    track: int, label: str, rows: Mapping[int, dict[str, Any]], frames: int | None, rate: float | None, cast: Caster,
    question: Question,
) -> dict[str, Any]:  # fmt: skip
    keyframes: list[dict[str, Any]] = []
    for frame in sorted(rows):
        if keyframes and frame > keyframes[-1]["frame"] + 1:
            last = keyframes[-1]
            keyframes.append({**last, "frame": last["frame"] + 1, "outside": True, "occluded": False})
        box = {side: value for side, value in rows[frame].items() if side != "ignored"}
        keyframes.append({"frame": frame, **box, "outside": False})
    last = keyframes[-1]
    if frames is None or last["frame"] + 1 < frames:
        keyframes.append({**last, "frame": last["frame"] + 1, "outside": True, "occluded": False})
    for one in keyframes if rate else ():
        one["time"] = one["frame"] / (rate or 1)
    region: dict[str, Any] = {"label": cast.label(question, label), "track": track, "keyframes": keyframes}
    if all(row["ignored"] for row in rows.values()):
        region["attributes"] = {"ignored": True}
    return region


def write(path: Path, samples: Iterable[Annotated], questions: Sequence[Question], options: Options) -> Written:
    """Write a folder for each video: gt/gt.txt with a line for every frame, gt/labels.txt, seqinfo.ini."""
    choose = Chooser("mot", ("tracks",), questions, options, ("width", "height", "frames", "fps", "seconds"))
    base = 1 if options.base is None else options.base
    names: dict[str, int] = {}
    for question in choose.fit.values():
        for one in question.classes:
            names.setdefault(choose.label(question, one.id), len(names) + 1)
    count, open_ends = 0, 0
    with new_folder(path, options) as folder:
        for sample in samples:
            chosen = choose.one(sample)
            if safe_name(sample.name) is None:
                choose.lost["samples whose names no file can have"] += 1
                continue
            rows: list[tuple[int, int, str]] = []
            for track in chosen[1].value if chosen is not None else ():
                label = choose.label(chosen[0], track["label"])  # type: ignore[index]
                choose.region({**track, "attributes": _unkept(track)}, ())
                at = names.setdefault(label, len(names) + 1)
                considered = int((track.get("attributes") or {}).get("ignored") is not True)
                open_ends += sample.frames is None and not track["keyframes"][-1].get("outside")
                for frame, box, occluded in boxes(track, sample.frames):
                    sides = ",".join(_short(one) for one in (box[0] + base, box[1] + base, box[2], box[3]))
                    line = f"{frame + 1},{track['track']},{sides},{considered},{at},{0 if occluded else 1}"
                    rows.append((frame, track["track"], line))
            if chosen is not None:
                text = "".join(f"{line}\n" for _, _, line in sorted(rows))
                if not folder.write(f"{sample.name}/gt/gt.txt", text):
                    choose.lost["samples whose file another sample has"] += 1
                    continue
                folder.write(f"{sample.name}/gt/labels.txt", "".join(f"{one}\n" for one in names))
            folder.write(f"{sample.name}/seqinfo.ini", _settings(sample))
            count += 1
        files = folder.files(path)
    notes = (
        (f"{open_ends} tracks end with their last keyframe: the number of frames is not known",) if open_ends else ()
    )
    return choose.written(count, files, *notes)


def _unkept(track: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in (track.get("attributes") or {}).items() if name != "ignored"}


def boxes(track: Mapping[str, Any], frames: int | None) -> Iterator[tuple[int, tuple[float, ...], bool]]:
    """Yield (frame, (x, y, width, height), occluded) of every frame the object is in, between keyframes by a line."""
    keys: Sequence[Mapping[str, Any]] = track["keyframes"]
    for at, one in enumerate(keys):
        if one.get("outside"):
            continue
        after = keys[at + 1] if at + 1 < len(keys) else None
        end = after["frame"] if after is not None else max(frames or 0, one["frame"] + 1)
        goal = after if after is not None and not after.get("outside") else one
        for frame in range(one["frame"], end):
            share = (frame - one["frame"]) / (end - one["frame"])
            place = tuple(one[side] + (goal[side] - one[side]) * share for side in ("x", "y", "width", "height"))
            yield frame, place, bool(one.get("occluded"))


def _settings(sample: Annotated) -> str:
    known = (
        ("name", sample.name.rpartition("/")[2]),
        ("frameRate", sample.fps),
        ("seqLength", sample.frames),
        ("imWidth", sample.width),
        ("imHeight", sample.height),
    )
    return "[Sequence]\n" + "".join(f"{key}={value}\n" for key, value in known if value is not None)


def _short(value: float) -> str:
    return f"{round(value, 6):.6f}".rstrip("0").rstrip(".")


def _sniff(path: Path, head: str) -> bool:
    if path.is_file():
        cells = head.partition("\n")[0].split(",")
        try:
            return path.suffix == ".txt" and 7 <= len(cells) <= 10 and all(float(cell) is not None for cell in cells)
        except ValueError:
            return False
    return (
        (path / "seqinfo.ini").is_file()
        or any(True for one in _FILES if (path / one).is_file())
        or any(path.glob("*/gt/gt.txt"))
    )


FORMAT = Format(
    name="mot",
    says="MOT Challenge: a folder for each video, a line for each box of each frame",
    kinds=frozenset({"tracks"}),
    suffixes=(".txt",),
    sniff=_sniff,
    reader=read,
    writer=write,
    classed=classes,
    options=READING | WRITING | {"fps", "base"},
    folder=True,
)
