"""The step measure.table: what it finds in rows, in the form of findings."""

import json

import pytest

from datastork.core import Findings
from datastork.core.errors import RecipeError
from datastork.measure.table import table


def frame_of(samples, rows, **columns):
    media = [json.dumps(row, sort_keys=True).encode() for row in rows]
    return samples(len(rows), media=media, media_modality=["row"] * len(rows), **columns)


def people(count=300):
    towns = ["Ulm", "Bonn", "Trier", "Hof", "Kiel", "Celle"]
    return [
        {
            "age": str(20 + (7 * at) % 50),
            "born": f"19{50 + at % 40}-03-1{at % 9}",
            "income": "high" if (7 * at) % 50 > 30 else "low",
            "sex": "fm"[at % 2],
            "town": towns[at % 6],
            "zip": f"{at % 6:05d}",
        }
        for at in range(count)
    ]


def test_rows_are_told_in_sentences_numbers_and_tables(samples):
    found = table(frame_of(samples, people()))
    assert found.sentences[0] == (
        "300 rows, 6 columns: 3 categories, 1 column of whole numbers, 1 column of dates and 1 column of codes."
    )
    assert found.sentences[1] == "No cell is empty, and none says that its value is missing."
    assert found.numbers["rows"] == 300
    assert found.numbers["age_lowest"] == 20
    assert found.numbers["town_distinct"] == 6
    assert any("tell one another" in sentence and "zip" in sentence for sentence in found.sentences)
    columns = found.tables[0]
    assert [row[0] for row in columns.rows] == ["age", "born", "income", "sex", "town", "zip"]
    assert columns.rows[5][1] == "code, 5 digits"
    assert {one.chart for one in found.tables} == {"bars", "map", "histogram"}
    assert Findings.from_dict(json.loads(json.dumps(found.as_dict()))).numbers == found.numbers


def test_the_label_is_found_by_its_values_and_what_tells_it_is_ranked(samples):
    rows = people()
    found = table(frame_of(samples, rows, label=[row["income"] for row in rows]))
    assert any(sentence.startswith("The label income: 'low'") for sentence in found.sentences)
    ranked = next(one for one in found.tables if one.caption.startswith("How much of the doubt about income"))
    assert ranked.rows[0][0] == "age"
    assert found.numbers == table(frame_of(samples, rows), label="income").numbers


def test_protected_groups_are_counted_by_label(samples):
    found = table(frame_of(samples, people()), label="income", protect=["sex", "age"])
    groups = next(one for one in found.tables if one.caption.startswith("Groups of sex"))
    assert [(row[0], row[1]) for row in groups.rows] == [("f", 150), ("m", 150)]
    assert all(sum(row[3:]) == pytest.approx(1, abs=1e-3) for row in groups.rows)
    ages = next(one for one in found.tables if one.caption.startswith("Groups of age"))
    assert len(ages.rows) == 4
    assert sum(row[1] for row in ages.rows) == 300
    assert not any("age" in text.split(":")[0] for text in found.warnings if "discriminated" in text)


def test_twins_in_other_splits_are_warned_of(samples):
    rows = people(100) + people(40)
    found = table(frame_of(samples, rows, split=["train"] * 100 + ["test"] * 40))
    assert found.numbers["rows_with_twin_in_train"] == 40
    assert any(text.startswith("40 rows outside train have a twin in train") for text in found.warnings)


def test_columns_are_chosen_and_left_out(samples):
    found = table(frame_of(samples, people()), columns=["age", "town", "zip"], ignore=["zip"], label="income")
    assert [row[0] for row in found.tables[0].rows] == ["age", "income", "town"]


def test_columns_that_are_not_there_are_told_all_at_once(samples):
    with pytest.raises(
        RecipeError, match=r"(?s)no column 'agee'; did you mean 'age'.*no column 'twon'; did you mean 'town'"
    ):
        table(frame_of(samples, people()), label="twon", ignore=["agee"])


def test_samples_that_are_no_rows_are_left_out(samples):
    rows = people(30)
    media = [*(json.dumps(row).encode() for row in rows), b"\x89PNG"]
    found = table(samples(31, media=media, media_modality=["row"] * 30 + ["image"]))
    assert found.numbers["rows"] == 30
    assert table(samples(1, media=[b"x"], media_modality=["image"])).sentences == ("No sample is a row of a table.",)


def test_rows_of_numbers_and_nulls_are_profiled_too(samples):
    rows = [{"a": at % 7, "b": None if at % 4 else at / 3, "c": at % 2 == 0} for at in range(80)]
    found = table(frame_of(samples, rows))
    assert found.numbers["b_missing_share"] == 0.75
    assert [row[1] for row in found.tables[0].rows] == ["integer", "number", "boolean"]


def test_wide_tables_say_which_columns_were_looked_at_together(samples):
    found = table(frame_of(samples, [{f"c{n}": n + row for n in range(90)} for row in range(5)]))
    assert any("the first 80 columns were looked at together" in text for text in found.sentences)
