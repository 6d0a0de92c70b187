"""How right each method of consensus is on real and on made-up crowds, and what Dawid-Skene costs, beside crowd-kit.

    python benchmarks/crowd_labels.py --data shared/data/crowd --crowdkit /tmp/peers/crowdkit/bin/python
                                      [--made-up SEEDS] [--large]

Real crowds: every .npz below --data with arrays item, worker, label, truth_item, truth. Accuracy is the share of items
with a known truth that get it; an item without votes, or a tie the method leaves open, counts as the chance to hit it.
crowd-kit (1.4.2) runs in a process of its own: MajorityVote and DawidSkene(n_iter=100), which settles ties as it likes.
Left out: no votes (repeated lines stay); crowd-kit's other methods (its Wawa crashes with today's scikit-learn).
Cost (--large): 1,000,000 votes of 2,000 annotators on 200,000 items in 4 classes, and 50 rules on 1,000,000 items in
2 classes; 20 rounds each, reading in left out; CPU seconds of the whole process and its peak memory, each in a process
of its own. --made-up: mean over so many seeds of each crowd of tests/consensus/made_up_crowds.py.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from datastork.consensus.auto import auto  # noqa: E402
from datastork.consensus.crowd import Consensus, Crowd  # noqa: E402
from datastork.consensus.dawid_skene import dawid_skene  # noqa: E402
from datastork.consensus.glad import glad  # noqa: E402
from datastork.consensus.mace import mace  # noqa: E402
from datastork.consensus.majority import majority  # noqa: E402
from datastork.consensus.one_coin import one_coin  # noqa: E402
from datastork.consensus.subtypes import subtypes  # noqa: E402
from datastork.consensus.wawa import wawa  # noqa: E402

METHODS: dict[str, Callable[[Crowd], Consensus]] = {
    "majority": majority,
    "wawa": wawa,
    "one_coin": one_coin,
    "plain_ds": lambda crowd: dawid_skene(crowd, toward="skill", strength=0.0),
    "dawid_skene": dawid_skene,
    "glad": glad,
    "mace": mace,
    "subtypes": subtypes,
    "auto": auto,
}
PEER = """
import json, sys, time, warnings
warnings.filterwarnings("ignore")
import numpy, pandas
from crowdkit.aggregation import DawidSkene, MajorityVote
path, method, rounds = sys.argv[1:]
tolerance = 0.0 if int(rounds) < 0 else 1e-5
made = {"majority": MajorityVote, "dawid_skene": lambda: DawidSkene(n_iter=abs(int(rounds)), tol=tolerance)}
with numpy.load(path) as file:
    frame = pandas.DataFrame({"task": file["item"], "worker": file["worker"], "label": file["label"]})
    truth = pandas.Series(file["truth"], index=file["truth_item"])
started = time.process_time()
found = made[method]().fit_predict(frame)
spent = time.process_time() - started
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print(json.dumps({"accuracy": float((found.reindex(truth.index).values == truth.values).mean()), "seconds": spent,
                  "memory": peak / 1024}))
