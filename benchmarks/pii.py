"""What `clean.pii` finds: precision, recall and time on 1,500 texts with marked personal data, and on texts without.

    python benchmarks/pii.py [--data ../shared/data] [--half even|odd|both] [--json]

Texts: `text/pii/data/synth_dataset_v2.json` (microsoft/presidio-research, MIT): sentences from some 210 templates,
filled by a generator, some in lower case. The rules were developed on those of even number; both halves are reported.
The odd ones have other values, but most of the same templates.

Types and kinds. EMAIL_ADDRESS = EMAIL, PHONE_NUMBER = PHONE, CREDIT_CARD, IBAN_CODE = IBAN, IP_ADDRESS, US_SSN,
DOMAIN_NAME = URL (asked for by name), US_DRIVER_LICENSE = DRIVING_LICENCE: these are the patterns. PERSON;
STREET_ADDRESS and ZIP_CODE = ADDRESS; GPE = LOCATION. Out of scope, as none of these says who somebody is:
ORGANIZATION, TITLE ("Mr.", jobs), NRP (nationalities), AGE, and DATE_TIME (years, weekdays, times of stamps). What is
found on their letters counts as wrong, but for a DATE_OF_BIRTH on a DATE_TIME, which is left out of the count.

Matching. A marked place is found when findings of its kind cover half of its letters or more; a finding is right when
marked places of its kind cover half of it or more. ADDRESS and LOCATION are counted together in both, for an address
in these texts is cut into street, unit, town, country and postcode, and we report it whole. Overall, letter by letter:
recall is the share of marked letters within any finding, precision the share of found letters within any mark in scope.

Targets: patterns micro F1 ≥ .95; with the model PERSON recall ≥ .75, ADDRESS recall ≥ .60, letters recall ≥ .85 at
precision ≥ .85; patterns ≤ 150 µs for a document of 1.75 kB on average.
"""

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from datastork.media.text.private.registry import Finder, finder, known_kinds

KINDS = {
    "EMAIL_ADDRESS": "EMAIL",
    "PHONE_NUMBER": "PHONE",
    "CREDIT_CARD": "CREDIT_CARD",
    "IBAN_CODE": "IBAN",
    "IP_ADDRESS": "IP_ADDRESS",
    "US_SSN": "US_SSN",
    "DOMAIN_NAME": "URL",
    "US_DRIVER_LICENSE": "DRIVING_LICENCE",
    "PERSON": "PERSON",
    "STREET_ADDRESS": "ADDRESS",
    "ZIP_CODE": "ADDRESS",
    "GPE": "LOCATION",
}
NO_PATTERNS = {"PERSON", "ADDRESS", "LOCATION"}
TOGETHER = {"ADDRESS": {"ADDRESS", "LOCATION"}, "LOCATION": {"ADDRESS", "LOCATION"}}
OFF = {"AGE", "NATIONALITY", "ORGANISATION"}


