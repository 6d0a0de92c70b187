"""Run the tests with pytest's own options; a few that fail are run once more, alone, and the end says which.

python tools/run_tests.py -n auto

Who answers in time on an idle machine may not beside three others. A test that fails twice has failed.
"""

import json
import subprocess
import sys
from pathlib import Path

FEW = 3  # more that fail are no chance
FAILED = 1  # what pytest leaves with where tests ran and some of them failed
LAST = Path(".pytest_cache/v/cache/lastfailed")


def main() -> int:
    """Run the tests of the folder one is in; return what pytest left with."""
    left = _pytest(*sys.argv[1:])
    if left != FAILED or not LAST.exists():
        return left
    failed = sorted(json.loads(LAST.read_text(encoding="utf-8")))
    if len(failed) > FEW:
        return left
    print("", "== once more, alone", *failed, sep="\n   ", flush=True)
    left = _pytest("--last-failed", "--last-failed-no-failures=none")
    if left == 0:
        print("PASSED ALONE ONLY, worth a look at what they wait for:", *failed, sep="\n   ", flush=True)
    return left


def _pytest(*options: str) -> int:
    running = subprocess.Popen([sys.executable, "-m", "pytest", *options])
    while True:
        try:
            return running.wait()
        except KeyboardInterrupt:  # pytest heard it, too, and says what it has
            continue


if __name__ == "__main__":
    sys.exit(main())
