"""The whole text recipe: unicode, white space, language, quality, personal data, near-duplicates.

    python benchmarks/text_recipe.py [--count 50000] [--large 200000] [--folder /tmp/texts] [--ours]
           [--data-juicer /path/to/bin/python] [--datatrove /path/to/bin/python] [--peer-count 10000]
           [--without STEP]

Peers (see `text_peers.py`, `peers.sh`) run on `--peer-count` documents and on a fifth of them, and are scaled in a
straight line through both, so that their start counts once. Documents come from `texts.py`. `--large` also builds the
larger set, and again with 1 % new documents. Targets: at least 5 × less CPU than each peer doing the same steps; memory
≤ 1.5 GB, and ≤ 1.2 × between 50,000 and 200,000; the second build with 1 % new documents ≤ 5 % of the first one's CPU.
"""

import argparse
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from text_peers import PEERS, kept, language_model, part, scaled

from datastork.catalog import find
from datastork.core.errors import NotFoundError
from measure import Cost, run, stork
from texts import Texts, make

HEAD = """
[dataset]
name = "texts"
task = "text-generation"
license = "CC0-1.0"

[[step]]
use = "collect.table"
path = "raw/*.jsonl"
text = "text"
"""
STEPS = {  # each with its settings; a step that is not there (yet) is left out, and said so
    "clean.text.fix_unicode": "",
    "clean.text.whitespace": "",
    "clean.text.language": "",
    "clean.text.keep_language": 'languages = ["en"]',
    "clean.text.quality": 'rules = ["gopher", "c4"]',
    "clean.pii": 'action = "redact"',
    "clean.near_dup": "",
}


def recipe(left_out: tuple[str, ...] = ()) -> str:
    """Return the recipe with every step there is."""
    text = HEAD
    for name, settings in STEPS.items():
        if name not in left_out and there(name):
            text += f'\n[[step]]\nuse = "{name}"\n{settings}\n'
    return text


def there(name: str) -> bool:
    """Return whether there is a step of that name."""
    try:
        find(name)
    except NotFoundError:
        return False
    return True


def as_parquet(folder: Path) -> str:
    """Put the documents into Parquet, for a `collect.table` that reads no texts; return what collects them."""
    import pyarrow as pa
    import pyarrow.json
    import pyarrow.parquet

    for file in (folder / "raw").glob("*.jsonl"):
        table = pyarrow.json.read_json(file, pyarrow.json.ReadOptions(block_size=64 << 20))
        table = table.set_column(1, "text", table["text"].cast(pa.large_binary()))
        pyarrow.parquet.write_table(table, file.with_suffix(".parquet"), row_group_size=2000)
    return 'path = "raw/*.parquet"\nbytes = "text"\n'


def ours(folder: Path, left_out: tuple[str, ...] = (), *, fresh: bool = True) -> Cost:
    """Build, from scratch where `fresh`."""
    text = recipe(left_out)
    if not any(setting.name == "text" for setting in find("collect.table").settings):
        text = text.replace('path = "raw/*.jsonl"\ntext = "text"\n', as_parquet(folder))
    (folder / "stork.toml").write_text(text)
    if fresh:
        shutil.rmtree(folder / ".stork", ignore_errors=True)
    return run(stork("build", "-q", str(folder)))


def prepared(root: Path, count: int, texts: Texts) -> Path:
    """Return the folder of a dataset with `count` documents, made where it is not there."""
    folder = root / str(count)
    (folder / "raw").mkdir(parents=True, exist_ok=True)
    for file in (folder / "raw").glob("new.*"):
        file.unlink()
    target = folder / "raw" / "docs.jsonl"
    if not target.exists():
        make(target.with_name("docs.part"), count, texts=texts)
        (folder / "raw" / "docs.truth.tsv").rename(folder / "truth.tsv")
        os.replace(target.with_name("docs.part"), target)
    return folder


