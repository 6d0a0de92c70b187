"""Exports hold before Label Studio's own validators (label-studio-sdk 2.1.2), for every kind of question."""

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.formats.made import answer, question
from tests.formats.test_label_studio import sample_of

from datastork.core.questions import KINDS
from datastork.formats import catalog
from datastork.formats.record import Annotated

FORMS = sorted(set(KINDS) - {"cells"})
HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def validator(repository: Path) -> str:
    """Return the Python that has the validators; see label_studio.txt beside this file for how to make it."""
    place = os.environ.get("DATASTORK_LABEL_STUDIO", str(repository / ".venv-label-studio/bin/python"))
    if not Path(place).is_file():
        pytest.skip(f"no Python with label-studio-sdk at {place}; tests/formats/label_studio.txt says how to make one")
    return place


def samples(kind: str) -> list[Annotated]:
    """Return some samples with a vote and a suggestion."""
    made: list[Annotated] = []

    @given(data=st.data())
    @settings(
        max_examples=6, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    def gather(data: st.DataObject) -> None:
        value: Any = data.draw(answer(kind, **({"rotated": True} if kind == "boxes" else {})))
        for region in value if isinstance(value, list) and kind != "tags" else ():
            region |= {"attributes": {"occluded": True, "note": "é", "n": 1.5}}
        sample = sample_of(kind, value)
        [cast] = sample.votes
        made.append(replace(sample, votes=(replace(cast, suggestion=value, suggestion_by="net"),)))

    run: Callable[[], None] = gather
    run()
    return made


def test_every_kind_of_answer_is_valid_there(tmp_path: Path, validator: str) -> None:
    for kind in FORMS:
        asked = question(kind, ask="What is it? <&>")
        catalog.find("label-studio").write(tmp_path / f"{kind}.json", samples(kind), [asked])
    command = [validator, str(HERE / "label_studio_validates.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout)

    assert said["problems"] == []
    assert sorted(said["checked"]) == FORMS


def test_the_validators_would_say_so(tmp_path: Path, validator: str) -> None:
    [sample] = [sample_of("boxes", [{"label": "no such class", "x": 1.0, "y": 1.0, "width": 1.0, "height": 1.0}])]
    catalog.find("label-studio").write(tmp_path / "boxes.json", [sample], [question("boxes")])
    command = [validator, str(HERE / "label_studio_validates.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True)

    assert len(json.loads(done.stdout)["problems"]) == 1
