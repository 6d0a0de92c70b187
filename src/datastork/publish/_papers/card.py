"""The dataset card and `dataset.json`: what was declared, what was measured, and "unknown" for the rest."""

import math
from typing import Any

from datastork.publish._content import UNASSIGNED, Content
from datastork.publish._features import Feature
from datastork.publish._papers.annotated import nameless, process, stand_ins, votes_of
from datastork.publish._papers.front_matter import Written, front_matter, listed, metadata
from datastork.publish._papers.licence_files import attributed, licences_of, write_licence
from datastork.publish._papers.markdown import render
from datastork.publish._papers.measured import languages, personal
from datastork.publish._place import Folder
from datastork.store.release import Release

# further keys of [dataset] the card quotes; what nobody declared is "unknown"
DECLARED = (
    *("curated_by", "funded_by", "shared_by", "paper", "contact", "direct_use", "out_of_scope", "rationale"),
    *("producers", "annotation_process", "annotators", "sensitive", "biases", "recommendations", "glossary"),
)
MEANING = {
    "audio": "the sound",
    "image": "the image",
    "video": "the video",
    "width": "pixels",
    "height": "pixels",
    "seconds": "duration",
    "rate": "samples of sound a second, of each channel",
    "channels": "channels of sound",
    "peak_db": "largest sample, in dB of full scale",
    "fps": "frames a second, on average",
    "frames": "number of frames",
    "rotation": "degrees clockwise by which frames are turned to be upright",
    "text": "the text",
    "characters": "length of the text in Unicode characters",
    "words": "number of words between white space",
    "language": "language of the text (ISO 639), as a model tells it",
    "language_probability": "how sure the language is, 0 to 1",
    "pii_found": "pieces of personal data found in the text",
    "pii_kinds": "their types and numbers",
    "id": "stable id: a hash of the content",
    "label": "the class",
    "annotators": "how many people, models, folders or files gave it a label",
    "label_probability": "how sure the votes make the label, 0 to 1",
    "label_majority": "the class most votes are for, each counted alike",
    "label_posterior": "every class that is possible, with its probability",
    "labels": "the classes",
    "labels_posterior": "every class anybody named, with its probability",
    "boxes": "boxes: class, left, top, width, height (pixels), probability, how many marked it, how far apart they lay",
    "polygons": "outlines: class, points (pixels), probability, how many marked it",
    "masks": "masks: class, [height, width], run lengths by columns beginning with zeros (COCO), probability",
    "keypoints": "named points (pixels; visible 0 not labelled, 1 hidden, 2 visible)",
    "spans": "stretches of the text: class, start, end (Unicode code points, end exclusive), probability",
    "events": "sounds: class, onset, offset (seconds), low, high (Hz), probability",
    "tracks": "objects over frames: class, boxes at keyframes, linear in between",
    "transcript": "what is said, as the annotators agree",
    "group": "samples of one group are never torn apart by a split",
    "cluster": "near-duplicates share a cluster",
    "source": "where the sample came from",
    "license": "the licence of this sample (SPDX)",
    "author": "who made this sample",
    "query": "the search that found it",
    "parent": "the sample it was made from",
}
MOST_LABELS, MOST_ROWS = 200, 30

SOURCE = ("name", "revision", "title", "license", "licence", "citation", "homepage")  # see `store.listing.Listing`


def write_papers(place: Folder, release: Release, content: Content, written: Written) -> None:
    """Write the licence note, `dataset.json` and the card."""
    write_licence(place, release, content)
    summary = summarise(release, content, written)
    place.write_record(finite(summary))
    place.write("README.md", card(release, content, written, summary).encode())


def summarise(release: Release, content: Content, written: Written) -> dict[str, Any]:
    """Return every number of a release as plain dictionaries."""
    facts, record = release.facts, release.record
    root = str(release.root.resolve())
    names = stand_ins(content)
    return {
        "name": facts.get("name"),
        "version": release.version,
        "content_hash": record.get("content_hash"),
        "license": facts.get("license"),
        "task": facts.get("task"),
        "labels": content.labels,
        "splits": {
            name: {
                "samples": length,
                "bytes": written.split_bytes[name],
                "labels": label_counts(content, name),
            }
            for name, (_, length) in content.splits.items()
        },
        "columns": {name: _kind(feature) for name, feature in written.features.items()},
        "unlabelled": unlabelled(content),
        "licences": licences_of(content),
        "sources": record.get("sources") or [],
        "private_metadata_removed_from": written.stripped,
        **({"formulas_escaped": written.escaped} if written.escaped else {}),
        "samples": record.get("samples"),
        "steps": [{**step, "settings": _public(step.get("settings") or {}, root)} for step in record.get("steps", [])],
        "findings": {name: nameless(found, names).as_dict() for name, found in release.findings.items()},
        "data_bytes": written.data_bytes,
    }


