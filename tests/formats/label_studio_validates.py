"""Run by the Python that has label-studio-sdk: print what its validators find wrong with exports in a folder."""

import json
import sys
from pathlib import Path

from label_studio_sdk.label_interface import LabelInterface

checked, problems = {}, []
for path in sorted(Path(sys.argv[1]).glob("*.json")):
    labels = LabelInterface(path.with_name(f"{path.stem}.config.xml").read_text(encoding="utf-8"))
    labels.validate()
    for task in json.loads(path.read_text(encoding="utf-8")):
        for annotation in task["annotations"]:  # validate_task() crashes on tasks with annotations in 2.1.2
            checked[path.stem] = checked.get(path.stem, 0) + 1
            if not labels.validate_annotation(annotation):
                problems.append(f"{path.stem}: {json.dumps(annotation)[:500]}")
        for prediction in task["predictions"]:
            problems += [f"{path.stem}: {one}" for one in labels.validate_prediction(prediction, return_errors=True)]
json.dump({"checked": checked, "problems": problems}, sys.stdout)
