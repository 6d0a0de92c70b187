"""Crawl a generated site on loopback: wishes honoured, pages a second, kill -9 and resume, hostile answers.

python benchmarks/crawl.py [--pages 5000] [--kills 5] [--seed 0]

Four parts, each with what must hold; it ends with 1 where something does not.

* wishes: a host for each case of robots.txt and opt-out in `crawl_site.CASES`; the server's log tells.
* speed: all pages of the site, with WARC and ledger.
* kills: the collecting process gets SIGKILL when the log has reached random lengths, and is started again. The log
  must have each page once. Then the same with the helper process killed too, where pages in hand are asked for again.
* hostile: the site with the answers of `crawl_site.HOSTILE` among its pages, built into a dataset.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from crawl_site import CASES, FIRST_CASE, HOSTILE

import datastork as ds
from datastork.collect.web import web
from datastork.store.listing import Listing

HERE = Path(__file__).parent
BOUNDS: dict[str, Any] = {"depth": 100, "limit": None, "rate": 100_000.0, "allow": ["127.0.0.0/8"], "timeout": 2.0}
RECIPE = """
[dataset]
name    = "crawl"
license = "CC0-1.0"
task    = "text-classification"

[[step]]
use     = "collect.web"
start   = ["http://127.0.0.1:{port}/"]
depth   = 100
limit   = 100000
rate    = 100000.0
timeout = 2.0
retries = 0
allow   = ["127.0.0.0/8"]

