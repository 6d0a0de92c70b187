"""Daft may have been set up before a build, by another build or by the user."""

import subprocess
import sys

USED_BEFORE = """
import sys
import daft
daft.from_pydict({"a": [1, 2]}).where(daft.col("a") > 1).collect()
import datastork as ds
from tests.engine.conftest import write_picture
from pathlib import Path
root = Path(sys.argv[1])
assert ds.open(root).build(workers=1).decoded == 6
write_picture(root / "raw" / "cat" / "9000.png", 9000)
assert ds.open(root).build(workers=2).decoded == 1
"""


def test_a_build_runs_after_daft_was_used_and_with_other_workers(make, repository):
    root = make(6)
    subprocess.run([sys.executable, "-W", "error", "-c", USED_BEFORE, str(root)], check=True, cwd=repository)
