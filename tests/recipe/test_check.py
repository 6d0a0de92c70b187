"""`stork check`: every problem at once, each with its line and the nearest right answer."""

from pathlib import Path

import pytest

from datastork.core.errors import NotFoundError, RecipeError
from datastork.recipe.check import check

GOOD = """\
[dataset]
name    = "birds"
license = "CC-BY-4.0"

[[step]]
use  = "collect.files"
path = "raw/*"
"""
TABLE = GOOD.replace("license", 'task    = "tabular-regression"\nlicense')


def recipe(folder: Path, text: str) -> Path:
    (folder / "raw").mkdir(exist_ok=True)
    path = folder / "stork.toml"
    path.write_text(text)
    return path


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(RecipeError) as caught:
        check(recipe(folder, text))
    return caught.value.problems


def test_a_good_recipe_has_its_defaults_filled_in(tmp_path):
    checked = check(recipe(tmp_path, GOOD + '[[step]]\nuse = "clean.near_dup"\n'))

    assert [bound.name for bound in checked.steps] == ["collect.files", "clean.near_dup"]
    assert checked.steps[1].settings["keep"] == "largest"
    assert checked.dataset.modality == "image"
    assert checked.warnings == ()


def test_all_problems_come_at_once_with_lines_and_nearest_answers(tmp_path):
    text = """\
[dataset]
name    = "birds of paradise"
license = "CC-BY 4"
task    = "image-clasification"
lables  = ["robin"]

[[step]]
use   = "collect.files"
path  = "raw/*"
labe  = "folder"

[[step]]
use       = "clean.neardup"

[[step]]
use    = "clean.image.resize"
width  = "224"
height = 0
fit    = "crp"
"""
    found = problems(tmp_path, text)

    assert found == [
        "line 2: [dataset].name: 'birds of paradise' may hold letters, digits, dots, dashes and underscores only "
        "(at most 96)",
        "line 3: [dataset].license: 'CC-BY 4' is no SPDX licence id; did you mean 'CC-BY-4.0'?",
        "line 4: [dataset].task: unknown task 'image-clasification'; did you mean 'image-classification'?",
        "line 5: [dataset].lables: unknown key; did you mean 'labels'?",
        "line 10: step 1 (collect.files).labe: unknown setting; did you mean 'label'?",
        "line 12: step 2 (clean.neardup): unknown step 'clean.neardup'; did you mean 'clean.near_dup'?",
        "line 17: step 3 (clean.image.resize).width: expected a whole number ≥ 1 and ≤ 16384, got '224'",
        "line 18: step 3 (clean.image.resize).height: must be ≥ 1 and ≤ 16384, got 0",
        "line 19: step 3 (clean.image.resize).fit: expected one of 'stretch', 'pad', 'crop', got 'crp'; "
        "did you mean 'crop'?",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[[step]]\nuse = "clean.near_dup"\n', "nothing is collected before it"),
        (GOOD + '[[step]]\nuse = "publish.folder"\nto = "x"\n', "publish.folder belongs in [[publish]]"),
        (GOOD + '[[publish]]\nuse = "clean.near_dup"\n', "clean.near_dup belongs in [[step]]"),
        (GOOD.replace("raw/*", "rwa/*"), "no such file or folder: rwa"),
        (GOOD + '[[step]]\nuse = "clean.image.resize"\nwidth = 3\n', "height: missing; it must be a whole number"),
        (GOOD + '[[step]]\nuse = "clean.near_dup"\nwhere = "a >"\n', "where: 'a >' is no SQL condition"),
        (GOOD + '[[step]]\nuse = "clean.near_dup"\non_error = "ignore"\n', 'neither "quarantine" nor "stop"'),
        (TABLE + '[[step]]\nuse = "clean.near_dup"\n', "row samples have no fingerprints"),
        (GOOD.replace("[[step]]", "[step]"), "with two brackets"),
        (GOOD + '[[step]]\nuse = "clean.near_dup"\nthreshold = 1.5\n', "threshold: must be ≥ 0 and ≤ 1, got 1.5"),
        (GOOD + '[[step]]\nuse = "clean.near_dup"\nthreshold = nan\n', "threshold: must be ≥ 0 and ≤ 1, got nan"),
        (GOOD + "[[step]]\nname = 3\n", "no `use`"),
        (GOOD.replace('license = "CC-BY-4.0"', 'labels = ["a", "b", "a"]'), "listed twice: a"),
        (GOOD.replace('license = "CC-BY-4.0"', 'labels = "labels.txt"'), "no such file"),
    ],
)
def test_one_problem(tmp_path, text, problem):
    assert any(problem in line for line in problems(tmp_path, text)), problems(tmp_path, text)


def test_broken_toml_names_the_line(tmp_path):
    with pytest.raises(RecipeError, match=r"not valid TOML(.|\n)*line 2: name = birds"):
        check(recipe(tmp_path, "[dataset]\nname = birds\n"))


def test_no_recipe_says_how_to_begin_one(tmp_path):
    with pytest.raises(NotFoundError, match="stork new NAME"):
        check(tmp_path / "stork.toml")


@pytest.mark.parametrize(
    ("steps", "warning"),
    [
        (["split.random", "clean.near_dup"], "copies of one sample may lie in train and in test"),
        (["generate.image.flip", "split.random"], "adds variants before the split"),
        (["split.random", "generate.image.flip"], "adds variants to the test split too"),
        (["split.random", "label.resolve"], "not stratified by label"),
        (["split.random", "split.grouped"], "splits twice"),
    ],
)
def test_orders_that_make_bad_datasets_are_warned_of(tmp_path, steps, warning):
    text = GOOD + "".join(f'\n[[step]]\nuse = "{step}"\n' for step in steps)

    assert any(warning in line for line in check(recipe(tmp_path, text)).warnings)


def test_two_uses_of_a_step_have_names_of_their_own(tmp_path):
    twice = '[[step]]\nuse = "clean.near_dup"\n' * 2

    checked = check(recipe(tmp_path, GOOD + twice))

    assert [bound.name for bound in checked.steps[1:]] == ["clean.near_dup", "clean.near_dup#2"]
    named = '[[step]]\nuse = "clean.near_dup"\nname = "copies"\n' * 2
    assert "'copies' is taken" in problems(tmp_path, GOOD + named)[0]


def test_equal_work_has_equal_keys_however_it_is_written(tmp_path):
    written = check(recipe(tmp_path, GOOD + '[[step]]\nuse = "clean.near_dup"\nkeep = "largest"\n')).steps[1].key
    default = check(recipe(tmp_path, GOOD + '[[step]]\nuse = "clean.near_dup"\n')).steps[1].key
    other = check(recipe(tmp_path, GOOD + '[[step]]\nuse = "clean.near_dup"\nkeep = "first"\n')).steps[1].key

    assert written == default != other
