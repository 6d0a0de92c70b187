"""The numbers: counted in the table, adding up, the same on the page and in report.json."""

import html
import json
import re
from pathlib import Path

import cv2
import pytest
from troubled import MEASURES, RECIPE, REST, picture, put

import datastork as ds
from datastork.core.errors import NotFoundError, StoreError


@pytest.fixture(scope="module")
def found(mixed: Path, page: str) -> dict:
    return json.loads((mixed.parent / "page.json").read_text(encoding="utf-8"))


def cells(page: str, start: str) -> list[list[str]]:
    """Return the cells of the first table after `start`, row by row, without those only drawn."""
    table = re.search(r"<table.*?</table>", page[page.index(start) :], re.DOTALL)[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    found = [re.findall(r'<(?:td|th)(?! class="drawn")[^>]*>(.*?)</(?:td|th)>', row, re.DOTALL) for row in rows]
    return [[html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in row] for row in found]


def test_the_numbers_are_those_of_the_table(mixed, found):
    rows = ds.open(mixed).samples().to_pylist()
    by_state = {state: [row for row in rows if row["state"] == state] for state in ("kept", "dropped", "quarantined")}

    assert found["samples"] == {"total": len(rows)} | {state: len(of) for state, of in by_state.items()}
    assert found["samples"] == {"total": 39, "kept": 30, "dropped": 7, "quarantined": 2}
    for step in found["dropped"]:
        assert step["count"] == sum(row["dropped"]["step"] == step["step"] for row in by_state["dropped"])
        assert step["count"] == sum(reason["count"] for reason in step["reasons"]) + step["more"]
    assert {one["id"] for one in found["quarantined"]["samples"]} == {row["id"] for row in by_state["quarantined"]}
    for row in found["labels"]["labels"]:
        same = [one for one in by_state["kept"] if one["label"] == row["label"]]
        assert row["count"] == len(same) == sum(row["counts"])
        assert set(row["examples"]) <= {one["id"] for one in same}


def test_the_sums_agree(found):
    flow = found["flow"]

    assert [one["holds"] for one in flow["sums"]] == [True] * 4
    assert flow["found"] + flow["derived"] + flow["departed"] == found["samples"]["total"]
    for step in flow["steps"]:
        assert step["in"] == step["kept"] + step["dropped"] + step["quarantined"]


def test_sums_that_do_not_agree_are_shown_as_such(mixed, tmp_path):
    record = next((mixed / ".stork" / "versions").glob("*.json"))
    before = record.read_bytes()
    changed = json.loads(before)
    next(step for step in changed["steps"] if step["name"] == "clean.image.dark")["dropped"] += 1
    try:
        record.write_text(json.dumps(changed))
        page = ds.open(mixed).report(tmp_path / "r.html").read_text(encoding="utf-8")
    finally:
        record.write_bytes(before)

    assert "✗ the steps dropped <b>8</b>; in the table <b>7</b>" in page
    sums = json.loads((tmp_path / "r.json").read_text())["flow"]["sums"]
    assert [one["holds"] for one in sums] == [True, True, False, True]


def test_reasons_are_grouped_by_kind_with_their_threshold(found):
    reasons = {step["step"]: [r["reason"] for r in step["reasons"]] for step in found["dropped"]}

    assert reasons["clean.image.dark"] == ["highlight … < 40"]
    assert reasons["clean.image.flat"] == ["information 0.00 < 0.3 bits"]
    assert any(reason.startswith("same bytes as another sample, labelled '…'") for reason in reasons["clean.exact_dup"])
    dark = next(step for step in found["dropped"] if step["step"] == "clean.image.dark")["reasons"][0]
    values = [one["evidence"] for one in dark["examples"]]
    assert values == sorted(values)
    assert (dark["low"], dark["high"]) == (values[0], values[-1])
    copies = [
        one for s in found["dropped"] if s["step"] == "clean.exact_dup" for r in s["reasons"] for one in r["examples"]
    ]
    assert len(copies) == 2
    assert all(one["like"] in one["reason"] and one["like_uri"] in one["reason"] for one in copies)


def test_the_page_shows_the_numbers_of_report_json(found, page):
    steps = cells(page, 'id="flow"')[1:]
    for shown, step in zip(steps, found["flow"]["steps"], strict=False):
        came = "" if step["use"].startswith("collect.") else str(step["in"])
        set_aside = [str(step[key]) if step[key] else "" for key in ("dropped", "quarantined")]
        assert shown == [step["name"], came, *set_aside, str(step["out"])]
    samples = found["samples"]
    assert steps[-1] == ["all samples", *(str(samples[key]) for key in ("total", "dropped", "quarantined", "kept"))]

    balance = cells(page, 'id="sheet"')
    assert balance[0][3:] == [split["split"] for split in found["labels"]["splits"]]
    shown = {row[0]: (row[1], row[3:]) for row in balance[1:-1]}
    assert shown == {
        row["label"]: (str(row["count"]), [str(count) for count in row["counts"]]) for row in found["labels"]["labels"]
    }
    for name, finding in found["findings"].items():
        assert f"<code>{name}</code>" in page
        for sentence in finding["sentences"]:
            assert html.escape(sentence, quote=False) in page.replace("&#39;", "'").replace("&#34;", '"')


def test_dropped_samples_have_pictures_from_their_source(mixed, found, page):
    dark = found["dropped"][0]["reasons"][0]["examples"][0]["id"]

    assert f'alt="sample {dark}"' in page


def test_a_source_that_has_other_content_now_gives_no_picture(mixed, found, tmp_path):
    example = found["dropped"][0]["reasons"][0]["examples"][0]
    source = mixed / example["uri"]
    before = source.read_bytes()
    try:
        source.write_bytes(cv2.imencode(".png", picture(99))[1].tobytes())
        page = ds.open(mixed).report(tmp_path / "r.html").read_text(encoding="utf-8")
    finally:
        source.write_bytes(before)

    assert f'alt="sample {example["id"]}"' not in page
    assert f'aria-label="no picture of sample {example["id"]}"' in page


def test_one_version_gives_one_report(mixed, page, tmp_path):
    again = ds.open(mixed).report(tmp_path / "again.html")

    assert again.read_text(encoding="utf-8") == page


def test_a_report_without_measures_still_counts_labels_and_splits(tmp_path):
    for seed in range(9):
        put(tmp_path / "raw" / ("cat" if seed % 3 else "dog") / f"{seed}.png", picture(seed))
    (tmp_path / "stork.toml").write_text(RECIPE + REST)
    dataset = ds.open(tmp_path)
    dataset.build()

    page = dataset.report().read_text(encoding="utf-8")
    found = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))

    assert list(found["findings"]) == ["label.resolve"]  # nobody measured anything
    assert found["dropped"] == []
    assert 'id="dropped"' not in page
    assert 'id="quarantined"' not in page
    assert [(row["label"], row["count"]) for row in found["labels"]["labels"]] == [("cat", 6), ("dog", 3)]
    assert [row[:2] for row in cells(page, 'id="sheet"')[1:]] == [["cat", "6"], ["dog", "3"], ["all", "9"]]


