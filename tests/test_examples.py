"""Every example is right, is told where its data comes from, and makes a dataset of data in the form it wants."""

import csv
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

import datastork as ds
from datastork.recipe.check import check

EXAMPLES = Path(__file__).parents[1] / "examples"
NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/stork.toml"))
WORDS = """
the a of and to in his her was were had with from upon under over garden orchard river mill hedge lane village church
morning evening winter summer rain wind lantern window kitchen table letter sister brother farmer doctor stranger horse
"""


def prose(seed: str, words: int) -> str:
    """Return a text of so many words, another one for each seed."""
    return " ".join(random.Random(seed).choices(WORDS.split(), k=words))


def put_digits(root: Path) -> None:
    (root / "raw").mkdir()


def put_books(root: Path) -> None:
    (root / "raw").mkdir()
    for number, author in enumerate(("Ann Finch", "Bela Owl", "Carl Spatz")):
        chapters = "\n\n\n".join(f"CHAPTER {at}\n\n{prose(f'{author} {at}', 150)}." for at in range(1, 6))
        (root / "raw" / f"{number}.txt").write_text(f"[Book {number} by {author} 18{number}1]\n\n\n{chapters}\n")


def put_messages(root: Path) -> None:
    (root.parent / "pii.key").write_text("a key for the tests alone")
    lines = [f'ham\t"{prose(f"ham {at}", 30)}" he said' for at in range(40)]
    lines += [f"spam\t{prose(f'spam {at}', 10)} call +44 20 7946 {at:04} now" for at in range(20)]
    lines += [lines[3], lines[4].replace("said", "wrote")]
    (root / "sms.tsv").write_text("\n".join(lines) + "\n")


def tune(seed: int, seconds: float = 1.0) -> "np.ndarray":
    """Return bursts of tones at 8 kHz, others for each seed."""
    rng, at = np.random.default_rng(seed), np.arange(int(8000 * seconds)) / 8000
    tones = [np.sin(2 * np.pi * rng.uniform(200, 2000) * at) * (np.sin(rng.uniform(3, 30) * at) > 0) for _ in range(6)]
    return (0.1 * sum(tones) + 0.005 * rng.standard_normal(len(at))).astype(np.float32)


def put_sounds(root: Path) -> None:
    for number in range(24):
        place = root / "raw" / ("001 - Dog bark" if number % 2 else "002 - Rain")
        place.mkdir(parents=True, exist_ok=True)
        soundfile.write(place / f"1-{number // 4}-{'ABCD'[number % 4]}.ogg", tune(number), 8000, format="OGG")
    soundfile.write(place / "1-77-A.ogg", tune(23)[800:] / 2, 8000, format="OGG")  # a copy, cut and softer


def put_spoken(root: Path) -> None:
    (root / "raw").mkdir()
    for number in range(40):
        name = f"{number % 10}_{('ann', 'ben', 'cleo', 'dan')[number // 10]}_0.wav"
        soundfile.write(root / "raw" / name, tune(number, 0.5), 8000)


def put_census(root: Path) -> None:
    shutil.copy(EXAMPLES / "census" / "rules.txt", root)
    sys.path.insert(0, str(EXAMPLES / "census"))
    try:
        import plant
    finally:
        sys.path.pop(0)
    rng = random.Random(1)
    schools = {"Bachelors": 13, "HS-grad": 9, "Masters": 14, "Some-college": 10}
    lines = []
    for _ in range(1500):
        school, sex = rng.choice(list(schools)), rng.choice(("Male", "Female"))
        earns = ">50K" if schools[school] > 10 and rng.random() < 0.7 else "<=50K"
        cells = [
            rng.randrange(20, 70),
            rng.choice(("Private", "State-gov", "Local-gov")),
            rng.randrange(20000, 90000),
            school,
        ]
        cells += [
            schools[school],
            rng.choice(("Divorced", "Never-married")),
            rng.choice(("Sales", "Craft-repair", "?")),
        ]
        cells += [
            "Husband" if sex == "Male" else "Wife",
            rng.choice(("White", "Black")),
            sex,
            0,
            0,
            rng.choice((20, 40, 45)),
        ]
        lines.append(", ".join(map(str, [*cells, rng.choice(("United-States", "Mexico")), earns])))
    (root.parent / "adult.data").write_text("\n".join(lines) + "\n")
    assert plant.plant(root.parent / "adult.data", root) > 50


