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


def begin(name: str, task: str, source: str) -> str:
    """Return the text of a first recipe for a task, collecting from `source`."""
    proof = '[[step]]\nuse = "measure.overlap"\n' if TASKS[task] == "image" else ""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "dataset"
    clean = IMAGE_STEPS if TASKS[task] == "image" else '[[step]]\nuse = "clean.exact_dup"\n'
    collect = "collect.table" if TASKS[task] == "row" else "collect.files"
    label = (
        'label = "label"             # the column with the label'
        if TASKS[task] == "row"
        else ('label = "folder"              # the folder a file lies in is its first vote')
    )
    return f"""\
# The recipe of a dataset. Check it: stork check    Build it: stork build    Explain a step: stork steps NAME

[dataset]
name    = {toml_value(plain)}
task    = {toml_value(task)}
license = "CC-BY-4.0"             # an SPDX id; yours to choose, and to be allowed to

[[step]]
use   = {toml_value(collect)}
path  = {toml_value(source)}
{label}

{clean}
[[step]]
use    = "label.resolve"
method = "majority"

[[step]]
use        = "split.grouped"
train      = 0.80
validation = 0.05
test       = 0.15

[[step]]
use = "measure.summary"

[[step]]
use = "measure.balance"

{proof}
[[publish]]
use = "publish.huggingface"
to  = "published"
"""
