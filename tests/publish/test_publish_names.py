"""Names of files: safe, unique, readable."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datastork.publish._names import KEYWORD, LONGEST, PER_FOLDER, FileNames, folders_of, safe, stem_of

LETTERS = 'aAbBéÉ\u0301ßſK./\\:*?"<>| ~$\0\n\r\t-_🐦漢\u202eCONnul1'
PIECES = st.sampled_from([*LETTERS, "test", "val", "Train", "dev_", ".."]) | st.characters()
NASTY = st.lists(PIECES, max_size=60).map("".join)
FORBIDDEN = set('/\\:*?"<>|~$\0\n\r\t')


@given(NASTY)
def test_no_name_escapes_hides_or_breaks(text: str) -> None:
    name = safe(text)
    assert not FORBIDDEN & set(name)
    assert ".." not in name
    assert len(name.encode()) <= LONGEST
    assert name == name.strip(" ._-")
    assert not KEYWORD.search(name)
    assert not name or name.split(".")[0].upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT9"}
    assert all(unicodedata.category(c)[0] in "LNM" or c in " .-_" for c in name)


@given(st.lists(NASTY, max_size=12))
def test_labels_never_share_a_folder(labels: list[str]) -> None:
    names = folders_of(labels)
    assert set(names) == set(labels)
    folded = {unicodedata.normalize("NFD", unicodedata.normalize("NFKC", n).casefold()) for n in names.values()}
    assert len(folded) == len(names)
    assert all(name and name[0] not in "._-" for name in names.values())


@given(st.lists(NASTY, max_size=6), NASTY)
def test_a_folder_with_a_hash_keeps_its_name_when_labels_come(labels: list[str], new: str) -> None:
    before, after = folders_of(labels), folders_of([*labels, new])
    assert all(after[label] == before[label] for label in labels if before[label] != label)


@pytest.mark.parametrize("label", ["robin", "garden bird", "žluva", "鳥", "a.b", "7"])
def test_a_harmless_label_is_its_folder(label: str) -> None:
    assert folders_of([label]) == {label: label}


@pytest.mark.parametrize(
    "label", ["..", ".", "", "a/b", "../../etc", "CON", "nul.txt", "🐦", " x", "x.", "-rf", "_unlabelled"]
)
def test_a_harmful_label_gets_a_hash(label: str) -> None:
    name = folders_of([label])[label]
    assert name != label
    assert name.rpartition("-")[2].isalnum()


@given(st.lists(st.tuples(NASTY, st.uuids()), max_size=20, unique_by=lambda pair: pair[1]))
def test_files_of_one_folder_are_never_called_the_same(samples: list[tuple[str, object]]) -> None:
    names = FileNames()
    paths = [names.path("train/x", uri, str(sample), "png", crowded=False) for uri, sample in samples]
    assert len({unicodedata.normalize("NFD", path.casefold()) for path in paths}) == len(samples)
    assert all(path.startswith("train/x/") and path.count("/") == 2 for path in paths)


def test_copies_of_one_file_get_names_of_their_own() -> None:
    names = FileNames()
    ids = ["0123456789abcdef", "0123456789abcdef#copy1", "0123456789abcdef#copy2"]
    paths = [names.path("f", "in/a.png", sample, "png", crowded=False) for sample in ids]
    assert paths[0] == "f/a-01234567.png"
    assert len(set(paths)) == 3


def test_a_crowded_folder_is_divided() -> None:
    names = FileNames()
    paths = [names.path("f", None, f"{i:024x}"[::-1], "png", crowded=True) for i in range(PER_FOLDER + 1)]
    assert paths[0].startswith("f/0000/")
    assert paths[PER_FOLDER - 1].startswith("f/0000/")
    assert paths[PER_FOLDER].startswith("f/0001/")


@pytest.mark.parametrize(
    ("uri", "stem"),
    [
        ("raw/IMG_1.JPG", "IMG_1"),
        ("a.zip!/x/y.tar.png", "y.tar"),
        ("https://x.org/p/bird.jpg?token=1#f", "bird"),
        ("C:\\photos\\me.png", "me"),
        ("x/.hidden", "hidden"),
        ("x/../..", ""),
        ("test_batch_12.png", "xtest_batch_12"),
        ("latest/attested.png", "attested"),
        (None, ""),
    ],
)
def test_the_stem_is_the_readable_part(uri: str | None, stem: str) -> None:
    assert stem_of(uri) == stem
