"""`collect.hub` against servers that speak the protocols of the catalogues."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.collect.hub_server import SHA, Hub, HubDataset, hub_serving, parquet
from tests.collect.loopback import Asked, Reply, Server, ranged, serving

from datastork.collect._hub import download as downloads
from datastork.collect.hub import hub
from datastork.core.errors import NotFoundError, RecipeError, SourceError
from datastork.fetch import Fetcher, Policy
from datastork.store.listing import Listing
from datastork.store.sources import read_bytes
from datastork.store.spool import Spool

CLASSES = {"label": {"_type": "ClassLabel", "names": ["neg", "pos"]}, "text": {"_type": "Value", "dtype": "string"}}
TRAIN = {"text": ["good film", "bad film", None], "label": [1, 0, 1], "year": [1999, 2001, 2002]}
TEST = {"text": ["who knows"], "label": [-1], "year": [2020]}
BIBTEX = "@inproceedings{maas2011, title={Learning {Word} Vectors}, year={2011}}"


@pytest.fixture
def catalogue() -> Hub:
    return Hub(
        {
            "org/films": HubDataset(
                card={"license": "cc-by-4.0", "pretty_name": "Films"},
                files={
                    ("plain", "train", "0000.parquet"): parquet(TRAIN, CLASSES),
                    ("plain", "train", "0001.parquet"): parquet({**TRAIN, "text": ["a", "b", "c"]}, CLASSES),
                    ("plain", "test", "0000.parquet"): parquet(TEST, CLASSES),
                },
                readme=f"# Films\n\n## Citation\n\n```bibtex\n{BIBTEX}\n```\n",
            )
        }
    )


@pytest.fixture
def server(catalogue: Hub, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with hub_serving(catalogue, monkeypatch) as running:
        yield running


@pytest.fixture
def collected(tmp_path: Path) -> Callable[..., Listing]:
    return lambda **settings: hub(Listing.empty(tmp_path), **settings)


def values(found: Listing) -> list[bytes | None]:
    return [None if row["problem"] else read_bytes(found.root, row["media_place"]) for row in found.table.to_pylist()]


def answers(found: Listing) -> list[list[str]]:
    return [[vote["value"] for vote in row["votes"]] for row in found.table.to_pylist()]


def test_texts_of_hugging_face_come_with_labels_licence_and_citation(
    server: Server, collected: Callable[..., Listing]
) -> None:
    found = collected(dataset="hf:org/films", text="text", label="label")

    assert values(found) == [b"good film", b"bad film", None, b"a", b"b", b"c", b"who knows"]
    assert answers(found) == [["pos"], ["neg"], ["pos"], ["pos"], ["neg"], ["pos"], []]
    table = found.table
    assert set(table["license"].to_pylist()) == {"CC-BY-4.0"}
    assert set(table["query"].to_pylist()) == {"hf:org/films"}
    assert table["uri"].to_pylist()[3] == "hf:org/films/plain/train#3"
    assert table["problem"].to_pylist()[2] == "row 2: its text is null"
    assert table["split_given"].to_pylist() == ["train"] * 6 + ["test"]
    assert table["year"].to_pylist() == [1999, 2001, 2002] * 2 + [2020]
    assert any(BIBTEX in note for note in found.notes)
    assert any("licence CC-BY-4.0" in note for note in found.notes)


def test_the_hub_s_own_client_understands_the_server_of_these_tests(server: Server) -> None:
    from huggingface_hub import HfApi

    client = HfApi(endpoint=server.address, token=False)
    info = client.dataset_info("org/films", files_metadata=True)

    assert (info.sha, info.card_data and info.card_data.license) == (SHA, "cc-by-4.0")
    assert info.siblings is not None
    assert {one.rfilename for one in info.siblings} > {"README.md"}
    assert all(one.lfs.sha256 for one in info.siblings if one.lfs)
    assert [one.id for one in client.list_datasets(search="films", limit=3)] == ["org/films"]
    assert "/api/datasets/org/films?blobs=true" in server.paths()


def test_what_was_fetched_is_recorded(
    server: Server, catalogue: Hub, collected: Callable[..., Listing], tmp_path: Path
) -> None:
    collected(dataset="hf:org/films", split="test")
    content = catalogue.datasets["org/films"].files["plain", "test", "0000.parquet"]
    kept = next((tmp_path / ".stork" / "collected").glob("*.json"))
    now = json.loads(kept.read_bytes())["now"]
    digest = hashlib.sha256(content).hexdigest()

    assert now["origin"]["revision"] == SHA
    assert Spool(tmp_path, now["spool"]).state["files"] == [
        {
            "url": f"{server.address}/datasets/org/films/resolve/refs%2Fconvert%2Fparquet/plain/test/0000.parquet",
            "bytes": len(content), "sha256": digest, "etag": digest,
        }
    ]  # fmt: skip
    assert not list(kept.parent.glob("*.parquet")), "the file is no longer needed"


def test_later_builds_ask_nobody(server: Server, collected: Callable[..., Listing]) -> None:
    first = collected(dataset="hf:org/films", text="text", label="label")
    asked = len(server.asked)
    again = collected(dataset="hf:org/films", text="text", label="label")

    assert len(server.asked) == asked
    assert again.table.equals(first.table)
    assert again.notes == first.notes


def test_a_new_revision_comes_only_when_asked_for(
    server: Server, catalogue: Hub, collected: Callable[..., Listing]
) -> None:
    settings: dict[str, Any] = {"dataset": "hf:org/films", "text": "text", "split": "test"}
    assert values(collected(**settings)) == [b"who knows"]
    catalogue.datasets["org/films"].files["plain", "test", "0000.parquet"] = parquet({**TEST, "text": ["now"]})
    catalogue.datasets["org/films"].sha = "f" * 40

    assert values(collected(**settings)) == [b"who knows"]
    assert values(collected(**settings, refresh="always")) == [b"now"]
    asked = len(server.asked)
    assert values(collected(**settings, refresh="always")) == [b"now"]
    assert len(server.asked) < asked + 4, "the files of the same revision were fetched again"
    assert values(collected(**settings, refresh="daily")) == [b"now"]


def test_a_catalogue_that_is_away_leaves_what_is_there(server: Server, collected: Callable[..., Listing]) -> None:
    collected(dataset="hf:org/films", split="test")
    server.answer = lambda asked: Reply(b"", 500)
    found = collected(dataset="hf:org/films", split="test", refresh="always")

    assert found.table.num_rows == 1
    assert any("could not be asked for a new revision" in note for note in found.notes)


def test_rows_are_records_where_no_column_is_named(server: Server, collected: Callable[..., Listing]) -> None:
    found = collected(dataset="hf:org/films", split=["test"])

    assert [json.loads(value or b"") for value in values(found)] == [{"text": "who knows", "label": -1, "year": 2020}]
    assert "year" not in found.table.column_names


def test_media_stay_in_the_parquet_file(server: Server, catalogue: Hub, collected: Callable[..., Listing]) -> None:
    images = pa.array([{"bytes": b"\x89PNG one", "path": "1.png"}, {"bytes": b"\x89PNG two", "path": "2.png"}])
    content = parquet({"image": images, "label": [0, 1], "who": ["ann", "bob"]})
    catalogue.datasets["org/pics"] = HubDataset(files={("default", "train", "0.parquet"): content})
    found = collected(dataset="hf:org/pics", bytes="image", label="label", author="who")

    assert values(found) == [b"\x89PNG one", b"\x89PNG two"]
    assert answers(found) == [["0"], ["1"]]
    assert found.table["author"].to_pylist() == ["ann", "bob"]
    assert any("names no licence" in note for note in found.notes)


def test_a_revision_takes_the_dataset_s_own_files_and_checks_their_content(
    server: Server, catalogue: Hub, collected: Callable[..., Listing]
) -> None:
    one = catalogue.datasets["org/films"]
    one.card["configs"] = [
        {"config_name": "plain", "data_files": [{"split": s, "path": f"plain/{s}-*"} for s in ("train", "test")]}
    ]
    found = collected(dataset="hf:org/films", text="text", revision=one.sha)

    assert [value for value in values(found) if value] == [b"good film", b"bad film", b"a", b"b", b"c", b"who knows"]
    assert not any(path.startswith("/parquet") for path in server.paths())


def test_names_that_are_not_there_are_told_with_those_that_are(
    server: Server, collected: Callable[..., Listing]
) -> None:
    with pytest.raises(RecipeError, match=r"no 'tets'; did you mean 'test'"):
        collected(dataset="hf:org/films", split="tets")
    with pytest.raises(RecipeError, match=r"it has no 'plane'; did you mean 'plain'"):
        collected(dataset="hf:org/films", config="plane")
    with pytest.raises(RecipeError, match=r"(?s)no column 'txt'.*no column 'labl'"):
        collected(dataset="hf:org/films", text="txt", label="labl")
    with pytest.raises(NotFoundError, match="there is no dataset hf:org/absent"):
        collected(dataset="hf:org/absent")
    with pytest.raises(RecipeError, match="is no dataset; write 'hf:owner/name'"):
        collected(dataset="hf:../../etc/passwd")
    with pytest.raises(RecipeError, match="is no dataset; write"):
        collected(dataset="kaggle:x")
    with pytest.raises(RecipeError, match="for datasets of Hugging Face"):
        collected(dataset="sklearn:iris", split="train")


def test_a_private_dataset_needs_the_token_and_it_is_never_written(
    server: Server,
    catalogue: Hub,
    collected: Callable[..., Listing],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    catalogue.datasets["org/films"].private = True
    with pytest.raises(SourceError, match=r"(?s)answered 401.*HF_TOKEN"):
        collected(dataset="hf:org/films", split="test")
    monkeypatch.setenv("HF_TOKEN", catalogue.token)

    assert collected(dataset="hf:org/films", split="test").table.num_rows == 1
    kept = [path.read_bytes() for path in (tmp_path / ".stork").rglob("*") if path.is_file()]
    assert kept
    assert not any(catalogue.token.encode() in content for content in kept)


def test_an_interrupted_download_goes_on_where_it_stopped(
    server: Server, catalogue: Hub, collected: Callable[..., Listing], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads.download, "__kwdefaults__", {**downloads.download.__kwdefaults__, "piece": 300})
    honest = server.answer
    cut: list[int] = []

    def failing(asked: Asked) -> Reply:
        if "range" in asked.headers and len(cut) < 1 and asked.headers["range"] != "bytes=0-299":
            cut.append(1)
            return Reply(b"", 500)
        return honest(asked)

    server.answer = failing
    with pytest.raises(SourceError, match="the server answered 500"):
        collected(dataset="hf:org/films", split="test", text="text")
    assert values(collected(dataset="hf:org/films", split="test", text="text")) == [b"who knows"]
    pieces = [one.headers["range"] for one in server.asked if "range" in one.headers]
    assert pieces.count("bytes=0-299") == 1
    assert len([one for one in server.asked if one.path == "/parquet"]) == 1, "the plan was made twice"


def test_a_file_that_changes_between_two_pieces_is_begun_again(tmp_path: Path) -> None:
    contents = [bytes(range(256)) * 4, b"other" * 300]

    def changing(asked: Asked) -> Reply:
        changed = len(server.asked) > 2
        return ranged(asked, contents[changed], f'"{changed}"')

    with serving(changing) as server, Fetcher(Policy(allow=(server.host,))) as fetcher:
        downloads.download(fetcher, f"{server.address}/x", tmp_path / "x", name="hf:a/b", most=1 << 20, piece=400)

    assert (tmp_path / "x").read_bytes() == contents[1]
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_the_token_stays_with_the_first_host_and_the_range_goes_along(tmp_path: Path) -> None:
    content = b"0123456789" * 50
    with serving(lambda asked: ranged(asked, content, '"1"')) as store:
        there = f"{store.address}/signed"
        with serving(lambda asked: Reply(b"", 302, {"Location": there})) as server:
            with Fetcher(Policy(allow=(server.host, store.host))) as fetcher:
                downloads.download(
                    fetcher, f"{server.address}/x", tmp_path / "x", name="hf:a/b", most=1 << 20, piece=200,
                    headers={"Authorization": "Bearer secret"},
                )  # fmt: skip
            assert {one.headers.get("authorization") for one in server.asked} == {"Bearer secret"}
        assert {one.headers.get("authorization") for one in store.asked} == {None}
        assert [one.headers["range"] for one in store.asked] == ["bytes=0-199", "bytes=200-399", "bytes=400-599"]
    assert (tmp_path / "x").read_bytes() == content


KILLED = """
import os, sys
from pathlib import Path
from datastork.collect._hub import samples
from datastork.collect._hub.collect import Wish, gathered
from datastork.collect._hub.samples import Columns
from datastork.store.spool import Spool
adds = Spool.add_many
def dying(self, *given, **more):
    adds(self, *given, **more)
    if self.count > 3:
        os.kill(os.getpid(), 9)
