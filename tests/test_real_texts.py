"""Real books and real messages, by the recipes in examples/, to what is published and what the report shows."""

import csv
import hashlib
import json
import random
import re
import shutil
from collections import Counter, defaultdict
from html.parser import HTMLParser

import lance
import pyarrow.parquet as pq
import pytest

import datastork as ds
from datastork.media.text.private.registry import finder

pytestmark = pytest.mark.real

WORDS = """
the a of and to in his her was were had with from upon under over garden orchard river mill hedge lane village church
morning evening winter summer rain wind lantern window kitchen table letter sister brother farmer doctor stranger horse
walked spoke answered remembered carried opened wished found looked stood laughed waited slowly quietly never always old
little grey bright heavy broken happy silent between behind after before until because though while every another
"""
KEY = hashlib.sha256(b"a key for the test").digest()
CHAPTERS = {"Emma": 55, "Alice's Adventures in Wonderland": 12, "The Mill at Low Water": 20}


def third_book():
    """Return a book by a third author in the form of the other two."""
    chosen = random.Random(3)

    def paragraph():
        return "\n".join(" ".join(chosen.choices(WORDS.split(), k=11)) for _ in range(8)) + "."

    chapters = [f"CHAPTER {at}\n\n\n" + "\n\n".join(paragraph() for _ in range(6)) for at in range(1, 21)]
    return "[The Mill at Low Water by Ada Finch 1871]\n\n\n" + "\n\n\n".join(chapters) + "\n\nFINIS\n"


def rows_of(folder):
    """Return the rows of all Parquet files below a folder."""
    return [row for path in sorted(folder.rglob("*.parquet")) for row in pq.read_table(path).to_pylist()]


def checked(place):
    """Hold every published file against its checksum; return how many there are."""
    lines = (place / "checksums.sha256").read_text().splitlines()
    for line in lines:
        digest, name = line.split(maxsplit=1)
        assert hashlib.sha256((place / name.lstrip("*")).read_bytes()).hexdigest() == digest, name
    return len(lines)


def told(number):
    """Return a number as a card writes it."""
    return f"{number:,}"


@pytest.fixture(scope="module")
def books(real_data, repository, tmp_path_factory):
    root = tmp_path_factory.mktemp("books")
    shutil.copy(repository / "examples" / "books" / "stork.toml", root)
    (root / "raw").mkdir()
    for name in ("austen-emma.txt", "carroll-alice.txt"):
        (root / "raw" / name).symlink_to(real_data / "text/nltk/resources/corpora/gutenberg" / name)
    (root / "raw" / "finch-mill.txt").write_text(third_book())
    dataset = ds.open(root)
    record = dataset.build().record
    dataset.publish()
    return dataset, record


def test_three_books_become_chapters_and_no_author_is_in_two_splits(books):
    dataset, record = books
    samples = [row for row in dataset.samples().to_pylist() if row["state"] == "kept"]

    assert Counter(row["title"] for row in samples) == CHAPTERS
    assert record["samples"] == {"total": 87, "kept": 87, "dropped": 0, "quarantined": 0}
    where = defaultdict(set)
    for row in samples:
        where[row["source"]["author"]].add(row["split"])
        assert row["group"].casefold() == row["source"]["author"].casefold()
    assert len(where) == 3
    assert all(len(splits) == 1 for splits in where.values())
    assert {split for splits in where.values() for split in splits} >= {"train", "test"}
    assert record["findings"]["measure.overlap"]["numbers"]["groups_torn"] == 0


def test_published_books_can_be_read_and_are_the_same_in_both_forms(books):
    dataset, _ = books
    published = dataset.home.root / "published"
    files = {}
    for path in (published / "folder").glob("*/metadata.parquet"):
        for row in pq.read_table(path).to_pylist():
            files[row["id"]] = (path.parent / row["file_name"]).read_text(encoding="utf-8")
    parquet = {row["id"]: row["text"] for row in rows_of(published / "huggingface" / "data")}

    assert files == parquet
    assert len(files) == sum(CHAPTERS.values())
    assert all(len(text.split()) >= 100 and "\r" not in text for text in files.values())
    assert any("Emma Woodhouse, handsome, clever, and rich" in text for text in files.values())
    assert checked(published / "folder") > len(files)
    assert checked(published / "huggingface") >= 4


