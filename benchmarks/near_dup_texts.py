"""Near-duplicate texts: 10,000 documents with 2,000 planted copies; found, wrongly removed, and what it costs.

    python benchmarks/near_dup_texts.py [--count 10000] [--folder /tmp/texts]
           [--data-juicer /path/to/bin/python] [--datatrove /path/to/bin/python]

Documents of some 300 made-up words; 15 % are copies with 3 % of the words changed, 5 % exact copies; some are one
sentence repeated, symbols alone, short or empty. Ours is run (a) as a plain script that reads the file, finds pairs and
writes what is kept, (b) as a whole `stork build` that also stores every text and commits a version. Data-Juicer 1.6.1
and datatrove 0.10.1 do the same on the same file with 14 bands of 8, five-word shingles and a scale of 0.7, each with a
Python of its own (see `benchmarks/peers.sh`). Targets: at most 1.5 CPU s, 20 × less than each peer; at least 87 % of
the copies found, nothing wrongly removed.
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path

from measure import Cost, run, stork

STOP = ["the", "be", "to", "of", "and", "that", "have", "with", "a", "in", "is", "it", "for", "on", "as", "are", "at"]
THRESHOLD = 0.7
SCRIPT = """
import json, sys
from datastork.media.text.near.fingerprint import fingerprints
from datastork.media.text.near.pairs import near_pairs
from datastork.media.ties import components
with open(sys.argv[1], encoding="utf-8") as file:
    lines = list(file)
texts = [json.loads(line)["text"] for line in lines]
marks = fingerprints(texts)
pairs = near_pairs(marks, threshold=float(sys.argv[3]), media=lambda rows: [texts[row].encode() for row in rows])
root = components(len(texts), pairs.first, pairs.second)
with open(sys.argv[2], "w", encoding="utf-8") as file:
    file.writelines(line for at, line in enumerate(lines) if root[at] == at)
"""
RECIPE = """
[dataset]
name = "texts"
license = "CC0-1.0"
task = "text-classification"

[[step]]
use = "collect.table"
path = "documents.jsonl"
text = "text"

[[step]]
use = "clean.near_dup"
"""
JUICER = """
dataset_path: {folder}/documents.jsonl
export_path: {folder}/juicer/kept.jsonl
np: 1
use_cache: false
text_keys: text
process:
  - document_minhash_deduplicator: {{tokenization: space, window_size: 5, num_permutations: 112,
      jaccard_threshold: 0.7, num_bands: 14, num_rows_per_band: 8, lowercase: true}}
"""
TROVE = """
import sys
from datatrove.executor import LocalPipelineExecutor as Executor
from datatrove.pipeline.dedup import MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupBuckets, MinhashDedupCluster
from datatrove.pipeline.dedup.minhash import MinhashDedupFilter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers.jsonl import JsonlWriter
from datatrove.utils.hashing import HashConfig

if __name__ == "__main__":
    folder, out = sys.argv[1:]
    config = MinhashConfig(hash_config=HashConfig(precision=64), num_buckets=14, hashes_per_bucket=8, n_grams=5)
    read = JsonlReader(folder, glob_pattern="documents.jsonl")
    write = JsonlWriter(f"{out}/kept", compression=None)
    sign = MinhashDedupSignature(output_folder=f"{out}/sign", config=config)
    bucket = MinhashDedupBuckets(input_folder=f"{out}/sign", output_folder=f"{out}/bucket", config=config)
    cluster = MinhashDedupCluster(input_folder=f"{out}/bucket", output_folder=f"{out}/gone", config=config)
    chain = [([read, sign], 1), ([bucket], 14), ([cluster], 1)]
    chain.append(([read, MinhashDedupFilter(input_folder=f"{out}/gone"), write], 1))
    for number, (pipeline, tasks) in enumerate(chain):
        Executor(pipeline=pipeline, tasks=tasks, workers=1, logging_dir=f"{out}/log{number}").run()
