"""Every example is right, is told where its data comes from, and makes a dataset of data in the form it wants."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

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


DATA: dict[str, Callable[[Path], None]] = {"digits": put_digits, "books": put_books, "messages": put_messages}


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
