"""Transforms learned from answers."""

import numpy as np

from datastork.tables.answers import Answers
from datastork.tables.changes import Changes
from datastork.tables.examples import learn
from datastork.tables.grid import Grid


def learned(old: list[str | None], true: list[str | None], asked: list[int]) -> Changes:
    """Return what is learned for one column from some of its rows."""
    grid = Grid.of({"x": old})
    return learn(grid, Answers.of(asked, [0] * len(asked), [true[row] for row in asked]))


def after(old: list[str | None], true: list[str | None], asked: list[int], apply: float = 0.95) -> list[str | None]:
    """Return the column with the answers and the changes that are sure."""
    grid, found = Grid.of({"x": old}), learned(old, true, asked)
    answers = Answers.of(asked, [0] * len(asked), [true[row] for row in asked]).changes(grid)
    return Changes.joined([answers, found.where(found.confidence >= apply)]).applied(grid)["x"].texts()


def test_a_unit_is_taken_away_wherever_it_stands() -> None:
    old: list[str | None] = [f"{n} kg" for n in range(10, 40)]
    found = learned(old, [text.split()[0] for text in old if text], [0, 1, 2, 3])
    assert len(found) == 26
    assert found.confidence.min() > 0.95
    assert set(found.why.tolist()) == {"keep the number only (as in 4 corrected cells)"}


def test_one_example_is_not_enough_to_change_anything_for_sure() -> None:
    old: list[str | None] = [f"{n} kg" for n in range(10, 40)]
    assert after(old, ["10"], [0]) == ["10", *old[1:]]
    assert learned(old, ["10"], [0]).confidence.min() > 0.5


def test_what_a_person_left_alone_forbids_a_transform() -> None:
    old: list[str | None] = [f"Route {n}" for n in range(10, 40)]
    true = [text and (text.upper() if row < 2 else text) for row, text in enumerate(old)]
    assert after(old, true, [0, 1, 5, 6, 7]) == true


def test_a_transform_keeps_to_texts_written_as_its_examples_where_others_contradict_it() -> None:
    old: list[str | None] = ["10 kg", "11 kg", "12 kg", "13 kg", "14 kg", "9 kg (net)", "8 kg (net)", "7 kg (net)"]
    true: list[str | None] = ["10", "11", "12", "13", "14", "9 kg (net)", "8 kg (net)", "7 kg (net)"]
    assert after(old, true, [0, 1, 2, 5]) == ["10", "11", "12", "13", "14", "9 kg (net)", "8 kg (net)", "7 kg (net)"]


def test_a_word_that_says_missing_is_emptied_and_others_are_not() -> None:
    old: list[str | None] = ["N/A", "12", "N/A", "14", "N/A", "none"]
    assert after(old, [None, "12", None, "14", None, "none"], [0, 1, 2]) == [None, "12", None, "14", None, "none"]


def test_a_value_corrected_alike_in_several_rows_is_corrected_everywhere() -> None:
    old: list[str | None] = ["Californa", "Oregon", "Californa", "Californa", "Californa", "Nevada"]
    true: list[str | None] = ["California", "Oregon", "California", "California", "California", "Nevada"]
    assert after(old, true, [0, 1, 2, 3]) == true


def test_day_and_month_change_places_where_nothing_else_explains_the_examples() -> None:
    days = np.random.default_rng(0).permutation(28)[:20]
    old: list[str | None] = [f"{1 + i % 12}/{1 + day}/2015" for i, day in enumerate(days.tolist())]
    true: list[str | None] = [f"{1 + day}/{1 + i % 12}/2015" for i, day in enumerate(days.tolist())]
    assert after(old, true, [0, 1, 2, 3, 4]) == true


def test_a_column_is_split_into_an_empty_one() -> None:
    towns = ["Bend", "Salem", "San Diego", "Los Angeles", "Reno", "Boise", "Provo", "Fresno"]
    states = ["OR", "OR", "CA", "CA", "NV", "ID", "UT", "CA"]
    old = Grid.of(
        {
            "town": [f"{t} {s}" for t, s in zip(towns, states, strict=True)] + towns * 3,
            "state": [*[None] * 8, *states * 3],
        }
    )
    true = Grid.of({"town": towns * 4, "state": states * 4})
    found = learn(old, Answers.of_rows(old, [0, 2, 4, 9], true))
    sure = found.where(found.confidence >= 0.95).applied(old)
    assert sure["town"].texts()[5:] == towns[5:] + towns * 3
    assert sure["state"].texts()[5:] == states[5:] + states * 3
    assert "from town: keep 2 capitals at the end" in found.where(found.column == 1).why[0]


def test_empty_cells_that_are_rightly_empty_stay_empty() -> None:
    old: list[str | None] = ["1", None, None, None, None]
    assert after(old, ["1", None, "0", "0", "0"], [0, 1, 2, 3]) == ["1", None, "0", "0", None]
    assert after(old, ["1", "0", "0", "0", "0"], [0, 1, 2, 3]) == ["1", "0", "0", "0", "0"]


