"""The recipe a new dataset begins with."""

import re

from datastork.core.tasks import TASKS
from datastork.recipe.toml import toml_value

IMAGE_STEPS = """\
[[step]]
use  = "clean.image.too_small"     # a filter measures once; its threshold can be changed later for free
width = 32
height = 32

[[step]]
use = "clean.image.blurry"

[[step]]
use    = "clean.image.resize"
width  = 224
height = 224

[[step]]
use = "clean.exact_dup"

[[step]]
use       = "clean.near_dup"
threshold = 0.9
"""
TEXT_STEPS = """\
[[step]]
use = "clean.text.fix_unicode"

[[step]]
use = "clean.text.whitespace"

[[step]]
use = "clean.text.language"        # fills the columns language and language_probability

[[step]]
use       = "clean.text.keep_language"
languages = ["en"]                 # yours; leave the step out to keep all

[[step]]
use   = "clean.text.too_short"     # a filter measures once; its threshold can be changed later for free
words = 3
{prose}
[[step]]
use = "measure.pii"                # plants invented personal data into copies; the card says how much is found

[[step]]
use    = "clean.pii"
action = "redact"                  # or "mask", "replace" by consistent stand-ins, "drop"

[[step]]
use = "clean.exact_dup"

[[step]]
use = "clean.near_dup"
"""
PROSE = """
[[step]]
use   = "clean.text.quality"       # for prose; the rules of Gopher want 50 words and more
rules = ["gopher"]

[[step]]
use = "clean.text.repetitive"
"""
MEDIA_STEPS = """\
[[step]]
use = "clean.exact_dup"

[[step]]
use = "clean.near_dup"             # {found}
"""
ROW_STEPS = """\
[[step]]
use   = "measure.table"            # what the columns are, how they hang together, what looks odd
{label}
[[step]]
use   = "clean.table.repair"       # every change is in the ledger: stork why ID, stork undo --column NAME
{label}# rules_file = "rules.txt"         # proposed by: stork rules {source} -o rules.txt; keep the lines that are true

# [[step]]
# use = "clean.table.dedupe"       # rows that speak of one thing; weighted, not dropped
"""
FOUND = {
    "audio": "finds copies encoded anew, louder, cut at the ends, at another rate",
    "video": "finds copies encoded anew, resized, brighter",
}
TEXT_MEASURES = ("length", "language", "richness", "ngrams", "duplication", "private")
TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
LABELLED = '[[step]]\nuse    = "label.resolve"\nmethod = "majority"\n\n'


def begin(name: str, task: str, source: str, label: str = "label") -> str:
    """Return the text of a first recipe for a task, collecting from `source`; `label` is a column of a table."""
    modality = TASKS[task]
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "dataset"
    classes = sorted_by_folder(task)
    measures = ["summary", *(["balance"] if classes else []), *(["overlap"] if modality != "row" else [])]
    measures += [f"text.{one}" for one in TEXT_MEASURES] if modality == "text" else []
    return f"""\
# The recipe of a dataset. Check it: stork check    Build it: stork build    Explain a step: stork steps NAME

[dataset]
name    = {toml_value(plain)}
task    = {toml_value(task)}
license = "CC-BY-4.0"             # an SPDX id; yours to choose, and to be allowed to

{_collect(modality, source, classes, label)}
{_clean(modality, classes, source, label)}
{LABELLED if classes else ""}[[step]]
use        = "split.grouped"
train      = 0.80
validation = 0.05
test       = 0.15

{_steps(measures)}
[[publish]]
use = "publish.huggingface"
to  = "published"
"""


def sorted_by_folder(task: str) -> bool:
    """Say whether samples for a task lie in folders named after their label, as far as one can know."""
    return TASKS[task] in ("image", "row") or "classification" in task


def _collect(modality: str, source: str, classes: bool, label: str) -> str:
    """Return the step that finds the samples: files, or rows of a table."""
    tabular = modality == "row" or (modality == "text" and source.endswith(TABLES))
    lines = ["[[step]]", f'use   = "collect.{"table" if tabular else "files"}"', f"path  = {toml_value(source)}"]
    if tabular and modality == "text":
        lines.append('text  = "text"               # the column with the texts')
    if classes and tabular:
        lines.append(f"label = {toml_value(label):<19} # the column with the label")
    elif classes:
        lines.append('label = "folder"              # the folder a file lies in is its first vote')
    return "\n".join([*lines, ""])


def _clean(modality: str, classes: bool, source: str, label: str) -> str:
    if modality == "row":
        return ROW_STEPS.format(source=source, label=f"label = {toml_value(label)}\n")
    if modality == "image":
        return IMAGE_STEPS
    if modality == "text":
        return TEXT_STEPS.format(prose="" if classes else PROSE)
    if modality in FOUND:
        return MEDIA_STEPS.format(found=FOUND[modality])
    raise AssertionError(modality)


def _steps(measures: list[str]) -> str:
    return "\n".join(f'[[step]]\nuse = "measure.{name}"\n' for name in measures)
