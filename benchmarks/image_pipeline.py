"""6,000 photographs: resize to 224, blur and exposure checks, hashes, near-duplicates, split, commit.

    python benchmarks/image_pipeline.py [--count 6000] [--large 24000] [--folder /tmp/photos]
           [--data-juicer /path/to/bin/python] [--imagededup /path/to/bin/python]

Ours is held against a bare OpenCV loop that reads, decodes, resizes, encodes, hashes and writes files (one thread,
no checks, no near-duplicates, no table), and against Data-Juicer 1.6.1 and imagededup + cleanvision on the same
files, each with a Python of its own (see `benchmarks/peers.md`). Targets: ≤ 1.5 × the bare loop in CPU, ≤ 1 GB;
with four times the images ≤ 4.4 × the time and ≤ 1.2 × the memory; at least 4 × less CPU than each peer.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from photos import make

from measure import Cost, run, stork

RECIPE = """
[dataset]
name = "photos"
license = "CC0-1.0"

[[step]]
use = "collect.files"
path = "raw/**/*.jpg"
label = "folder"

[[step]]
use = "clean.image.resize"
width = 224
height = 224

[[step]]
use = "clean.image.blurry"

[[step]]
use = "clean.image.dark"

[[step]]
use = "clean.image.bright"

[[step]]
use = "clean.exact_dup"

[[step]]
use = "clean.near_dup"

[[step]]
use = "label.resolve"

[[step]]
use = "split.grouped"
"""
BARE = """
import glob, hashlib, sys
import cv2, numpy as np
cv2.setNumThreads(1)
how = cv2.INTER_AREA if sys.argv[3] == "area" else cv2.INTER_LINEAR
for path in sorted(glob.glob(sys.argv[1] + "/**/*.jpg", recursive=True)):
    with open(path, "rb") as file:
        data = file.read()
    name = hashlib.sha256(data).hexdigest()
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    scale = 224 / max(image.shape[:2])
    image = cv2.resize(image, (round(image.shape[1] * scale), round(image.shape[0] * scale)), interpolation=how)
    with open(f"{sys.argv[2]}/{name}.jpg", "wb") as file:
        file.write(cv2.imencode(".jpg", image)[1].tobytes())
"""
JUICER = """
dataset_path: {folder}/list.jsonl
export_path: {folder}/juicer/out.jsonl
np: 1
use_cache: false
open_tracer: false
process:
  - image_shape_filter: {{min_width: 10, min_height: 10}}
  - image_size_filter: {{min_size: "0", max_size: "20MB"}}
  - image_aspect_ratio_filter: {{min_ratio: 0.2, max_ratio: 5.0}}
  - image_deduplicator: {{method: phash}}
"""
DEDUP = """
import sys
from imagededup.methods import PHash
from cleanvision import Imagelab
workers = dict(num_enc_workers=0, num_dist_workers=0)
PHash(verbose=False).find_duplicates(image_dir=sys.argv[1], recursive=True, max_distance_threshold=10, **workers)
lab = Imagelab(data_path=sys.argv[1], verbose=False)
lab.find_issues(n_jobs=1, verbose=False)
"""


def ours(folder: Path) -> Cost:
    """Build from scratch."""
    (folder / "stork.toml").write_text(RECIPE)
    shutil.rmtree(folder / ".stork", ignore_errors=True)
    return run(stork("build", "-q", str(folder)))


def bare(folder: Path, how: str) -> Cost:
    """Run the bare loop."""
    out = folder / "bare"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    return run([sys.executable, "-c", BARE, str(folder / "raw"), str(out), how])


def juicer(folder: Path, python: str) -> Cost:
    """Run Data-Juicer on the same files."""
    files = sorted((folder / "raw").rglob("*.jpg"))
    with (folder / "list.jsonl").open("w") as listing:
        for file in files:
            listing.write(json.dumps({"images": [str(file)], "text": "<__dj__image>"}) + "\n")
    (folder / "juicer.yaml").write_text(JUICER.format(folder=folder))
    return run([str(Path(python).parent / "dj-process"), "--config", str(folder / "juicer.yaml")])


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=6000)
    options.add_argument("--large", type=int, default=0)
    options.add_argument("--folder", type=Path)
    options.add_argument("--data-juicer")
    options.add_argument("--imagededup")
    given = options.parse_args()
    root = given.folder or Path(tempfile.mkdtemp())
    folder = root / str(given.count)
    if not (folder / "raw").is_dir():
        make(folder / "raw", given.count)
    linear, area, mine = bare(folder, "linear"), bare(folder, "area"), ours(folder)
    print(f"bare loop, bilinear     {linear}")
    print(f"bare loop, area         {area}")
    print(f"datastork               {mine}   {mine.cpu / linear.cpu:.2f} × bilinear, {mine.cpu / area.cpu:.2f} × area")
    if given.data_juicer:
        peer = juicer(folder, given.data_juicer)
        print(f"Data-Juicer             {peer}   {peer.cpu / mine.cpu:.1f} × ours (exit {peer.code})")
    if given.imagededup:
        peer = run([given.imagededup, "-c", DEDUP, str(folder / "raw")])
        print(f"imagededup+cleanvision  {peer}   {peer.cpu / mine.cpu:.1f} × ours (exit {peer.code})")
    if given.large:
        large = root / str(given.large)
        if not (large / "raw").is_dir():
            make(large / "raw", given.large)
        more = ours(large)
        ratios = f"{more.cpu / mine.cpu:.2f} × CPU, {more.wall / mine.wall:.2f} × time"
        print(f"datastork, {given.large:,}       {more}   {ratios}, {more.memory / mine.memory:.2f} × memory")


if __name__ == "__main__":
    main()
