"""How quickly stork starts: --help, check, a cold build of one image, a second build with nothing to do.

    python benchmarks/start.py

Targets: --help ≤ 150 ms CPU, check ≤ 300 ms CPU, cold build of one image ≤ 2.5 s CPU, unchanged second build ≤ 2 s.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
from photos import sources

from measure import best, run, stork

RECIPE = """
[dataset]
name = "one"
license = "CC0-1.0"
[[step]]
use = "collect.files"
path = "raw/*"
[[step]]
use = "clean.image.blurry"
below = 0.0
[[step]]
use = "clean.image.resize"
width = 224
height = 224
[[step]]
use = "clean.near_dup"
[[step]]
use = "split.random"
"""
HEAVY = ["numpy", "daft", "lance", "pyarrow", "cv2", "PIL", "pandas", "rich", "jinja2", "torch", "ray"]


def main() -> None:
    """Measure and print."""
    root = Path(tempfile.mkdtemp())
    (root / "raw").mkdir()
    (root / "stork.toml").write_text(RECIPE)
    cv2.imwrite(str(root / "raw" / "one.jpg"), sources()[0][:375, :500, ::-1])
    print(f"stork --help               {best(stork('--help'))}   target 0.15 CPU s")
    print(f"stork check                {best(stork('check', str(root)))}   target 0.30 CPU s")
    cold = []
    for _ in range(3):
        shutil.rmtree(root / ".stork", ignore_errors=True)
        cold.append(run(stork("build", "-q", str(root))))
    print(f"cold build of one image    {min(cold, key=lambda cost: cost.cpu)}   target 2.50 CPU s")
    print(f"second build, unchanged    {best(stork('build', '-q', str(root)), 3)}   target 2.00 s")
    code = (
        "import sys; from datastork.cli.main import stork; stork.main(['--help'], standalone_mode=False); "
        f"print([m for m in {HEAVY} if m in sys.modules], file=sys.stderr)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr
    print(f"heavy packages imported by --help: {loaded.strip()}")


if __name__ == "__main__":
    main()