def test_one_sample_without_label_or_split_has_a_report(tmp_path):
    put(tmp_path / "raw" / "only.png", picture(1))
    (tmp_path / "stork.toml").write_text('[dataset]\nname = "one"\n[[step]]\nuse = "collect.files"\npath = "raw/*"\n')
    dataset = ds.open(tmp_path)
    dataset.build()

    page = dataset.report().read_text(encoding="utf-8")

    found = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert found["labels"]["splits"] == [{"split": None, "count": 1}]
    assert [(row["label"], row["count"]) for row in found["labels"]["labels"]] == [(None, 1)]
    assert "no licence stated" in page
    assert "in no split" in page


def test_an_older_version_is_reported_as_it_was(tmp_path):
    for seed in range(6):
        put(tmp_path / "raw" / "cat" / f"{seed}.png", picture(seed))
    (tmp_path / "stork.toml").write_text(RECIPE + REST + MEASURES)
    dataset = ds.open(tmp_path)
    dataset.build()
    first = dataset.report(tmp_path / "first.html").read_bytes()
    (tmp_path / "raw" / "cat" / "5.png").unlink()
    for seed in range(6, 10):
        put(tmp_path / "raw" / "dog" / f"{seed}.png", picture(seed))
    dataset.build()

    old = dataset.report(tmp_path / "old.html", version=1)
    dataset.report(tmp_path / "new.html")

    assert old.read_bytes() == first
    found = json.loads((tmp_path / "new.json").read_text())
    assert found["version"] == 2
    assert found["samples"] == {"total": 10, "kept": 9, "dropped": 1, "quarantined": 0}
    assert found["flow"]["departed"] == 1
    assert all(one["holds"] for one in found["flow"]["sums"])
    with pytest.raises(NotFoundError, match="no version 7"):
        dataset.report(tmp_path / "none.html", version=7)


def test_a_report_goes_where_it_is_told(mixed, tmp_path):
    dataset = ds.open(mixed)

    assert dataset.report(tmp_path) == tmp_path / "report.html"
    assert dataset.report(tmp_path / "new" / "name.html") == tmp_path / "new" / "name.html"
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == [
        "name.html",
        "name.json",
        "report.html",
        "report.json",
    ]
    with pytest.raises(StoreError, match="would be overwritten"):
        dataset.report(tmp_path / "x.json")


def test_a_dataset_never_built_has_no_report(tmp_path):
    (tmp_path / "stork.toml").write_text(RECIPE)

    with pytest.raises(NotFoundError, match="was never built"):
        ds.open(tmp_path).report()