@pytest.mark.parametrize("form", ["folder", "huggingface"])
def test_the_card_of_the_books_says_what_was_measured(books, form):
    dataset, record = books
    card = (dataset.home.root / "published" / form / "README.md").read_text(encoding="utf-8")

    assert "measured: en 100.0 %" in card
    for name in ("overlap", "text.length", "text.language", "text.richness", "text.ngrams", "text.duplication"):
        finding = record["findings"][f"measure.{name}"]
        assert finding["numbers"]
        for key, value in finding["numbers"].items():
            if isinstance(value, int) and not isinstance(value, bool):
                assert f"| `{key}` | {told(value)} |" in card, (name, key)
    assert len(re.findall(r"^### (.*)$", card.split("## Measured")[1].split("\n## ")[0], re.MULTILINE)) == 6


@pytest.fixture(scope="module")
def raw_messages(real_data):
    """Return (label, text) of each line; quotation marks are part of the texts."""
    with (real_data / "text/sms/data/sms.tsv").open(encoding="utf-8", newline="\n") as file:
        return [tuple(row) for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


@pytest.fixture(scope="module")
def messages(real_data, repository, tmp_path_factory):
    root = tmp_path_factory.mktemp("messages") / "here"
    root.mkdir()
    shutil.copy(repository / "examples" / "messages" / "stork.toml", root)
    (root / "sms.tsv").symlink_to(real_data / "text/sms/data/sms.tsv")
    (root.parent / "pii.key").write_bytes(KEY)
    dataset = ds.open(root)
    record = dataset.build().record
    dataset.publish()
    return dataset, record


def values(texts, *kinds):
    """Return the personal data of some kinds that the recognisers find."""
    found = finder(kinds)
    return {text[one.start : one.end] for text in texts for one in found.find(text)}


def test_every_message_comes_in_and_copies_go_out(messages, raw_messages):
    _, record = messages
    steps = {entry["name"]: entry for entry in record["steps"]}

    assert record["samples"]["total"] == len(raw_messages) == 5574
    assert record["samples"]["quarantined"] == 0
    # the same bytes, and nothing else
    assert steps["clean.exact_dup"]["dropped"] == len(raw_messages) - len({text for _, text in raw_messages})
    assert steps["clean.near_dup"]["dropped"] >= 40
    assert record["findings"]["measure.text.duplication"]["numbers"]["copies"] == 0
    overlap = record["findings"]["measure.overlap"]["numbers"]
    assert overlap["exact_across_splits"] == overlap["near_across_splits"] == overlap["groups_torn"] == 0


def test_labels_of_messages_are_balanced_in_the_splits(messages):
    dataset, record = messages
    counted = Counter((row["split"], row["label"]) for row in rows_of_splits(dataset))
    totals = Counter()
    for (split, _), count in counted.items():
        totals[split] += count
    whole = sum(count for (_, label), count in counted.items() if label == "spam") / sum(totals.values())

    assert totals.keys() == {"train", "validation", "test"}
    for split, share in (("train", 0.80), ("validation", 0.05), ("test", 0.15)):
        assert totals[split] / sum(totals.values()) == pytest.approx(share, abs=0.005)
        assert counted[split, "spam"] / totals[split] == pytest.approx(whole, abs=0.005)
    assert record["findings"]["measure.balance"]["numbers"]["labelled"] == sum(totals.values())


def rows_of_splits(dataset):
    """Return the published messages, with label and split as words."""
    place = dataset.home.root / "published" / "data"
    return [
        {**row, "split": path.name.split("-")[0], "label": ("ham", "spam")[row["label"]]}
        for path in sorted(place.glob("*.parquet"))
        for row in pq.read_table(path).to_pylist()
    ]


def test_no_number_or_address_of_anybody_is_published(messages, raw_messages):
    dataset, _ = messages
    raw = values([text for _, text in raw_messages], "EMAIL", "PHONE")
    published = [row["text"] for row in rows_of_splits(dataset)]
    whole = "\n".join(published)

    assert len(raw) > 250
    assert values(published, "EMAIL", "PHONE")  # the stand-ins
    assert values(published, "EMAIL", "PHONE") & raw == set()
    # a number may be known for one in a message, and in another one, as in "stop sms-0871…", look like something else
    overlooked = [one for one in raw if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", whole)]
    assert len(overlooked) <= 0.01 * len(raw)
    card = (dataset.home.root / "published" / "README.md").read_text(encoding="utf-8")
    assert [one for one in raw if one in card] == []
    assert "| `EMAIL` |" in card
    assert "| `PHONE` |" in card


def test_the_ledger_holds_kinds_and_places_and_no_values(messages, raw_messages):
    dataset, _ = messages
    entries = lance.dataset(str(dataset.home.root / ".stork" / "ledger.lance")).to_table().to_pylist()
    found = [entry for entry in entries if entry["step"] == "clean.pii"]
    raw = values([text for _, text in raw_messages], *("EMAIL", "PHONE", "ADDRESS", "URL_TOKEN", "SECRET"))

    assert len(found) >= 300
    for entry in found:
        assert re.fullmatch(r"[A-Z_]+ at \d+–\d+ replaced", entry["reason"])
        assert entry["old"] is entry["new"] is None
        assert 0.5 <= entry["confidence"] <= 1
    said = json.dumps(entries, default=str, ensure_ascii=False)
    said += "".join(path.read_text() for path in (dataset.home.root / ".stork" / "versions").glob("*.json"))
    assert [one for one in raw if one in said] == []
    assert not any(KEY in path.read_bytes() for path in (dataset.home.root / ".stork").rglob("*") if path.is_file())


class Report(HTMLParser):
    """Collects, by section, the captions of its tables and their rows."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.rows = defaultdict(list)
        self.titles = []
        self.caption = self.title = ""
        self.inside = []
        self.plots = 0
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.inside.append(tag)
        self.plots += (tag, dict(attributes).get("class")) == ("svg", "plot")
        if tag == "caption":
            self.caption = ""
        elif tag == "tr":
            self.row = []
        elif tag in ("td", "th"):
            self.row.append("")
        elif tag == "h2":
            self.titles.append("")

    def handle_endtag(self, tag):
        while self.inside and self.inside.pop() != tag:
            pass
        if tag == "tr":
            self.rows[self.caption].append(self.row)

    def handle_data(self, data):
        if "caption" in self.inside:
            self.caption += data
        elif ("td" in self.inside or "th" in self.inside) and self.row:
            self.row[-1] += data
        elif "h2" in self.inside:
            self.titles[-1] += data


def test_the_report_of_messages_has_the_pages_for_texts(messages, raw_messages, tmp_path):
    dataset, record = messages
    page = dataset.report(tmp_path / "report.html").read_text(encoding="utf-8")
    report = Report(page)
    numbers = {name: finding["numbers"] for name, finding in record["findings"].items()}

    wanted = ["Length of the texts", "Languages", "Vocabulary", "Common words", "Duplication", "Personal data found"]
    assert [title for title in wanted if title not in report.titles] == []
    assert report.plots == 2  # the type-token curve, and Zipf
    curve = report.rows["Different words among the first words (type-token curve)"]
    different = [int(row[1].replace(",", "")) for row in curve[1:]]
    assert len(different) >= 20
    assert different == sorted(different)
    assert "How often a word occurs, by its rank (Zipf)" in report.rows
    assert 0.7 < numbers["measure.text.richness"]["zipf_exponent"] < 1.3
    for caption in ("Characters of the texts by label", "Vocabulary by label", "Languages by label"):
        assert {row[0] for row in report.rows[caption]} >= {"ham", "spam"}
    assert report.rows["Languages of the texts"][1][0] == "en"
    for caption in ("Words", "Runs of two words", "Runs of three words"):
        assert len(report.rows[caption]) >= 20
    kinds = {row[0]: int(row[1]) for row in report.rows["Personal data found, by type"][1:]}
    assert kinds["PHONE"] > 250
    assert kinds["EMAIL"] >= 5
    raw = values([text for _, text in raw_messages], "EMAIL", "PHONE")
    assert [one for one in raw if one in page] == []


def test_a_second_build_has_nothing_to_do(messages, books):
    for dataset, record in (messages, books):
        again = dataset.build()
        assert (again.changed, again.decoded) == (False, 0)
        assert again.record["samples"] == record["samples"]