[[step]]
use = "clean.exact_dup"
"""


@contextmanager
def site(root: Path, pages: int, kind: str) -> Iterator[tuple[int, Path]]:
    """Run the site in a process of its own; give its port and its log."""
    log = root / "server.log"
    command = [sys.executable, str(HERE / "crawl_site.py"), str(log), str(pages), kind]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield int(server.stdout.readline()), log
    finally:
        server.kill()
        server.wait()


def asked(log: Path) -> Counter[tuple[str, str]]:
    """Return how often each (host, path) was asked for."""
    lines = [line.split() for line in log.read_text().splitlines()] if log.exists() else []
    return Counter((host, path) for _, host, path in lines)


def wishes(root: Path) -> list[str]:
    """Crawl the cases, and return what is not as it should be."""
    with site(root, 1, "calm") as (port, log):
        hosts = [f"127.0.0.{FIRST_CASE + number}" for number in range(len(CASES))]
        start = [f"http://{host}:{port}{case.path}" for host, case in zip(hosts, CASES, strict=True)]
        found = web(Listing.empty(root), start=start, retries=0, **BOUNDS)
        log_lines = [line.split() for line in log.read_text().splitlines()]
    rows = {row["uri"]: row["problem"] for row in found.table.to_pylist()}
    times = {(host, path): float(at) for at, host, path in log_lines}
    wrong = []
    for host, case in zip(hosts, CASES, strict=True):
        path = quote(case.path, safe="/%?=")
        told = {
            "asked": (host, path) in times,
            "kept": f"http://{host}:{port}{path}" in rows,
            "followed": (host, "/linked.html") in times,
        }
        wrong += [f"{case.name}: {name} is {value}" for name, value in told.items() if value != getattr(case, name)]
        if case.name == "Crawl-delay" and times[host, "/linked.html"] - times[host, path] < 0.5:
            wrong.append("Crawl-delay was not kept")
    wrong += [f"{uri}: {problem}" for uri, problem in rows.items() if problem]
    print(f"wishes   {len(CASES)} cases of robots.txt and opt-outs, {len(wrong)} not as they should be")
    return wrong


def speed(root: Path, pages: int) -> list[str]:
    """Crawl all pages, and say how many a second."""
    with site(root, pages, "calm") as (port, log):
        started = time.monotonic()
        found = web(Listing.empty(root), start=[f"http://127.0.0.1:{port}/"], **BOUNDS)
        took = time.monotonic() - started
        twice = [key for key, count in asked(log).items() if count > 1]
    rate = pages / took
    print(f"speed    {found.table.num_rows:,} pages in {took:.1f} s: {rate:,.0f} pages/s, {len(twice)} asked for twice")
    return [] if rate >= 200 and found.table.num_rows == pages + 1 else [f"{found.table.num_rows} pages, {rate:.0f}/s"]


def kills(root: Path, pages: int, count: int, rng: random.Random, *, helper_too: bool) -> list[str]:
    """Kill and resume, and return what is not as it should be."""
    with site(root, pages, "calm") as (port, log):
        log.touch()
        at = sorted(rng.sample(range(pages // 20, pages - pages // 20), count))
        command = [sys.executable, str(HERE / "crawl.py"), "--collect", str(root), str(port)]
        done = 0
        for length in [*at, None]:
            process = subprocess.Popen(command, start_new_session=True)
            while process.poll() is None and (length is None or log.read_bytes().count(b"\n") < length):
                time.sleep(0.02)
            if process.poll() is None:
                if helper_too:
                    os.killpg(process.pid, signal.SIGKILL)
                else:
                    process.send_signal(signal.SIGKILL)
                done += 1
            process.wait()
        found = web(Listing.empty(root), start=[f"http://127.0.0.1:{port}/"], **BOUNDS)
        seen = asked(log)
    twice = sum(number - 1 for number in seen.values())
    lost = pages + 1 - sum(1 for row in found.table["problem"].to_pylist() if row is None)
    what = "process and its helper" if helper_too else "process"
    print(f"kills    the {what} killed {done} times; {twice} pages asked for twice, {lost} lost")
    wrong = [] if done == count and lost == 0 and process.returncode == 0 else [f"{done} kills, {lost} lost"]
    allowed = 8 * count if helper_too else 0  # what 8 connections had in hand
    return wrong + ([f"{twice} asked for twice"] if twice > allowed else [])


def hostile(root: Path, pages: int) -> list[str]:
    """Build a dataset from a site with hostile answers."""
    with site(root, pages, "hostile") as (port, _):
        (root / "stork.toml").write_text(RECIPE.format(port=port))
        started = time.monotonic()
        result = ds.open(root).build()
        took = time.monotonic() - started
        samples = ds.open(root).samples().select(["source", "state", "error"]).to_pylist()
    bad = Counter(one["source"]["uri"].rpartition("/")[2] for one in samples if one["state"] == "quarantined")
    good = sum(1 for one in samples if one["state"] != "quarantined")
    wrong = [f"{name}: {bad[name]} quarantine entries" for name in HOSTILE if bad[name] != 1]
    wrong += [f"{name} is in quarantine" for name in bad if name not in HOSTILE]
    wrong += [] if good == pages + 1 else [f"{good} good samples"]
    print(f"hostile  {len(HOSTILE)} hostile answers: {sum(bad.values())} quarantine entries, {good:,} good samples")
    print(f"         built in {took:.1f} s: version {getattr(result, 'version', '?')}")
    return wrong


def main() -> None:
    """Run the four parts."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pages", type=int, default=5000)
    options.add_argument("--kills", type=int, default=5)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--collect", nargs=2, metavar=("ROOT", "PORT"), help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.collect:
        root, port = given.collect
        web(Listing.empty(Path(root)), start=[f"http://127.0.0.1:{port}/"], **BOUNDS)
        return
    rng = random.Random(given.seed)
    folder = Path(tempfile.mkdtemp(prefix="crawl-"))
    roots = [folder / str(number) for number in range(5)]
    for root in roots:
        root.mkdir()
    try:
        wrong = wishes(roots[0])
        wrong += speed(roots[1], given.pages)
        wrong += kills(roots[2], given.pages, given.kills, rng, helper_too=False)
        wrong += kills(roots[3], given.pages, given.kills, rng, helper_too=True)
        wrong += hostile(roots[4], given.pages)
    finally:
        shutil.rmtree(folder)
    if wrong:
        print("\n".join(["wrong:", *wrong]))
        raise SystemExit(1)


if __name__ == "__main__":
    main()