"""


def read(path: Path) -> tuple[Crowd, np.ndarray]:
    """Return the crowd of a file and the true class of each item (-1: not known)."""
    with np.load(path) as file:
        count = int(max(file["item"].max(), file["truth_item"].max())) + 1
        kinds = int(max(file["label"].max(), file["truth"].max())) + 1
        truth = np.full(count, -1)
        truth[file["truth_item"]] = file["truth"]
        return Crowd.of(file["item"], file["worker"], file["label"], n_items=count, n_classes=kinds), truth


def right(found: Consensus, truth: np.ndarray) -> float:
    """Return the share of known items that are right; where classes are tied, the chance to hit the true one."""
    known = truth >= 0
    rows = found.posterior[known]
    best = np.isclose(rows, rows.max(axis=1, keepdims=True), atol=1e-9)
    return float((best[np.arange(len(best)), truth[known]] / best.sum(axis=1)).mean())


def peer(python: str, path: Path, method: str, rounds: int) -> dict[str, float]:
    """Return what crowd-kit makes of a file: accuracy, CPU seconds, peak memory in MB."""
    ran = subprocess.run(
        [python, "-c", PEER, str(path), method, str(rounds)], capture_output=True, text=True, check=True
    )
    return dict(json.loads(ran.stdout.splitlines()[-1]))


def ours(path: Path, rounds: int) -> dict[str, float]:
    """Return the same for our Dawid-Skene, in a process of its own."""
    ran = subprocess.run(
        [sys.executable, __file__, "--child", str(path), str(rounds)], capture_output=True, text=True, check=True
    )
    return dict(json.loads(ran.stdout.splitlines()[-1]))


def child(path: Path, rounds: int) -> None:
    """Fit our Dawid-Skene and print what it cost."""
    import scipy.optimize  # loaded before the clock starts, as crowd-kit's packages are
    import scipy.sparse
    import scipy.special  # noqa: F401

    crowd, truth = read(path)
    started = time.process_time()
    crowd = Crowd.of(crowd.items, crowd.annotators, crowd.values)
    found = dawid_skene(crowd, iterations=rounds, tolerance=0.0)
    spent = time.process_time() - started
    status = Path("/proc/self/status").read_text().splitlines()
    memory = next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    print(json.dumps({"accuracy": right(found, truth), "seconds": spent, "memory": memory}))


def real(data: Path, python: str) -> None:
    """Print the table of real crowds."""
    heads = ["ck majority", "ck DS", *METHODS]
    print(f"{'accuracy':34}" + "".join(f"{head:>12}" for head in heads) + f"{'auto - best':>12}{'auto CPU s':>12}")
    scores = []
    for path in sorted(data.glob("*.npz")):
        crowd, truth = read(path)
        peers = [peer(python, path, method, 100)["accuracy"] for method in ("majority", "dawid_skene")]
        line = list(peers)
        for method in METHODS.values():
            started = time.process_time()
            line.append(right(method(crowd), truth))
            spent = time.process_time() - started
        scores.append(line)
        gap = 100 * (line[-1] - max(peers))
        print(f"{path.stem[-33:]:34}" + "".join(f"{100 * one:12.2f}" for one in line) + f"{gap:12.2f}{spent:12.2f}")
    print(f"{'mean':34}" + "".join(f"{100 * one:12.2f}" for one in np.mean(scores, axis=0)))


def made_up(seeds: int) -> None:
    """Print the table of made-up crowds."""
    from tests.consensus.made_up_crowds import CROWDS

    print(f"{'made-up crowds':34}" + "".join(f"{head:>12}" for head in METHODS) + f"{'auto - best':>12}")
    scores = []
    for name, make in CROWDS.items():
        lines = []
        for seed in range(100, 100 + seeds):
            crowd, truth = make(seed)
            truth = np.where(np.bincount(crowd.items, minlength=crowd.n_items) > 0, truth, -1)
            lines.append([right(method(crowd), truth) for method in METHODS.values()])
        line = np.mean(lines, axis=0)
        scores.append(line)
        gap = 100 * (line[-1] - max(line[0], line[3]))
        print(f"{name:34}" + "".join(f"{100 * one:12.2f}" for one in line) + f"{gap:12.2f}")
    print(f"{'mean':34}" + "".join(f"{100 * one:12.2f}" for one in np.mean(scores, axis=0)))


def large(python: str, rounds: int = 20) -> None:
    """Print what Dawid-Skene costs on large crowds."""
    draw = np.random.default_rng(0)
    truth = draw.integers(0, 4, 200_000)
    item, worker = np.repeat(np.arange(200_000), 5), draw.integers(0, 2000, 1_000_000)
    hit = draw.random(1_000_000) < draw.beta(6, 2, 2000)[worker]
    people = {"item": item, "worker": worker, "label": np.where(hit, truth[item], draw.integers(0, 4, 1_000_000))}
    truth_of_rules = draw.integers(0, 2, 1_000_000)
    rule, where = draw.integers(0, 50, 5_000_000), draw.integers(0, 1_000_000, 5_000_000)
    once = np.unique(where * 50 + rule)
    where, rule = np.divmod(once, 50)
    said = np.where(draw.random(len(once)) < 0.6 + 0.3 * (rule / 50), truth_of_rules[where], draw.integers(0, 2))
    rules = {"item": where, "worker": rule, "label": said}
    with tempfile.TemporaryDirectory() as folder:
        for name, votes, known in (("people", people, truth), ("rules", rules, truth_of_rules)):
            path = Path(folder) / f"{name}.npz"
            np.savez(path, **votes, truth_item=np.arange(len(known)), truth=known)
            mine, theirs = ours(path, rounds), peer(python, path, "dawid_skene", -rounds)
            for who, cost in (("ours", mine), ("crowd-kit", theirs)):
                print(
                    f"{name}, {len(votes['item']):,} votes, {rounds} rounds, {who:9}: {cost['seconds']:7.2f} CPU s, "
                    f"{cost['memory']:6.0f} MB, accuracy {100 * cost['accuracy']:.2f}"
                )
            print(f"  crowd-kit takes {theirs['seconds'] / mine['seconds']:.1f} times the CPU")


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of .npz files")
    parser.add_argument("--crowdkit", default="", help="Python with crowd-kit 1.4.2")
    parser.add_argument("--made-up", type=int, default=0, metavar="SEEDS")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(Path(given.child[0]), int(given.child[1]))
        return
    if given.data and given.crowdkit:
        real(given.data, given.crowdkit)
    if given.made_up:
        made_up(given.made_up)
    if given.large and given.crowdkit:
        large(given.crowdkit)


if __name__ == "__main__":
    main()
