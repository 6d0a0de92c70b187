"""How right repaired tables are: published pairs, clean tables, planted errors, a million rows; beside others' figures.

    python benchmarks/repair.py --data shared/data [--only hospital] [--json FILE]

Each case runs in a process of its own; CPU seconds are those of the repair with its trial on planted errors, memory is
the peak of the process. Scored are exact cells after unescaping HTML and collapsing blanks, never lower-cased:
precision over changed cells, recall over wrong cells, broken = good cells changed, residual = wrong cells left or made;
detection counts suspects too. Regimes: R0 nothing given, R1 rules, R2 20 labelled rows (chosen at random or by
`tables.asking`), scored on the other rows. Where several seeds are run the mean is shown, with the range of F1.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]

from _repair.cases import CASES, PUBLISHED, Case  # noqa: E402
from _repair.score import score  # noqa: E402

from datastork.tables.repair import repair  # noqa: E402
from datastork.tables.rules import parse  # noqa: E402


def child(place: int, data: Path, seed: int) -> None:
    """Run one case and print what came of it."""
    table = CASES[place].load(data, seed)
    rules = parse(table.rules, table.dirty.names) if table.rules else None
    answered = table.answers.rows if table.answers else []
    rows = np.setdiff1d(np.arange(table.dirty.rows), answered)
    started = time.process_time()
    done = repair(table.dirty, rules=rules, answers=table.answers, seed=seed)
    spent = time.process_time() - started
    status = Path("/proc/self/status").read_text().splitlines()
    memory = next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    found = score(table.dirty, table.clean, done.grid, done.suspects, rows)
    print(json.dumps({**found.line(), "cpu": spent, "mb": memory}))


def run(place: int, data: Path, seeds: int) -> list[dict[str, float]]:
    """Return the results of a case, one a seed."""
    found = []
    for seed in range(seeds):
        command = [sys.executable, __file__, "--data", str(data), "--child", str(place), str(seed)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode:
            raise SystemExit(f"{CASES[place].name}, {CASES[place].regime}: {ran.stderr[-2000:]}")
        found.append(json.loads(ran.stdout.splitlines()[-1]))
    return found


def shown(case: Case, found: list[dict[str, float]]) -> str:
    """Return one line of the table."""
    mean = {key: float(np.mean([one[key] for one in found])) for key in found[0]}
    scores = [one["f1"] for one in found]
    spread = f" ({min(scores):.3f}-{max(scores):.3f})" if len(found) > 1 else ""
    head = f"{case.name:20}{case.regime:32}"
    cost = f"{mean['cpu']:8.1f}{mean['mb']:7.0f}"
    if not mean["errors"]:
        share = 100 * mean["changed"] / mean["cells"]
        return f"{head}{share:8.4f} % of {mean['cells']:,.0f} cells changed{cost:>33}  {case.target}"
    parts = "".join(f"{mean[key]:8.4f}" for key in ("p", "r", "f1"))
    counts = "".join(f"{mean[key]:8.0f}" for key in ("errors", "broken", "residual"))
    return f"{head}{parts}{counts}{mean['dp']:7.3f}{mean['dr']:7.3f}{cost}  {case.target}{spread}"


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with repair/ and tables/")
    parser.add_argument("--only", default="", help="cases whose name or regime has this in it")
    parser.add_argument("--json", type=Path, help="write all results to this file")
    parser.add_argument("--child", nargs=2, type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(given.child[0], given.data, given.child[1])
        return
    heads = "".join(f"{head:>8}" for head in ("P", "R", "F1", "errors", "broken", "left"))
    print(f"{'table':20}{'given':32}{heads}{'det P':>7}{'det R':>7}{'CPU s':>8}{'MB':>7}  target (range of F1)")
    everything = {}
    for place, case in enumerate(CASES):
        if given.only in case.name or given.only in case.regime:
            found = run(place, given.data, case.seeds)
            everything[f"{case.name}, {case.regime}"] = found
            print(shown(case, found), flush=True)
    print(PUBLISHED)
    if given.json:
        given.json.write_text(json.dumps(everything, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
