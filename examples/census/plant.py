"""Plant dirt into the census table (UCI Adult), so that what a repair finds can be held against what is known.

    python plant.py adult-train.csv        writes data.csv and planted.csv (row, column, before, after, what)

Planted, each in rows of its own choice, from a seed:

| what          | share of rows | how                                                                       |
|---------------|---------------|---------------------------------------------------------------------------|
| typing error  | 2 %           | a letter lost, doubled, swapped or replaced in one of five columns        |
| wrong number  | 1 %           | `education_num` of another schooling: `education` says which it is         |
| form          | 2 %           | `age` as "39 years"                                                        |
| unit          | 1 %           | `hours_per_week` in minutes, as "2400 minutes"                             |
| missing word  | .05 %         | `occupation` as "n/a" where the table says "?"                             |
| impossible    | 0.2 %         | `age` ten times what it was                                               |
| lost          | 0.5 %         | `native_country` empty                                                    |

The labels (`income`) are left alone. The table has no header; it gets one.
"""

import argparse
import csv
import random
from pathlib import Path

NAMES = [
    *("age", "workclass", "fnlwgt", "education", "education_num", "marital_status", "occupation", "relationship"),
    *("race", "sex", "capital_gain", "capital_loss", "hours_per_week", "native_country", "income"),
]
WORDS = ("workclass", "education", "marital_status", "occupation", "native_country")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def typing_error(word: str, rng: random.Random) -> str:
    """Return a word with one letter wrong; never the word itself."""
    at = rng.randrange(1, len(word) - 1)
    made = rng.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
            word[:at] + rng.choice(LETTERS) + word[at + 1 :],
        )
    )
    return made if made != word else word[:at] + word[at + 1 :]


def dirt(row: dict[str, str], rng: random.Random) -> tuple[str, str, str] | None:
    """Return (column, new value, what) for a row that gets an error, or None."""
    draw = rng.random()
    if draw < 0.02:
        column = rng.choice(WORDS)
        return (column, typing_error(row[column], rng), "typing error") if len(row[column]) > 3 else None
    if draw < 0.03:
        other = rng.choice([str(n) for n in range(1, 17) if str(n) != row["education_num"]])
        return "education_num", other, "wrong number"
    if draw < 0.05:
        return "age", f"{row['age']} years", "form"
    if draw < 0.06:
        return "hours_per_week", f"{60 * int(row['hours_per_week'])} minutes", "unit"
    if draw < 0.07:
        return ("occupation", "n/a", "missing word") if row["occupation"] == "?" else None
    if draw < 0.072:
        return "age", f"{row['age']}0", "impossible"
    if draw < 0.077:
        return "native_country", "", "lost"
    return None


def plant(source: Path, folder: Path, seed: int = 1) -> int:
    """Write the dirty table and the list of errors; return how many errors there are."""
    rng = random.Random(seed)
    errors = []
    with source.open(newline="", encoding="utf-8") as file, (folder / "data.csv").open("w", newline="") as out:
        writer = csv.DictWriter(out, NAMES)
        writer.writeheader()
        for number, values in enumerate(csv.reader(file, skipinitialspace=True)):
            if len(values) != len(NAMES):
                continue
            row = dict(zip(NAMES, values, strict=True))
            if error := dirt(row, rng):
                column, new, what = error
                errors.append((number, column, row[column], new, what))
                row[column] = new
            writer.writerow(row)
    with (folder / "planted.csv").open("w", newline="") as out:
        csv.writer(out).writerows([("row", "column", "before", "after", "what"), *errors])
    return len(errors)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Plant dirt into the census table.")
    arguments.add_argument("table", type=Path, help="adult.data of UCI, or a copy of it without a header")
    arguments.add_argument("--to", type=Path, default=Path(__file__).parent, help="where to write data.csv")
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    print(f"{plant(given.table, given.to, given.seed):,} errors planted; {given.to / 'planted.csv'} lists them")
