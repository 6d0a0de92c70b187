"""A dataset built from the web: a public dataset, a feed and an API together."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.collect.hub_server import Hub, HubDataset, hub_serving, parquet
from tests.collect.loopback import Asked, Reply, Server, serving

import datastork
from datastork.media.modality import modality
from datastork.testing.trials import trial_values

ITEMS = b'{"results": [{"id": 1, "body": "an owl at night", "kind": "pos"}, {"id": 2}]}'
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>neg</title>
<entry><id>urn:1</id><title>t</title><content>a heron by the water</content></entry></feed>"""
RECIPE = """
[dataset]
name    = "birds"
task    = "text-classification"
license = "CC-BY-4.0"
max_quarantine = 0.5

[[step]]
use     = "collect.hub"
dataset = "hf:org/birds"
text    = "text"
label   = "label"

[[step]]
use   = "collect.feed"
url   = "SITE/feed"
label = "feed"
allow = ["HOST"]

[[step]]
use   = "collect.api"
url   = "SITE/api"
items = "results"
id    = "id"
text  = "body"
label = "kind"
allow = ["HOST"]

[[step]]
use = "label.resolve"
"""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    features = {"label": {"_type": "ClassLabel", "names": ["neg", "pos"]}}
    content = parquet({"text": ["a wren sings", "a robin sings"], "label": [1, 0]}, features)
    hub = Hub({"org/birds": HubDataset(card={"license": "mit"}, files={("default", "train", "0.parquet"): content})})

    def answer(asked: Asked) -> Reply:
        return Reply(ATOM if asked.path == "/feed" else ITEMS)

    with hub_serving(hub, monkeypatch), serving(answer) as running:
        yield running


def test_what_was_collected_goes_through_a_build_and_is_asked_for_once(site: Server, tmp_path: Path) -> None:
    (tmp_path / "stork.toml").write_text(RECIPE.replace("SITE", site.address).replace("HOST", site.host))
    dataset = datastork.open(tmp_path)
    first = dataset.build()
    rows = {row["uri"]: row for row in dataset.frame().to_pylist()}

    assert rows["hf:org/birds/default/train#0"]["label"] == "pos"
    assert rows["hf:org/birds/default/train#0"]["license"] == "MIT"
    assert rows[f"{site.address}/api#1"]["label"] == "pos"
    assert rows[f"{site.address}/feed#urn:1"]["label"] == "neg"
    assert first.record["samples"] == {"total": 5, "kept": 4, "dropped": 0, "quarantined": 1}
    assert any("item 2: it has no text at 'body'" in note for note in first.notes)

    again = dataset.build()
    assert not again.changed
    assert [one.path for one in site.asked] == ["/feed", "/api", "/feed"]


def head(task: str) -> str:
    return f'[dataset]\nname = "made"\ntask = "{task}"\nlicense = "CC0-1.0"\nmax_quarantine = 0.5\n\n'


def test_pictures_of_a_hub_dataset_are_read_from_its_parquet_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pictures = [modality("image").encode(value).data for value in trial_values("image")[:3]]
    cells = [{"bytes": data, "path": None} for data in pictures]
    content = parquet({"image": [*cells, None], "label": ["a", "b", "a", "b"]})
    hub = Hub({"org/pics": HubDataset(files={("default", "train", "0.parquet"): content})})
    (tmp_path / "stork.toml").write_text(
        head("image-classification")
        + '[[step]]\nuse = "collect.hub"\ndataset = "hf:org/pics"\nbytes = "image"\nlabel = "label"\n\n'
        + '[[step]]\nuse = "label.resolve"\n'
    )
    with hub_serving(hub, monkeypatch):
        made = datastork.open(tmp_path).build()
    rows = datastork.open(tmp_path).samples().to_pylist()

    assert made.record["samples"] == {"total": 4, "kept": 3, "dropped": 0, "quarantined": 1}
    assert [row["label"] for row in rows if row["state"] == "kept"] == ["a", "b", "a"]
    assert next(row["error"]["message"] for row in rows if row["error"]).endswith("row 3 of column 'image' is null")


def test_records_that_scikit_learn_ships_need_no_network(tmp_path: Path) -> None:
    (tmp_path / "stork.toml").write_text(
        head("tabular-classification")
        + '[[step]]\nuse = "collect.hub"\ndataset = "sklearn:wine"\n\n[[step]]\nuse = "label.resolve"\n'
    )
    made = datastork.open(tmp_path).build()
    labels = [row["label"] for row in datastork.open(tmp_path).samples().to_pylist()]

    assert made.record["samples"]["kept"] == 178
    assert {label: labels.count(label) for label in set(labels)} == {"class_0": 59, "class_1": 71, "class_2": 48}