def test_answers_that_confirm_everything_teach_nothing() -> None:
    old: list[str | None] = ["1 kg", "2", None]
    assert len(learned(old, old, [0, 1, 2])) == 0


def test_typing_errors_without_a_pattern_teach_nothing_that_is_sure() -> None:
    rng = np.random.default_rng(0)
    names = ["Portland", "Salem", "Bend", "Eugene", "Medford", "Corvallis", "Springfield", "Albany"]
    true: list[str | None] = [names[i] for i in rng.integers(0, 8, 300).tolist()]
    old: list[str | None] = []
    for text in true:
        assert text is not None
        at = int(rng.integers(len(text)))
        broken = text[:at] + chr(97 + int(rng.integers(26))) + text[at + 1 :]
        old.append(broken if rng.random() < 0.3 else text)
    asked = list(range(40))
    assert after(old, true, asked)[40:] == old[40:]


def test_dates_left_as_they_are_make_what_may_be_right_already_a_suspect() -> None:
    asked = ["3/19/08", "10/21/02", "8/21/12", "5/19/13", "14/3/11", "14/9/22"]
    true: list[str | None] = ["08/3/19", "02/10/21", "12/8/21", "13/5/19", "14/3/11", "14/9/22"]
    old: list[str | None] = [*asked, "6/14/11", "8/5/26"]
    found = learned(old, [*true, "11/6/14", "8/5/26"], list(range(6)))
    sure = dict(zip(found.row.tolist(), found.confidence.tolist(), strict=True))
    assert sure[6] > 0.95  # 14 is no month: it cannot stay
    assert sure[7] < 0.7


def test_content_taken_away_in_two_cells_is_no_proof_and_a_unit_is() -> None:
    content: list[str | None] = ["Bend OR", "Salem OR", "Eugene OR", "Reno", "Boise"]
    unit: list[str | None] = ["12 kg", "16 kg", "8 kg", "7", "9"]
    assert learned(content, ["Bend", "Salem"], [0, 1]).confidence.max() < 0.95
    assert learned(unit, ["12", "16"], [0, 1]).confidence.max() > 0.95


def test_one_pattern_with_two_targets_is_a_suspect() -> None:
    old: list[str | None] = ["ab-1", "cd-2", "ef-3", "gh-4", "ij-5", "kl-6", "mn-7"]
    found = learned(old, ["AB-1", "CD-2", "EF-3", "4", "5", "6"], list(range(6)))
    assert found.where(found.confidence >= 0.95).row.tolist() == []


def test_one_example_of_another_form_is_enough_where_people_left_texts_of_the_form_it_leads_to() -> None:
    old: list[str | None] = [*(f"{n}-{n + 9}" for n in range(10, 40)), *(f"pp. {n}-{n + 5}" for n in range(50, 60))]
    true = [text and text.removeprefix("pp. ") for text in old]
    assert after(old, true, [0, 1, 2, 30]) == true
    assert after(old, [*true[:30], "50-55"], [30])[31:] == old[31:]  # nobody said that 10-19 is right
    assert after(old, [*true[:30], "50-55", old[31]], [0, 1, 2, 30, 31])[32:] == old[32:]  # both forms are


def test_one_text_written_as_no_other_is_a_slip_and_no_form() -> None:
    old: list[str | None] = [*(f"{n}-{n + 9}" for n in range(10, 40)), "x 50-55", "x 60-61"]
    assert learned(old, [*old[:30], "50-55"], [0, 1, 2, 30]).confidence.max() < 0.95


def test_what_changes_the_value_is_no_form() -> None:
    old: list[str | None] = [*(f"{n}.5" for n in range(10, 40)), *(str(n) for n in range(50, 60))]
    assert learned(old, [*old[:30], "50.5"], [0, 1, 2, 30]).confidence.max() < 0.95


def test_digits_of_another_length_are_another_form_where_all_others_have_one() -> None:
    old: list[str | None] = [*(f"{n}" for n in range(10000, 10030)), *(f"{n}" for n in range(6500, 6510))]
    true = [text and text.zfill(5) for text in old]
    assert after(old, true, [0, 1, 2, 3, 30]) == true


def test_zeros_are_written_where_people_wrote_them() -> None:
    plain: list[str | None] = [f"{1 + n % 9}/{1 + n}/98" for n in range(20)]
    odd: list[str | None] = [f"1998-0{1 + n % 9}-{n + 1:02d}" for n in range(20)]
    true: list[str | None] = [*plain, *(f"{1 + n % 9}/{n + 1}/98" for n in range(20))]
    assert after([*plain, *odd], true, [0, 1, 2, 3, 4, 30, 31, 32]) == true


def test_a_word_corrected_in_two_rows_is_corrected_where_the_new_one_is_known_as_right() -> None:
    old: list[str | None] = ["eng", "eng", "eng", "English", "English", "English", "fre"]
    true: list[str | None] = ["eng", "eng", "eng", "eng", "eng", "eng", "fre"]
    assert after(old, true, [0, 1, 2, 3, 4]) == true
    assert after(old, true, [0, 3, 4]) == [*true[:5], "English", "fre"]
