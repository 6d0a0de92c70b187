"""Label Studio's JSON: a list of tasks, each with annotations (votes) and predictions (suggestions).

A task without "data" is its data. One annotation is the votes of one annotator given together; `was_cancelled` is a
skip, `ground_truth` a decision, `lead_time` the seconds, to the millisecond; a prediction that an annotation began
with is its suggestion, others are kept in the field `suggestions` of the sample's data. Places in per cent become
pixels by `original_width` and `original_height`; offsets in texts are UTF-16 there and code points here.
Source: https://labelstud.io/guide/task_format and the types of label-studio-sdk 2.1.2.
"""

from pathlib import Path

from datastork.core.questions import KINDS, LabelClass
from datastork.formats.declared import used_classes
from datastork.formats.format import READING, WRITING, Format, Options
from datastork.formats.label_studio.reading import read
from datastork.formats.label_studio.writing import write


def classes(path: Path, options: Options) -> list[LabelClass]:
    """Return the classes that answers use: an export does not say which there are."""
    return used_classes(read(path, None, options))


def _sniff(path: Path, head: str) -> bool:
    if not head.startswith(("[", "{")):
        return False
    held = '"data"' in head[:8192] or any(f'"{key}"' in head for key in ("completed_by", "from_name", "was_cancelled"))
    return held and any(f'"{key}"' in head for key in ("annotations", "predictions", "completions"))


FORMAT = Format(
    name="label-studio",
    says="Label Studio's JSON: tasks with annotations and predictions",
    kinds=frozenset(KINDS) - {"cells"},
    suffixes=(".json",),
    sniff=_sniff,
    reader=read,
    writer=write,
    classed=classes,
    options=READING | WRITING | {"root", "field", "sizes", "fps"},
)
