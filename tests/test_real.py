"""Recipes over real photographs."""

import shutil

import pyarrow.compute as pc
import pytest

import datastork as ds

pytestmark = pytest.mark.real

RECIPE = """
[dataset]
name           = "real"
license        = "CC-BY-4.0"
max_quarantine = 0.2

[[step]]
use   = "collect.files"
path  = "{path}"
label = "{label}"

[[step]]
use    = "clean.image.resize"
width  = {side}
height = {side}

[[step]]
use = "clean.exact_dup"

[[step]]
use      = "clean.near_dup"
keep     = "{keep}"
mirrored = {mirrored}

[[step]]
use = "label.resolve"

[[step]]
use = "split.random"

[[step]]
use = "measure.overlap"
"""


def build(root, path, *, label="folder", side=64, keep="largest", mirrored=False):
    text = RECIPE.format(path=path, label=label, side=side, keep=keep, mirrored=str(mirrored).lower())
    (root / "stork.toml").write_text(text)
    dataset = ds.open(root)
    return dataset, dataset.build()


def test_cifar_grows_without_moving_anybody(real_data, tmp_path):
    source = real_data / "images" / "cifar10" / "train"
    shutil.copytree(source, tmp_path / "raw", ignore=lambda folder, names: [n for n in names if n.startswith("005")])
    dataset, first = build(tmp_path, "raw/**/*.jpg", side=32)
    before = dict(zip(*(dataset.samples()[name].to_pylist() for name in ("id", "split")), strict=True))
    shutil.copytree(source, tmp_path / "raw", dirs_exist_ok=True)

    dataset, second = build(tmp_path, "raw/**/*.jpg", side=32)

    assert first.record["samples"]["total"] == 500
    assert second.record["samples"]["total"] == 600
    assert second.decoded == 100
    after = dict(zip(*(dataset.samples()[name].to_pylist() for name in ("id", "split")), strict=True))
    assert {sample: after[sample] for sample in before} == before
    numbers = second.record["findings"]["measure.overlap"]["numbers"]
    assert numbers["near_across_splits"] == numbers["exact_across_splits"] == numbers["groups_torn"] == 0


def test_coco_photographs_are_all_kept(real_data, tmp_path):
    _, outcome = build(tmp_path, f"{real_data}/detection/coco/images/**/*.jpg", label="none", side=224)

    assert outcome.record["samples"] == {"total": 48, "kept": 48, "dropped": 0, "quarantined": 0}


def test_variants_of_one_photograph_are_one_cluster(real_data, tmp_path):
    place = f"{real_data}/images/dups/**/*"
    dataset, outcome = build(tmp_path, place, label="none", side=224, keep="all", mirrored=True)

    clusters = {}
    for row in dataset.samples().filter(pc.equal(dataset.samples()["state"], "kept")).to_pylist():
        if row["cluster"]:
            clusters.setdefault(row["cluster"], []).append(row["source"]["uri"].rsplit("/", 1)[-1])
    # the corrupt file is in quarantine; the freely rotated one is another picture
    assert outcome.record["samples"]["quarantined"] == 1
    assert sorted(sorted(names) for names in clusters.values()) == [
        [
            "ukbench00120.jpg",  # its exact copy is dropped already
            "ukbench00120_gray.jpg",
            "ukbench00120_hflip.jpg",
            "ukbench00120_resize.jpg",
        ],
        ["ukbench09268.jpg"],  # and so is its
    ]
