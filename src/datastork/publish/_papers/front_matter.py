"""The front matter of a card: what the Hugging Face Hub and `load_dataset` read before anything else."""

import json
import re
from dataclasses import dataclass
from typing import Any

from datastork.core.tasks import TASKS
from datastork.publish._content import Content
from datastork.publish._features import Feature, yaml_feature
from datastork.publish._papers.licences import hub_licence
from datastork.publish._papers.measured import languages
from datastork.store.release import Release

# tasks that are a kind of another one on the Hub: https://huggingface.co/tasks
KINDS: dict[str, tuple[str, str | None]] = {
    "image-multi-label-classification": ("image-classification", "multi-label-image-classification"),
    "audio-multi-label-classification": ("audio-classification", None),
}
TAGS = {
    "audio": "audio",
    "image": "image",
    "row": "tabular",
    "text": "text",
    "video": "video",
}  # by modality: https://huggingface.co/docs/hub/datasets-cards
# what JSON leaves as it is and YAML does not allow, or takes for the end of a line
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")

_WORDS = {"y", "n", "no", "yes", "on", "off", "true", "false", "null"}
UNITS = ("", "K", "M", "B", "T")


@dataclass(frozen=True, slots=True)
class Written:
    """What a publishing step wrote.

    `kind`         "imagefolder", "flat", "csv", "parquet", "texts" (a file each) or "lines" (JSON)
    `features`     the columns a reader gets, in order
    `data_files`   split -> pattern of its files
    `split_bytes`  split -> bytes, as the loader counts them for Parquet, of the files for others
    `data_bytes`   of all data files
    `stripped`     how many files private metadata was removed from; None where it was kept on purpose
    `escaped`      how many cells of a CSV begin with an apostrophe, so that no spreadsheet runs them
    """

    kind: str
    features: dict[str, Feature]
    data_files: dict[str, str]
    split_bytes: dict[str, int]
    data_bytes: int
    stripped: int | None
    escaped: int = 0


def metadata(release: Release, content: Content, written: Written) -> dict[str, Any]:
    """Return the front matter: https://github.com/huggingface/hub-docs/blob/main/datasetcard.md."""
    facts = release.facts
    licence = hub_licence(facts.get("license"))
    title = facts.get("title") or facts.get("name")
    found: dict[str, Any] = {"pretty_name": str(title)} if title else {}
    found["license"] = licence.id
    if licence.name:
        found |= {"license_name": licence.name, "license_link": licence.link}
    spoken = listed(facts.get("language")) or [code for code, _ in languages(release)]
    if spoken:
        found["language"] = spoken
    category, kind = KINDS.get(facts.get("task") or "", (facts.get("task"), None))
    if category in TASKS:
        found["task_categories"] = [category]
        found |= {"task_ids": [kind]} if kind else {}
    found["size_categories"] = [size_category(content.samples.num_rows)]
    found["tags"] = list(dict.fromkeys([TAGS[content.modality], *listed(facts.get("tags"))]))
    files = [{"split": split, "path": pattern} for split, pattern in written.data_files.items()]
    found["configs"] = [{"config_name": "default", "data_files": files}]
    found["dataset_info"] = {
        "features": [yaml_feature(name, feature) for name, feature in written.features.items()],
        "splits": [
            {"name": split, "num_bytes": written.split_bytes[split], "num_examples": length}
            for split, (_, length) in content.splits.items()
        ],
        "download_size": written.data_bytes,
        "dataset_size": sum(written.split_bytes.values()),
    }
    return found


def listed(value: Any) -> list[str]:
    """Return one text or a list of them as a list."""
    if not value:
        return []
    return [value] if isinstance(value, str) else [str(one) for one in value]


def size_category(samples: int) -> str:
    """Return the Hub's word for a number of samples.

    Example:
        >>> size_category(60_000)
        '10K<n<100K'
    """
    if samples < 1_000:
        return "n<1K"
    low = 1_000
    while samples >= 10 * low and low < 10**12:
        low *= 10
    return f"{_short(low)}<n<{_short(10 * low)}" if low < 10**12 else "n>1T"


def _short(number: int) -> str:
    thousands = (len(str(number)) - 1) // 3
    return f"{number // 1000**thousands}{UNITS[thousands]}"


def front_matter(value: dict[str, Any]) -> str:
    """Return `value` as YAML between lines of `---`. Every text is quoted, so `no` stays a text."""
    return "---\n" + "".join(_lines(value, "")) + "---\n"


def _text(value: str) -> str:
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    return json.dumps(value, allow_nan=False)


def _lines(value: Any, indent: str) -> list[str]:
    lines = []
    if isinstance(value, dict):
        for key, inner in value.items():
            name = key if re.fullmatch(r"[a-z][a-z_]*", key) and key not in _WORDS else _text(key)
            lines += [f"{indent}{name}:{_inline(inner)}\n", *_nested(inner, indent)]
    else:
        for inner in value:
            if isinstance(inner, dict) and inner:
                first, *rest = _lines(inner, indent + "  ")
                lines += [f"{indent}- {first.lstrip(' ')}", *rest]
            else:
                lines.append(f"{indent}-{_inline(inner)}\n")
                lines += _nested(inner, indent)
    return lines


def _inline(value: Any) -> str:
    if isinstance(value, dict | list):
        return "" if value else (" {}" if isinstance(value, dict) else " []")
    return " " + _scalar(value)


def _nested(value: Any, indent: str) -> list[str]:
    if isinstance(value, dict) and value:
        return _lines(value, indent + "  ")
    if isinstance(value, list) and value:
        return _lines(value, indent + "  ")
    return []