DATA: dict[str, Callable[[Path], None]] = {
    "digits": put_digits,
    "books": put_books,
    "messages": put_messages,
    "sounds": put_sounds,
    "digits-spoken": put_spoken,
    "census": put_census,
}


@pytest.fixture
def place(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that copies an example, puts data in, and gives its folder."""

    def copied(name: str) -> Path:
        root = tmp_path / name
        root.mkdir()
        shutil.copy(EXAMPLES / name / "stork.toml", root)
        DATA[name](root)
        return root

    return copied


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_right_and_has_its_line(name: str, place: Callable[[str], Path]) -> None:
    assert check(place(name) / "stork.toml").warnings == ()
    assert f"[{name}]({name}/stork.toml)" in (EXAMPLES / "README.md").read_text(encoding="utf-8")


def test_books_of_three_authors_are_three_groups(place: Callable[[str], Path]) -> None:
    dataset = ds.open(place("books"))

    assert dataset.build().record["samples"] == {"total": 15, "kept": 15, "dropped": 0, "quarantined": 0}
    rows = dataset.samples().to_pylist()
    assert len({(row["group"], row["split"]) for row in rows}) == 3
    dataset.publish()
    assert len(list((dataset.home.root / "published/folder").glob("*/*.txt"))) == 15


def test_messages_are_published_without_their_numbers(place: Callable[[str], Path]) -> None:
    dataset = ds.open(place("messages"))

    record = dataset.build().record
    assert record["samples"] == {"total": 62, "kept": 60, "dropped": 2, "quarantined": 0}
    assert record["findings"]["measure.text.private"]["numbers"]["findings"] == 20
    rows = dataset.frame().to_pydict()
    assert sorted(rows["label"]) == ["ham"] * 40 + ["spam"] * 20
    assert not any("7946" in str(value) for name in rows for value in rows[name])
    dataset.publish()
    assert len(list((dataset.home.root / "published/data").glob("*.parquet"))) == 3


def test_clips_of_one_recording_stay_together_and_copies_go(place: Callable[[str], Path]) -> None:
    dataset = ds.open(place("sounds"))

    record = dataset.build().record
    assert record["samples"] == {"total": 25, "kept": 24, "dropped": 1, "quarantined": 0}
    kept = [row for row in dataset.samples().to_pylist() if row["state"] == "kept"]
    assert {row["label"] for row in kept} == {"Dog bark", "Rain"}
    assert len({(row["group"], row["split"]) for row in kept}) == len({row["group"] for row in kept}) == 6
    dataset.publish()
    assert (
        len(list((dataset.home.root / "published/data").glob("*.parquet"))) == len({row["split"] for row in kept}) > 1
    )


def test_digits_are_split_by_who_speaks(place: Callable[[str], Path]) -> None:
    dataset = ds.open(place("digits-spoken"))

    assert dataset.build().record["samples"] == {"total": 40, "kept": 40, "dropped": 0, "quarantined": 0}
    rows = dataset.frame().to_pydict()
    assert len(set(zip(rows["group"], rows["split"], strict=True))) == 4
    assert set(rows["label"]) == set("0123456789")
    assert set(rows["rate"]) == {8000}


def test_planted_errors_are_repaired_and_no_good_cell_is(place: Callable[[str], Path]) -> None:
    root = place("census")
    dataset = ds.open(root)

    dataset.build()

    with (root / "planted.csv").open(newline="") as file:
        planted = {(int(row["row"]), row["column"]): row for row in csv.DictReader(file)}
    found = {}
    for sample, uri in zip(
        *(dataset.samples().flatten()[name].to_pylist() for name in ("id", "source.uri")), strict=True
    ):
        for one in dataset.why(sample)["changes"] if (int(uri.split("#")[1]),) in {key[:1] for key in planted} else ():
            found[int(uri.split("#")[1]), one["column"]] = one["new"]
    for what in ("form", "unit"):
        wanted = {key: row["before"] for key, row in planted.items() if row["what"] == what}
        assert {key: found.get(key) for key in wanted} == wanted
    numbers = dataset.status()
    changed = next(step["changed"] for step in numbers["steps"] if step["name"] == "clean.table.repair")
    assert changed == len(found)  # every repair is of a planted cell
    dataset.publish()