def label_counts(content: Content, split: str) -> dict[str, int]:
    """Return how many samples of a split have each class, in the order of the classes."""
    import pyarrow.compute as pc

    if content.labels is None or content.texts is None:
        return {}
    counts = pc.value_counts(content.texts.slice(*content.splits[split])).to_pylist()
    found = {row["values"]: row["counts"] for row in counts}
    return {name: found.get(name, 0) for name in content.labels}


def unlabelled(content: Content) -> dict[str, int]:
    """Return how many samples have no label, by split; nothing where no sample has one."""
    if content.texts is None:
        return {}
    counts = {name: content.texts.slice(*place).null_count for name, place in content.splits.items()}
    return {name: count for name, count in counts.items() if count}


def card(release: Release, content: Content, written: Written, summary: dict[str, Any]) -> str:
    """Return the README of the published folder."""
    facts = release.facts
    shown = (content.labels or [])[:MOST_LABELS]
    counts = {name: split["labels"] for name, split in summary["splits"].items()}
    own, names = summary["licences"], stand_ins(content)
    ours = content.columns.column_names if content.modality == "row" else summary["columns"]  # the rest is the table's
    declared = {key: facts.get(key) for key in [*DECLARED, "description", "homepage", "citation", "license", "task"]}
    body = render(
        "card.md.jinja",
        **declared,
        name=facts.get("title") or facts.get("name"),
        authors=listed(facts.get("authors")),
        language=listed(facts.get("language")),
        measured_languages=[f"{code} {100 * share:.1f} %" for code, share in languages(release)],
        personal=personal(release),
        attribution=attributed(content),
        own_licences=own,
        other_licence=sum(count for licence, count in own.items() if licence != facts.get("license")),
        kind=written.kind,
        summary=summary,
        total=content.samples.num_rows,
        unassigned=UNASSIGNED if UNASSIGNED in content.splits else None,
        labels=[(name, [counts[split][name] for split in counts]) for name in shown],
        more_labels=len(content.labels or []) - len(shown),
        unlabelled=unlabelled(content),
        undeclared=content.undeclared,
        columns=[
            (name, kind, MEANING.get(name, "") if name in ours else "") for name, kind in summary["columns"].items()
        ],
        escaped=written.escaped,
        votes=votes_of(content),
        annotating=process(release, content, names),
        findings=[nameless(one, names) for one in release.findings.values()],
        sources=[dict.fromkeys(SOURCE, "") | source for source in release.record.get("sources") or []],
        most_rows=MOST_ROWS,
        modality=content.modality,
        media={"audio": "sound", "video": "video"}.get(content.modality, "image"),
    )
    return front_matter(metadata(release, content, written)) + "\n" + body


def finite(value: Any) -> Any:
    """Return a structure that JSON can hold: what is no finite number becomes null."""
    if isinstance(value, dict):
        return {str(key): finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [finite(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _kind(feature: Feature) -> str:
    """Return the type of a column in words."""
    kind = feature.get("_type")
    if kind == "Value":
        return str(feature["dtype"])
    if kind == "ClassLabel":
        return f"class, one of {len(feature['names'])}"
    if kind == "List":
        return f"list of {_kind(feature['feature'])}"
    return kind.lower() if kind in ("Audio", "Image", "Video") else "object"


def _public(settings: dict[str, Any], root: str) -> dict[str, Any]:
    """Return the settings of a step without folders of the machine it ran on."""

    def plain(value: Any) -> Any:
        if isinstance(value, str):
            if value.startswith(root + "/"):
                return value[len(root) + 1 :]
            return "…/" + value.rstrip("/").rpartition("/")[2] if value.startswith(("/", "~")) else value
        if isinstance(value, list | tuple):
            return [plain(one) for one in value]
        return {key: plain(one) for key, one in value.items()} if isinstance(value, dict) else value

    return {key: plain(value) for key, value in settings.items()}