Spool.add_many = dying
gathered(Path(sys.argv[1]), Wish("hf", "org/films", columns=Columns(text="text", label="label")), "never")
"""


def test_a_killed_build_goes_on_without_losing_or_repeating_a_row(
    server: Server, collected: Callable[..., Listing], tmp_path: Path
) -> None:
    whole = collected(dataset="hf:org/films", text="text", label="label", columns=["year"])
    ran = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert ran.returncode == -9
    asked = len(server.asked)
    found = collected(dataset="hf:org/films", text="text", label="label")

    assert values(found) == values(whole)
    assert found.table["uri"].equals(whole.table["uri"])
    again = [path for path in server.paths()[asked:] if path.startswith(("/api", "/parquet"))]
    assert again == [], "the plan was made twice"


def test_a_damaged_file_is_refused(server: Server, catalogue: Hub, collected: Callable[..., Listing]) -> None:
    catalogue.datasets["org/films"].stated_size = 10
    with pytest.raises(SourceError, match=r"came damaged: it has [\d,]+ bytes, not the 10 announced"):
        collected(dataset="hf:org/films", split="test")


def test_too_much_is_refused_before_it_is_fetched(server: Server, collected: Callable[..., Listing]) -> None:
    with pytest.raises(SourceError, match=r"above max_bytes = 100"):
        collected(dataset="hf:org/films", max_bytes=100)
    assert not any("resolve/refs" in path for path in server.paths())


def test_few_rows_of_a_large_dataset_are_asked_for_one_page_at_a_time(
    server: Server, catalogue: Hub, collected: Callable[..., Listing]
) -> None:
    many = parquet({"text": [f"text {n}" for n in range(250)]})
    catalogue.datasets["org/huge"] = HubDataset(files={("default", "train", "0.parquet"): many}, stated_size=1 << 40)
    found = collected(dataset="hf:org/huge", text="text", limit=120)

    assert values(found) == [f"text {n}".encode() for n in range(120)]
    assert [one.query["offset"] for one in server.asked if one.path == "/rows"] == ["0", "100"]


def test_an_openml_dataset_comes_from_its_arff_file(server: Server, collected: Callable[..., Listing]) -> None:
    found = collected(dataset="openml:iris")
    rows = [json.loads(value or b"") for value in values(found)]

    assert len(rows) == 150
    assert rows[0] == {
        "sepallength": 5.1, "sepalwidth": 3.5, "petallength": 1.4, "petalwidth": 0.2, "class": "Iris-setosa",
    }  # fmt: skip
    assert answers(found)[0] == ["Iris-setosa"]
    assert found.table["votes"][0][0]["annotator"].as_py() == "openml:61"
    assert found.table["license"].null_count == 150, "'Public' is no licence"
    assert any("'Public', which is no certain SPDX id" in note for note in found.notes)
    assert any("others of the name: openml:969" in note for note in found.notes)
    assert found.table["author"][0].as_py() == "R.A. Fisher"
    assert collected(dataset="openml:61").table["uri"].equals(found.table["uri"])


def test_openml_prefers_parquet_and_falls_back_to_arff(
    server: Server, collected: Callable[..., Listing], tmp_path: Path
) -> None:
    honest = server.answer
    content = parquet({"a": [1.5, None], "class": ["x", "y"]})

    def answer(asked: Asked) -> Reply:
        if asked.path == "/openml/dataset_61.pq":
            return ranged(asked, content, '"p"')
        reply = honest(asked)
        if asked.path != "/openml/json/data/61" and asked.path != "/openml/json/data/2":
            return reply
        about = json.loads(reply.body)
        file = "dataset_61.pq" if asked.path.endswith("61") else "nothing.pq"
        about["data_set_description"]["parquet_url"] = f"{server.address}/openml/{file}"
        return reply._replace(body=json.dumps(about).encode())

    server.answer = answer
    found = collected(dataset="openml:61")
    assert [json.loads(value or b"") for value in values(found)] == [
        {"a": 1.5, "class": "x"},
        {"a": None, "class": "y"},
    ]
    assert answers(found) == [["x"], ["y"]]
    anneal = collected(dataset="openml:2")
    assert anneal.table.num_rows == 11
    assert any("was read from its ARFF file: the server answered 4" in note for note in anneal.notes)


def test_a_viewer_that_holds_a_part_only_gives_way_to_the_files_themselves(
    server: Server, catalogue: Hub, collected: Callable[..., Listing]
) -> None:
    one = catalogue.datasets["org/films"]
    one.viewer_sha = "0" * 40
    one.card["configs"] = [{"config_name": "plain", "data_files": "plain/test-*"}]
    assert values(collected(dataset="hf:org/films", text="text")) == [b"who knows"]
    one.own, one.partial = False, True
    found = collected(dataset="hf:org/films", text="text", split="test")
    assert any("holds only its first part" in note for note in found.notes)


def test_an_openml_name_nobody_has_is_told(server: Server, collected: Callable[..., Listing]) -> None:
    with pytest.raises(NotFoundError, match="no active dataset 'irises'"):
        collected(dataset="openml:irises")


def test_a_wrong_checksum_of_openml_is_refused(server: Server, collected: Callable[..., Listing]) -> None:
    honest = server.answer

    def damaged(asked: Asked) -> Reply:
        reply = honest(asked)
        return reply._replace(body=reply.body.replace(b"5.1", b"5.2")) if "download" in asked.path else reply

    server.answer = damaged
    with pytest.raises(SourceError, match="its md5 is not the one announced"):
        collected(dataset="openml:61")


def test_scikit_learn_ships_some_and_needs_no_network(collected: Callable[..., Listing]) -> None:
    found = collected(dataset="sklearn:breast_cancer")
    row = json.loads(values(found)[0] or b"")

    assert found.table.num_rows == 569
    assert (row["mean radius"], row["target"]) == (17.99, "malignant")
    assert answers(found)[0] == ["malignant"]
    assert any("names no licence" in note for note in found.notes)
    assert any(note.startswith("cite sklearn:breast_cancer: ") for note in found.notes)
    with pytest.raises(RecipeError, match="did you mean 'iris'"):
        collected(dataset="sklearn:irs")


def test_the_digits_of_scikit_learn_are_pictures_too(collected: Callable[..., Listing]) -> None:
    from datastork.media.modality import modality

    found = collected(dataset="sklearn:digits", bytes="image", columns=[], limit=3)

    assert [modality("image").decode(value or b"").width for value in values(found)] == [8, 8, 8]
    assert answers(found) == [["0"], ["1"], ["2"]]


def test_a_measured_target_is_no_vote_but_can_be_made_one(collected: Callable[..., Listing]) -> None:
    assert answers(collected(dataset="sklearn:diabetes"))[0] == []
    assert answers(collected(dataset="sklearn:diabetes", label="target"))[0] == ["151.0"]
    assert answers(collected(dataset="sklearn:iris", label=""))[0] == []