def measure(texts: list[dict[str, Any]], chosen: Finder) -> dict[str, Any]:
    """Return counts by kind, letters, and the CPU time per text."""
    marked, hit, said, right = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    letters = Counter[str]()
    spent = 0.0
    for one in texts:
        text = one["full_text"]
        before = time.process_time()
        found = chosen.find(text)
        spent += time.process_time() - before
        gold = [
            (s["start_position"], s["end_position"], KINDS[s["entity_type"]])
            for s in one["spans"]
            if s["entity_type"] in KINDS
        ]
        dates = [(s["start_position"], s["end_position"]) for s in one["spans"] if s["entity_type"] == "DATE_TIME"]
        found = [
            f
            for f in found
            if f.kind != "DATE_OF_BIRTH" or not any(f.start < end and start < f.end for start, end in dates)
        ]
        for start, end, kind in gold:
            kinds = TOGETHER.get(kind, {kind})
            shared = sum(max(0, min(end, f.end) - max(start, f.start)) for f in found if f.kind in kinds)
            marked[kind] += 1
            hit[kind] += 2 * shared >= end - start
        for f in found:
            kinds = TOGETHER.get(f.kind, {f.kind})
            shared = sum(max(0, min(end, f.end) - max(start, f.start)) for start, end, kind in gold if kind in kinds)
            said[f.kind] += 1
            right[f.kind] += 2 * shared >= f.end - f.start
        mine = {at for f in found for at in range(f.start, f.end)}
        theirs = {at for start, end, _ in gold for at in range(start, end)}
        letters.update(both=len(mine & theirs), mine=len(mine), theirs=len(theirs))
    rows = {
        kind: {
            "marked": marked[kind],
            "recall": _share(hit[kind], marked[kind]),
            "found": said[kind],
            "precision": _share(right[kind], said[kind]),
        }
        for kind in sorted(marked.keys() | said.keys())
    }
    for row in rows.values():
        row["f1"] = _f1(row["precision"], row["recall"])
    patterns = [kind for kind in rows if kind not in NO_PATTERNS]
    recall = _share(sum(hit[kind] for kind in patterns), sum(marked[kind] for kind in patterns))
    precision = _share(sum(right[kind] for kind in patterns), sum(said[kind] for kind in patterns))
    return {
        "kinds": rows,
        "patterns": {"recall": recall, "precision": precision, "f1": _f1(precision, recall)},
        "letters": {
            "recall": _share(letters["both"], letters["theirs"]),
            "precision": _share(letters["both"], letters["mine"]),
        },
        "microseconds": round(1e6 * spent / len(texts), 1),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _f1(precision: float | None, recall: float | None) -> float | None:
    return round(2 * precision * recall / (precision + recall), 4) if precision and recall else None


def prose(data: Path) -> dict[str, str]:
    """Return texts with hardly any personal data in them: books, web, encyclopaedia, telephone messages."""
    import bz2

    corpora = data / "text" / "nltk" / "resources" / "corpora"
    found = {
        folder: "\n".join(path.read_text("latin-1") for path in sorted((corpora / folder).glob("*.txt")))
        for folder in ("gutenberg", "webtext")
    }
    for path in sorted((data / "text" / "wiki_gensim").glob("*.bz2")):
        found["wikipedia (markup)"] = bz2.decompress(path.read_bytes()).decode(errors="replace")[:2_000_000]
    messages = data / "text" / "sms" / "data" / "sms.tsv"
    found["sms"] = "\n".join(line.rpartition("\t")[2] for line in messages.read_text("utf-8").splitlines())
    return found


def alarms(text: str, chosen: Finder, most: int) -> dict[str, Any]:
    """Return findings per 10,000 words by kind, and the time for a document of 1.75 kB."""
    pieces = [text[at : at + 1750] for at in range(0, len(text), 1750)][:most]
    before = time.process_time()
    kinds = Counter(one.kind for piece in pieces for one in chosen.find(piece))
    spent = time.process_time() - before
    words = sum(len(piece.split()) for piece in pieces)
    each = {kind: round(1e4 * count / words, 2) for kind, count in kinds.most_common()}
    return {
        "words": words,
        "microseconds": round(1e6 * spent / len(pieces), 1),
        "documents": len(pieces),
        "per_10000_words": each,
    }


def main() -> None:
    """Measure, print, and leave with 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--half", choices=("even", "odd", "both"), default="both")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    texts = json.loads((given.data / "text" / "pii" / "data" / "synth_dataset_v2.json").read_text("utf-8"))
    halves = {"even (developed on)": texts[0::2], "odd (not looked at)": texts[1::2], "all": texts}
    if given.half != "both":
        halves = {name: part for name, part in halves.items() if name.startswith(given.half)}
    with_url = {name: finder(tuple(sorted(set(known_kinds(name)) - OFF)), model=name) for name in ("none", "names")}
    result: dict[str, Any] = {}
    for name, part in halves.items():
        with_url["names"].find("Anna")  # the model is loaded
        result[name] = {model: measure(part, with_url[model]) for model in ("none", "names")}
    prosaic = {
        name: {model: alarms(text, finder(model=model), 1000 if model == "none" else 40) for model in ("none", "names")}
        for name, text in prose(given.data).items()
    }
    documents = sum(one["none"]["documents"] for one in prosaic.values())
    mean = sum(one["none"]["microseconds"] * one["none"]["documents"] for one in prosaic.values()) / documents
    if given.json:
        print(json.dumps({"marked": result, "prose": prosaic, "microseconds": round(mean, 1)}, indent=1))
    else:
        show(result, prosaic, mean)
    sys.exit(0 if all(meets(one) for one in result.values()) else 1)


def meets(one: dict[str, Any]) -> bool:
    """Return whether the targets for quality are met."""
    names = one["names"]
    return bool(
        names["patterns"]["f1"] >= 0.95
        and names["kinds"]["PERSON"]["recall"] >= 0.75
        and one["names"]["kinds"]["ADDRESS"]["recall"] >= 0.60
        and min(names["letters"]["recall"], names["letters"]["precision"]) >= 0.85
    )


def show(result: dict[str, Any], prosaic: dict[str, Any], mean: float) -> None:
    """Print tables."""
    for name, models in result.items():
        for model, found in models.items():
            print(f"\n{name}, model = {model}: {found['microseconds']:,} µs a text of 84 letters")
            print(f"  {'kind':<18}{'marked':>7}{'recall':>8}{'found':>7}{'prec.':>8}{'F1':>8}")
            for kind, row in found["kinds"].items():
                cells = [
                    f"{'–' if row[key] is None else format(row[key], '.3f'):>8}"
                    for key in ("recall", "precision", "f1")
                ]
                print(f"  {kind:<18}{row['marked']:>7}{cells[0]}{row['found']:>7}{cells[1]}{cells[2]}")
            print(f"  patterns together  {found['patterns']}\n  letters            {found['letters']}")
    print("\nfindings per 10,000 words of prose (few of them personal data), CPU for 1.75 kB")
    for name, models in prosaic.items():
        for model, found in models.items():
            print(f"  {name:<20}{model:<7}{found['microseconds']:>10,} µs  {found['per_10000_words']}")
    print(f"  patterns, mean of all documents: {mean:,.0f} µs")


if __name__ == "__main__":
    main()
