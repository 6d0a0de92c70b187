"""Sixty images, of which one is missing, one cut short and one poisoned: 57 must be kept, and all three named.

python benchmarks/poisoned.py [--data-juicer /path/to/bin/python]
"""

import argparse
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from image_pipeline import JUICER
from photos import make

from measure import stork

RECIPE = """
[dataset]
name = "poisoned"
license = "CC0-1.0"
[[step]]
use = "collect.table"
path = "list.csv"
file = "file"
[[step]]
use = "clean.image.resize"
width = 224
height = 224
"""


def main() -> None:
    """Poison, build, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data-juicer")
    given = options.parse_args()
    root = Path(tempfile.mkdtemp())
    make(root / "raw", 60)
    files = sorted(str(path.relative_to(root)) for path in (root / "raw").rglob("*.jpg"))
    (root / "list.csv").write_text("file\n" + "\n".join(files) + "\n")
    (root / files[10]).unlink()
    cut = root / files[20]
    cut.write_bytes(cut.read_bytes()[:5000])
    (root / files[30]).write_bytes(b"\xff\xd8\xff\xe0" + b"poison" * 1000)
    (root / "stork.toml").write_text(RECIPE)
    built = subprocess.run(stork("build", "--json", str(root)), capture_output=True, text=True)
    told = json.loads(built.stdout)
    print(f"datastork: exit {built.returncode}, {told['samples']}")
    for index in (10, 20, 30):
        life = json.loads(
            subprocess.run(
                stork("why", files[index], str(root), "--json"), capture_output=True, text=True, check=True
            ).stdout
        )
        print(f"  {life['source']['uri']}: {life['state']}, {life['error']['message']}")
    if given.data_juicer:
        with (root / "list.jsonl").open("w") as listing:
            listing.writelines(json.dumps({"images": [str(root / f)], "text": "<__dj__image>"}) + "\n" for f in files)
        (root / "juicer.yaml").write_text(JUICER.format(folder=root))
        done = subprocess.run(
            [str(Path(given.data_juicer).parent / "dj-process"), "--config", str(root / "juicer.yaml")],
            capture_output=True,
        )
        out = root / "juicer" / "out.jsonl"
        rows = len(out.read_text().splitlines()) if out.exists() else 0
        print(f"Data-Juicer: exit {done.returncode}, {rows} rows")
    shutil.rmtree(root)


if __name__ == "__main__":
    main()
