"""A table profiled: ours beside ydata-profiling (since 2026 fg-data-profiling), as CPU, wall time and memory.

    python -m venv PEER && PEER/bin/pip install fg-data-profiling==4.20.0
    python benchmarks/profile_tables.py --adult adult-train.csv --peer PEER/bin/python

What each does. Ours, `profile`: CSV to findings in JSON: kinds, missing values in words and numbers, ranges,
histograms, common values, functional dependencies of one and two columns verified on all rows, keys, derived columns,
associations, misspellings, leakage of the label; without pandas, as in a plain install, which pyarrow else imports.
Ours, `build`: the same as a dataset: every row stored, labels
resolved, split, `measure.table`, HTML report. Theirs, `minimal`: CSV to HTML with kinds, missing, ranges, histograms,
common values; no correlations, no duplicates, no interactions. Theirs, `default`: correlations (auto), interactions,
missing-value diagrams, duplicates beside; neither has dependencies, keys, units, codes for missing or misspellings.
Theirs draws a histogram of each number as SVG, and a table of words of texts, which ours does not. Each command runs
once before on the first rows, not counted: bytecode is there as after an installation, and caches of fonts are made.
"""

import argparse
import csv
import os
import random
import tempfile
from itertools import islice
from pathlib import Path

from measure import Cost, run, stork

OURS = """
import json, sys
class Plain:
    def find_spec(self, name, *rest):
        if name == "pandas":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Plain())
import pyarrow as pa
from pyarrow import csv
from datastork.measure._table.say import numbers, sentences, warnings
from datastork.measure._table.show import tables
from datastork.core import Findings
from datastork.tables.grid import Grid
from datastork.tables.profile import profile
with open(sys.argv[1]) as file:
    names = file.readline().strip().split(",")
how = csv.ConvertOptions(column_types={name: pa.string() for name in names}, strings_can_be_null=True)
found = profile(Grid.of(csv.read_csv(sys.argv[1], convert_options=how)), label=sys.argv[3] or None)
told = Findings("Table", sentences(found), warnings(found), numbers(found), tables(found, ()))
with open(sys.argv[2], "w") as file:
    json.dump(told.as_dict(), file)
"""
THEIRS = """
import sys
import matplotlib
matplotlib.use("agg")
import pandas
from data_profiling import ProfileReport
ProfileReport(pandas.read_csv(sys.argv[1]), minimal=sys.argv[3] == "minimal", progress_bar=False).to_file(sys.argv[2])
"""
ADULT = """age workclass fnlwgt education education_num marital_status occupation relationship race sex capital_gain
capital_loss hours_per_week native_country income"""
ORDERS = """order customer name postcode city region street day hour product price quantity total weight paid status
channel score note returned"""
RECIPE = """
[dataset]
name = "profiled"
license = "CC-BY-4.0"
modality = "row"
[[step]]
use = "collect.table"
path = "data.csv"
{label}
[[step]]
use = "label.resolve"
[[step]]
use = "split.random"
[[step]]
use = "measure.table"
"""


def adult(source: Path, place: Path) -> Path:
    """Write the census table with names of columns and without the blanks after its commas."""
    with source.open(newline="") as file, (place / "adult.csv").open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(ADULT.split())
        writer.writerows(row for row in csv.reader(file, skipinitialspace=True) if row)
    return place / "adult.csv"


def orders(place: Path, rows: int = 200_000) -> Path:
    """Write a table of orders: 20 columns of all kinds, with dependencies and some dirt."""
    draw = random.Random(0)
    streets = [f"{draw.choice('ABCDEFGHIJ')}{draw.choice(['sh', 'irch', 'lm'])} street {n}" for n in range(400)]
    people = [(f"C{n:06d}", f"Name {n % 20_000} {n % 977}", n % 3_000) for n in range(30_000)]
    with (place / "orders.csv").open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(ORDERS.split())
        for n in range(rows):
            customer, name, area = draw.choice(people)
            price, quantity = round(draw.lognormvariate(3, 1), 2), draw.randint(1, 9)
            writer.writerow(
                [
                    *(n + 1, customer, name, f"{area + 500:05d}", f"City {area // 4}", f"R{area // 100}"),
                    *(
                        draw.choice(streets),
                        f"20{draw.randint(15, 25)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}",
                    ),
                    *(f"{draw.randint(0, 23):02d}:{draw.randint(0, 59):02d}", f"P{draw.randint(1, 800):04d}"),
                    *(price, quantity, round(price * quantity, 2), f"{draw.uniform(0.1, 40):.1f} kg"),
                    *(draw.choice(["yes", "no"]), draw.choice(["open", "sent", "done", "done", "N/A"])),
                    *(draw.choice(["web", "shop", "phone"]), f"{draw.gauss(0, 1):.4f}"),
                    *(f"note {draw.randint(1, 99999)} of {draw.randint(1, 999)}" if n % 3 else "",),
                    int(draw.random() < 0.07),
                ]
            )
    return place / "orders.csv"


def built(table: Path, label: str, place: Path) -> Cost:
    """Return what a dataset of the table costs, with its report."""
    folder = place / f"built-{table.stem}"
    folder.mkdir()
    (folder / "data.csv").write_bytes(table.read_bytes())
    (folder / "stork.toml").write_text(RECIPE.format(label=f'label = "{label}"' if label else ""))
    one, two = (run(stork(word), cwd=folder) for word in ("build", "report"))
    return Cost(one.cpu + two.cpu, one.wall + two.wall, max(one.memory, two.memory), one.code or two.code)


def warmed(command: list[str], table: Path, place: Path) -> Cost:
    """Return what a command on a table costs, after one on its first rows."""
    few = place / "few.csv"
    with table.open() as file:
        few.write_text("".join(islice(file, 2_000)))
    bytecode = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(place / "bytecode")}
    run([str(few) if word == str(table) else word for word in command], env=os.environ | bytecode)
    return run(command, env=os.environ | bytecode)


def main() -> None:
    """Print what each costs on each table, and how many times ours that is."""
    import sys

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--adult", type=Path, required=True, help="the census table, without a header line")
    parser.add_argument("--peer", required=True, help="a Python that has fg-data-profiling")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for table, label in ((adult(chosen.adult, place), "income"), (orders(place), "returned")):
            print(f"\n{table.stem}")
            command = [sys.executable, "-c", OURS, str(table), str(place / "ours.json"), label]
            ours = warmed(command, table, place)
            print(f"  ours, profile    {ours}")
            print(f"  ours, build      {built(table, label, place)}")
            for how in ("minimal", "default"):
                page = str(place / "theirs.html")
                command = [chosen.peer, "-W", "ignore", "-c", THEIRS, str(table), page, how]
                theirs = warmed(command, table, place)
                times = f"{theirs.cpu / ours.cpu:.1f}, {theirs.wall / ours.wall:.1f}, {theirs.memory / ours.memory:.1f}"
                print(f"  theirs, {how}  {theirs}   times ours: {times}" + (" FAILED" if theirs.code else ""))


if __name__ == "__main__":
    main()