def judged(folder: Path) -> str:
    """Say how many of the planted copies that reached `clean.near_dup` it found, and what it dropped wrongly."""
    import datastork as ds

    rows = ds.open(folder).samples().select(["id", "state", "dropped", "source", "copy_of"]).to_pylist()
    truth = [line.split("\t") for line in (folder / "truth.tsv").read_text().splitlines()]
    first = {number: int(of[1:]) if of else number for number, (_, _, of) in enumerate(truth)}
    number = {
        row["id"]: int(row["source"]["uri"].rpartition("#")[2]) for row in rows if "/docs." in row["source"]["uri"]
    }
    there, right, wrong = Counter[int](), 0, 0
    for row in rows:
        by_near_dup = row["state"] == "dropped" and row["dropped"]["step"] == "clean.near_dup"
        if row["id"] not in number or not (by_near_dup or row["state"] == "kept"):
            continue
        own = first[number[row["id"]]]
        there[own] += 1
        if by_near_dup:
            other = number.get(row["copy_of"])
            right, wrong = (right + 1, wrong) if other is not None and first[other] == own else (right, wrong + 1)
    copies = sum(count - 1 for count in there.values())
    return f"of {copies:,} copies that reached clean.near_dup {right:,} found, {wrong:,} others dropped"


def grow(folder: Path, count: int, texts: Texts) -> int:
    """Put 1 % new documents into a file beside the others."""
    more = max(1, count // 100)
    make(folder / "raw" / "new.jsonl", more, first=count, texts=texts)
    (folder / "raw" / "new.truth.tsv").unlink()
    return more


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=50_000)
    options.add_argument("--large", type=int, default=0)
    options.add_argument("--folder", type=Path)
    options.add_argument("--ours", action="store_true", help="ours only")
    options.add_argument("--data-juicer")
    options.add_argument("--datatrove")
    options.add_argument("--peer-count", type=int, default=10_000)
    options.add_argument("--without", action="append", default=[], metavar="STEP", help="leave a step out")
    given = options.parse_args()
    root = given.folder or Path(tempfile.mkdtemp())
    texts = Texts()
    absent = [name for name in STEPS if not there(name)]
    if absent:
        print(f"left out, for there is none: {', '.join(absent)}")
    costs: dict[int, Cost] = {}
    for count in (given.count, *([given.large] if given.large else [])):
        folder = prepared(root, count, texts)
        size = (folder / "raw" / "docs.jsonl").stat().st_size
        print(f"{count:,} documents, {size / 1e6:.0f} MB, in {folder}")
        cost = ours(folder, tuple(given.without))
        each = f"{1e6 * cost.cpu / count:.0f} µs a document"
        against = f", {cost.memory / costs[given.count].memory:.2f} × memory" if costs else ""
        print(f"datastork               {cost}   {each}{against} (exit {cost.code})")
        if "clean.near_dup" not in given.without:
            print(f"  {judged(folder)}")
        more = grow(folder, count, texts)
        again = ours(folder, tuple(given.without), fresh=False)
        share = f"{again.cpu / cost.cpu:.1%} of the first"
        print(f"  with {more:,} new {again}   {share} (exit {again.code})")
        costs[count] = cost
    if not given.ours:
        peers(root / str(given.count), root / "peers", given, costs)


def peers(folder: Path, place: Path, given: argparse.Namespace, costs: dict[int, Cost]) -> None:
    """Run the peers on some of the documents and say what all would cost them."""
    pythons = {"juicer": given.data_juicer, "trove": given.datatrove}
    counts = (given.peer_count // 5, given.peer_count)
    for name, python in pythons.items():
        if python is None:
            continue
        title, call = PEERS[name]
        model = language_model(given.data_juicer or python, place / "models")
        parts = [part(folder / "raw" / "docs.jsonl", place / f"{name}-{count}", count) for count in counts]
        few, many = (call(one, python, model) for one in parts)
        print(f"{title:<22}  {many}   on {counts[1]:,}, of which it kept {kept(parts[1], name):,} (exit {many.code})")
        for count, cost in costs.items() if few.code == many.code == 0 else ():
            cpu, start = scaled(few, many, counts, count)
            print(f"  for {count:,}: {cpu:.0f} CPU s, {start:.1f} of them its start; {cpu / cost.cpu:.1f} × ours")


if __name__ == "__main__":
    main()