"""


class Corpus:
    """Documents and what was planted in them, the same for the same number."""

    def __init__(self, count: int) -> None:
        self.rng = random.Random(20)
        self.words = sorted({self.word() for _ in range(7000)})[:6000]
        self.rng.shuffle(self.words)
        self.weights = list(accumulate(1 / (rank + 5) for rank in range(len(self.words))))
        self.documents: list[tuple[str, str]] = []
        self.sets: dict[str, set[str]] = defaultdict(set)  # the ids of one original and its copies
        originals = [self.original() for _ in range(count * 7 // 10)]
        self.add("original", originals)
        for kind, parts, change in (("near", 150, self.changed), ("exact", 50, str)):
            for number in range(count * parts // 1000):
                source = self.rng.randrange(len(originals))
                name = f"{kind}-{number}"
                self.documents.append((name, change(originals[source])))
                self.sets[f"original-{source}"] |= {f"original-{source}", name}
        self.add(
            "symbols", ("".join(self.rng.choices("#@!$%^&*()_+{}[]|<>~ \n", k=1500)) for _ in range(count * 45 // 1000))
        )
        self.add("repeated", (f"{self.sentence()} " * 40 for _ in range(count * 45 // 1000)))
        short = dict.fromkeys(" ".join(self.pick(self.rng.randint(1, 15))) for _ in range(200))
        self.add("short", list(short)[:80])
        self.add("empty", [""] * 20)
        self.sets["empty-0"] = {f"empty-{number}" for number in range(20)}
        self.rng.shuffle(self.documents)

    def add(self, kind: str, texts: Iterable[str]) -> None:
        """Add texts of one kind."""
        self.documents += ((f"{kind}-{number}", text) for number, text in enumerate(texts))

    def word(self) -> str:
        """Return a made-up word of one to four syllables."""
        count = self.rng.randint(1, 4)
        syllables = (self.rng.choice("bcdfghklmnprstvz") + self.rng.choice("aeiou") for _ in range(count))
        return "".join(syllables) + self.rng.choice(["", "n", "s", "r", "t"])

    def pick(self, count: int) -> list[str]:
        """Return words, frequent ones more often."""
        return self.rng.choices(self.words, cum_weights=self.weights, k=count)

    def sentence(self) -> str:
        """Return 8 to 22 words, 42 % of them function words."""
        text = " ".join(
            self.rng.choice(STOP) if self.rng.random() < 0.42 else word for word in self.pick(self.rng.randint(8, 22))
        )
        return text[0].upper() + text[1:] + self.rng.choice("...?")

    def original(self) -> str:
        """Return two to six paragraphs of three to seven sentences."""
        sizes = (self.rng.randint(3, 7) for _ in range(self.rng.randint(2, 6)))
        return "\n\n".join(" ".join(self.sentence() for _ in range(size)) for size in sizes)

    def changed(self, text: str) -> str:
        """Return a text with 3 % of its words replaced."""
        words = text.split(" ")
        for _ in range(max(1, len(words) * 3 // 100)):
            words[self.rng.randrange(len(words))] = self.rng.choice(self.words)
        return " ".join(words)

    def score(self, kept: set[str]) -> str:
        """Return how many copies were removed of how many, how many others, and of which kinds those are."""
        within = set().union(*self.sets.values())
        planted = sum(len(one) - 1 for one in self.sets.values())
        found = sum(min(len(one - kept), len(one) - 1) for one in self.sets.values())
        lost = sum(not one & kept for one in self.sets.values())
        kinds: dict[str, int] = defaultdict(int)
        for name, _ in self.documents:
            if name not in kept and name not in within:
                kinds[name.split("-")[0]] += 1
        wrong = lost + sum(kinds.values())
        return f"{found:,} of {planted:,} copies found, {wrong} wrongly removed {dict(kinds) or ''}"


def kept_by(files: Iterable[Path]) -> set[str]:
    """Return the ids in files of JSON lines."""
    return {json.loads(line)["id"] for file in files if file.is_file() for line in file.open(encoding="utf-8")}


def built(folder: Path) -> tuple[Cost, set[str], str]:
    """Build from scratch; return the cost, the ids kept, and what the build says of its steps."""
    import datastork

    home = folder / "build"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    shutil.copy(folder / "documents.jsonl", home)
    (home / "stork.toml").write_text(RECIPE)
    cost = run(stork("build", "-q", str(home)))
    table = datastork.open(home).samples().select(["id_given", "state"]).to_pydict()
    quarantined = sum(state == "quarantined" for state in table["state"])
    kept = {name for name, state in zip(table["id_given"], table["state"], strict=True) if state != "dropped"}
    return cost, kept, f"; {quarantined} in quarantine" if quarantined else ""


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=10_000)
    options.add_argument("--folder", type=Path)
    options.add_argument("--data-juicer")
    options.add_argument("--datatrove")
    given = options.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "documents.jsonl"
    corpus = Corpus(given.count)
    source.write_text("".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in corpus.documents))
    print(f"{len(corpus.documents):,} documents, {source.stat().st_size / 1e6:.1f} MB")

    command = [sys.executable, "-c", SCRIPT, str(source), str(folder / "kept.jsonl"), str(THRESHOLD)]
    mine = min((run(command) for _ in range(3)), key=lambda cost: cost.cpu)
    print(f"datastork, functions  {mine}   {corpus.score(kept_by([folder / 'kept.jsonl']))}")
    whole, kept, more = built(folder)
    print(f"datastork, build      {whole}   {corpus.score(kept)}{more}")

    def against(name: str, cost: Cost, kept: set[str]) -> None:
        if cost.code:
            sys.exit(f"{name} failed")
        times = f"{cost.cpu / mine.cpu:.1f} × functions, {cost.cpu / whole.cpu:.1f} × build"
        print(f"{name:21} {cost}   {corpus.score(kept)}; {times}; {cost.memory / whole.memory:.1f} × memory of build")

    if given.data_juicer:
        shutil.rmtree(folder / "juicer", ignore_errors=True)
        (folder / "juicer.yaml").write_text(JUICER.format(folder=folder))
        cost = run([str(Path(given.data_juicer).parent / "dj-process"), "--config", str(folder / "juicer.yaml")])
        against("Data-Juicer", cost, kept_by([folder / "juicer" / "kept.jsonl"]))
    if given.datatrove:
        shutil.rmtree(folder / "trove", ignore_errors=True)
        (folder / "trove.py").write_text(TROVE)
        cost = run([given.datatrove, str(folder / "trove.py"), str(folder), str(folder / "trove")])
        against("datatrove", cost, kept_by((folder / "trove" / "kept").glob("*.jsonl")))


if __name__ == "__main__":
    main()
